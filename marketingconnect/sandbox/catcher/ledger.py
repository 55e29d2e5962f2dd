"""Reading what the catcher wrote: newest first by page, one by its number, counts.

The ledger grows while it is read. Its lines are in order of their ids, so a page is read backwards
from the end and a line is found by halving, neither by reading the file through. A last line cut
short by a kill is passed over.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from marketingconnect.sandbox.catcher.message import CaughtMessage, parse

LEDGER = "ledger.jsonl"
MESSAGES = "messages.dat"
REFUSALS = "refusals.jsonl"
BLOCK = 65_536


@dataclass(frozen=True)
class Entry:
    """One line: ``id`` counts from 1; ``campaign`` is the X-Campaign header, "" without one."""

    id: int
    received_at: datetime
    mail_from: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    campaign: str
    offset: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Page:
    """Entries newest first; ``older`` goes back into ``page(before=…)``, None at the end."""

    entries: list[Entry]
    older: int | None


@dataclass(frozen=True)
class Refusal:
    """A recipient (or a whole message) that the catcher refused, and its reply."""

    received_at: datetime
    mail_from: str
    recipient: str
    reply: str


class Ledger:
    """The catcher's folder, read only. Cheap to make; keeps its counts between calls."""

    def __init__(self, folder: Path) -> None:
        self._ledger = folder / LEDGER
        self._messages = folder / MESSAGES
        self._refusals = folder / REFUSALS
        self._counted = 0
        self._counts: Counter[str] = Counter()

    def page(
        self, *, before: int | None = None, limit: int = 50, to: str = "", campaign: str = ""
    ) -> Page:
        """Newest first, those older than the cursor; ``to`` keeps addresses holding that text."""
        found: list[Entry] = []
        older = 0
        for position, entry in self._backwards(before):
            if to and not any(to.lower() in address.lower() for address in entry.recipients):
                continue
            if campaign and entry.campaign != campaign:
                continue
            if len(found) == limit:
                return Page(found, older)
            found.append(entry)
            older = position
        return Page(found, None)

    def entries(self) -> Iterator[Entry]:
        """All of them, oldest first."""
        yield from (entry for _, entry in self._forwards(0))

    def entry(self, number: int) -> Entry | None:
        """The line of that id, found by halving."""
        if not self._ledger.exists():
            return None
        with self._ledger.open("rb") as stream:
            low, high = 0, stream.seek(0, 2)
            while high - low > BLOCK:
                middle = (low + high) // 2
                stream.seek(middle)
                stream.readline()
                entry = _decode(stream.readline())
                if entry is not None and entry.id <= number:
                    low = middle
                else:
                    high = middle
            stream.seek(low)
            if low:
                stream.readline()
            for line in stream:
                entry = _decode(line)
                if entry is not None and entry.id >= number:
                    return entry if entry.id == number else None
        return None

    def message(self, number: int) -> CaughtMessage | None:
        """The message of that id, taken apart."""
        entry = self.entry(number)
        return None if entry is None else parse(self.raw(entry))

    def raw(self, entry: Entry) -> bytes:
        """The bytes as received."""
        with self._messages.open("rb") as stream:
            stream.seek(entry.offset)
            return stream.read(entry.size)

    def counts(self) -> Counter[str]:
        """Messages by campaign (X-Campaign, "" for the others); only new lines are read."""
        for end, entry in self._forwards(self._counted):
            self._counts[entry.campaign] += 1
            self._counted = end
        return Counter(self._counts)

    def total(self) -> int:
        """How many messages there are."""
        return self.counts().total()

    def refusals(self) -> list[Refusal]:
        """All refusals, oldest first."""
        if not self._refusals.exists():
            return []
        found = []
        for line in self._refusals.read_bytes().splitlines():
            if (values := _json(line)) is not None:
                found.append(
                    Refusal(
                        datetime.fromisoformat(values["received_at"]),
                        values["from"],
                        values["to"],
                        values["reply"],
                    )
                )
        return found

    def _forwards(self, start: int) -> Iterator[tuple[int, Entry]]:
        """Entries from a byte position on, each with the position of its end."""
        if not self._ledger.exists():
            return
        with self._ledger.open("rb") as stream:
            stream.seek(start)
            position = start
            for line in stream:
                if not line.endswith(b"\n"):
                    return
                position += len(line)
                if (entry := _decode(line)) is not None:
                    yield position, entry

    def _backwards(self, end: int | None) -> Iterator[tuple[int, Entry]]:
        """Entries newest first, each with the position where its line starts."""
        if not self._ledger.exists():
            return
        with self._ledger.open("rb") as stream:
            position = stream.seek(0, 2) if end is None else end
            rest = b""
            while position > 0:
                size = min(BLOCK, position)
                position -= size
                stream.seek(position)
                lines = (stream.read(size) + rest).splitlines(keepends=True)
                rest = lines.pop(0) if position else b""
                start = position + len(rest) + sum(map(len, lines))
                for line in reversed(lines):
                    start -= len(line)
                    if (entry := _decode(line)) is not None:
                        yield start, entry


def _json(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def _decode(line: bytes) -> Entry | None:
    """A whole line, or None for one cut short."""
    values = _json(line) if line.endswith(b"\n") else None
    if values is None:
        return None
    return Entry(
        id=values["id"],
        received_at=datetime.fromisoformat(values["received_at"]),
        mail_from=values["from"],
        recipients=tuple(values["to"]),
        subject=values["subject"],
        message_id=values["message_id"],
        campaign=values["campaign"],
        offset=values["offset"],
        size=values["size"],
        sha256=values["sha256"],
    )
