"""Sheets as spreadsheets here read them; what a client typed must never run in somebody else's."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

MARK: Final = "\ufeff"
"""First in a file, it tells spreadsheets that the text is UTF-8."""
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A line a row: the mark of UTF-8 before the first, semicolons between, CRLF at the end.

    Texts are made harmless; numbers stay as they are, and None is an empty cell.
    """
    write: Callable[[Iterable[object]], str] = csv.writer(
        _Line(), delimiter=";", lineterminator="\r\n"
    ).writerow
    before = MARK
    for row in rows:
        yield before + write(harmless(one) if isinstance(one, str) else one for one in row)
        before = ""


class _Line:
    """A stream that hands back what is written."""

    def write(self, text: str) -> str:
        return text
