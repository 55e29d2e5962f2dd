"""The accounting export (fichier des écritures comptables): LPF, art. A47 A-1.

Eighteen columns, tab-separated, days as AAAAMMJJ, decimal commas, ISO 8859-15, one line a line of
entry, in the order of the numbers that closing gave. Entries of open months are not exported.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from marketingconnect.ledger.errors import NothingToExportError
from marketingconnect.ledger.states import BOOK_LABELS, Book

COLUMNS: Final = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
ENCODING: Final = "iso8859-15"
_AT_ONCE: Final = 5000
# A window rather than a join: its cost does not depend on what PostgreSQL knows of new rows.
_LINES: Final = """
select book, number, day, account, account_label, coalesce(c.reference, ''),
       coalesce(c.legal_name, ''), piece_ref, piece_date, label, debit_cents, credit_cents,
       case when is_settled then document else '' end, case when is_settled then last_day end,
       validated_on
  from (select e.book, v.year, v.number, e.date as day, l.account, l.account_label, l.company_id,
               e.piece_ref, e.piece_date, e.label, l.debit_cents, l.credit_cents, l.document,
               l.position, v.validated_on, max(e.date) over same as last_day,
               l.company_id is not null
               and sum(l.debit_cents - l.credit_cents) over same = 0 as is_settled
          from ledger_validation v
          join ledger_entry e on e.id = v.entry_id
          join ledger_line l on l.entry_id = e.id
        window same as (partition by l.company_id, l.account, l.document)) lines
  left join accounts_company c on c.id = lines.company_id
 where year = %s
 order by number, position
"""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written. Cents."""

    path: Path
    entries: int
    lines: int
    debit_cents: int


def file_name(siren: str, year: int) -> str:
    """CGV II.2.a: `900000019FEC20261231.txt`: the SIREN and the last day of the year."""
    return f"{siren}FEC{year}1231.txt"


def write_fec(year: int, *, siren: str, folder: Path) -> Export:
    """CGV II.2.a: write the closed entries of a year below `folder`, in constant memory.

    The file appears whole or not at all. Raises NothingToExportError when no month is closed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(siren, year)
    unfinished = path.with_suffix(".part")
    tally = _Tally()
    try:
        with unfinished.open("w", encoding=ENCODING, errors="replace", newline="") as file:
            file.write("\t".join(COLUMNS) + "\r\n")
            for row in _rows(year):
                tally.add(row)
                file.write("\t".join(_cells(row)) + "\r\n")
        tally.check(year)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Export(path, tally.last, tally.lines, tally.debit)


class _Tally:
    """What the file must be: not empty, balanced, numbered from 1 without a gap."""

    def __init__(self) -> None:
        self.last = self.lines = self.debit = self.credit = 0

    def add(self, row: Sequence[Any]) -> None:
        number = row[1]
        if number not in (self.last, self.last + 1):
            raise NothingToExportError(f"L’écriture n° {self.last + 1} manque.")
        self.last = number
        self.lines += 1
        self.debit += row[10]
        self.credit += row[11]

    def check(self, year: int) -> None:
        if not self.lines:
            raise NothingToExportError(f"Aucun mois de {year} n’est clôturé avec des écritures.")
        if self.debit != self.credit:
            raise NothingToExportError("Le débit et le crédit diffèrent.")


def _rows(year: int) -> Iterator[Sequence[Any]]:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, [year])
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def _cells(row: Sequence[Any]) -> Iterator[str]:
    book, number, day, account, account_label, client, client_name = row[:7]
    piece, piece_day, label, debit, credit, letter, lettered_on, validated_on = row[7:]
    yield from (book, _text(BOOK_LABELS[Book(book)]), str(number), _day(day))
    yield from (account, _text(account_label), _text(client), _text(client_name))
    yield from (_text(piece), _day(piece_day), _text(label), _amount(debit), _amount(credit))
    yield from (_text(letter), _day(lettered_on), _day(validated_on), "", "")


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _text(text: str) -> str:
    """On one line, without the separator, in letters that the encoding has."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("’", "'")).split())
