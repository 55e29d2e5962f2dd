"""Lists of accounting as files for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse

from marketingconnect.kernel.money import Money


class _Line:
    """What `csv` writes to: the line comes back to the caller."""

    def write(self, line: str) -> str:
        return line


def csv_answer(
    name: str, titles: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """`NAME.csv`, as French spreadsheets read it: semicolons, decimal commas, days as they stand.

    Rows are written as they are read.
    """
    lines = _lines(titles, rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer: Any = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(titles)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, Money):
        euros, cents = divmod(abs(value.cents), 100)
        return f"{'-' if value.cents < 0 else ''}{euros},{cents:02d}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
