"""Bring a client's file into the database, chunk by chunk.

A chunk's contacts, its refusals, its counters and the place where the next one begins commit
together or not at all. Killed at any moment, an import goes on from its last chunk.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from django.db import connection, transaction

from marketingconnect import storage
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.reading.layout import Layout, records_of
from marketingconnect.contacts.reading.records import BrokenRow, Record
from marketingconnect.contacts.rows import as_read, is_blank, make_taker
from marketingconnect.contacts.services.chunks import (
    Tally,
    advance,
    complete_repeated,
    copy_contacts,
    hold,
    known_addresses,
    write_refusals,
)
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.suppression.models import Channel
from marketingconnect.suppression.queries import SuppressionFilter

CHUNK_RECORDS: Final = 50_000
_PIECE_RECORDS: Final = 25_000
_TURN_SECONDS: Final = 0.0005

_Fresh: TypeAlias = tuple[str, int, str, str]
"""Address, line, mobile, JSON of the merge fields: in this order, sorted by address."""


def import_records(
    file_id: int,
    *,
    chunk_records: int = CHUNK_RECORDS,
    fingerprint: Callable[[str], int] = hash,
) -> bool:
    """Import every record left of a file; True when its end is reached.

    False when the file is not being imported (any more). Raises ImportOvertakenError when another
    run of the same import went further; WorkbookError or UnknownFileError when the file cannot be
    read. `fingerprint` must give the same number for the same address within one run.
    """
    file = ContactFile.objects.get(pk=file_id)
    if file.state != ContactFileState.IMPORTING:
        return False
    run = _Run(file, fingerprint)
    with (
        storage.local_path(file.path) as path,
        _at_full_speed(),
        ThreadPoolExecutor(1, thread_name_prefix="import") as ahead,
    ):
        records = islice(records_of(path, run.layout), file.cursor, None)
        # The next chunk is read and checked while the database takes this one.
        coming = ahead.submit(run.prepare, records, chunk_records)
        while (chunk := coming.result()).tally.records:
            coming = ahead.submit(run.prepare, records, chunk_records)
            run.write(chunk)
    return True


@contextmanager
def _at_full_speed() -> Iterator[None]:
    """No search for cycles, which took half of the time: there are millions of small lists, and no
    cycle among them. And quick turns between the two threads: by default, one that comes back from
    the network may wait for five milliseconds.
    """
    was_enabled, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if was_enabled:
            gc.enable()


@dataclass
class _Chunk:
    """What one chunk will write: its counters, and its contacts as COPY wants them."""

    tally: Tally
    pieces: list[str]


class _Run:
    """One run over one file, from where the last one stopped.

    Memory: the file is never held; of the addresses seen, a 64-bit fingerprint each. When two
    fingerprints meet, the database says whether the addresses do.
    """

    def __init__(self, file: ContactFile, fingerprint: Callable[[str], int]) -> None:
        self.layout = Layout.from_json(file.layout)
        self._file = file
        self._hidden = frozenset(self.layout.hidden)
        self._take = make_taker(file.mapping, width=self.layout.width)
        self._filter = SuppressionFilter(channel=Channel.EMAIL, company_id=file.company_id)
        self._fingerprint = fingerprint
        self._known = known_addresses(file.pk, fingerprint)

    def prepare(self, records: Iterator[Record], size: int) -> _Chunk:
        """Read and check the next records; asks the database nothing: it has its own thread."""
        chunk = _Chunk(Tally(), [])
        for start in range(0, size, _PIECE_RECORDS):
            piece = list(islice(records, min(_PIECE_RECORDS, size - start)))
            chunk.pieces.append(self._rows(self._fresh(piece, chunk.tally), chunk.tally))
        return chunk

    @transaction.atomic
    def write(self, chunk: _Chunk) -> None:
        """Contacts, refusals, counters and the place of the next chunk, all or nothing."""
        tally = chunk.tally
        with connection.cursor() as cursor:
            first_id = hold(cursor, self._file)
            with copy_contacts(cursor) as copy:
                for piece in chunk.pieces:
                    copy.write(piece)
            tally.opposed = len(self._filter.confirmed(tally.maybe_opposed))
            write_refusals(cursor, self._file.pk, tally)
            complete_repeated(cursor, self._file.pk, tally)
            advance(cursor, self._file, tally, first_id)
        self._file.cursor += tally.records

    def _fresh(self, piece: list[Record], tally: Tally) -> list[_Fresh]:
        """The rows of a piece that give a new contact; the others go to the tally."""
        take, known, fingerprint = self._take, self._known, self._fingerprint
        fresh: list[_Fresh] = []
        for line, cells in piece:
            row = "quote_unclosed" if isinstance(cells, BrokenRow) else take(cells)
            if isinstance(row, str):
                self._refuse(line, cells, row, tally)
                continue
            email, mobile, fields, mobile_lost = row
            if mobile_lost:
                tally.mobiles_dropped += 1
            if (mark := fingerprint(email)) in known:
                tally.repeated.setdefault(email, []).append((line, row))
            else:
                known.add(mark)
                fresh.append((email, line, mobile, fields))
        tally.records += len(piece)
        tally.accepted += len(fresh)
        return fresh

    def _refuse(self, line: int, cells: list[str] | BrokenRow, reason: str, tally: Tally) -> None:
        if isinstance(cells, list) and is_blank(cells):
            tally.blank += 1
            return
        shown = as_read(cells, separator=self.layout.separator, hidden=self._hidden)
        tally.refusals.append((line, reason, shown))

    def _rows(self, fresh: list[_Fresh], tally: Tally) -> str:
        """The rows of a piece as COPY wants them, sorted like its index: faster by half."""
        fresh.sort()
        tally.maybe_opposed += self._filter.candidates([row[0] for row in fresh])
        file_id = self._file.pk
        text = "".join(
            [
                f"{file_id}\t{line}\t{email}\t{mobile}\t{fields}\n"
                for email, line, mobile, fields in fresh
            ]
        )
        # A backslash can only stand in the JSON: addresses and numbers have none.
        return text.replace("\\", "\\\\") if "\\" in text else text
