"""CSV for spreadsheets (UTF-8 with its mark, semicolons) and text separated by tabs.

A batch without a quote, a separator or a line end in its values is joined as it stands; the csv
module quotes the others. Lines end as Windows ends them.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.cells import harmless, texts

_LINE_END: Final = "\r\n"
_QUOTED: Final = (";", '"')


def write_csv(stream: BinaryIO, columns: Sequence[Column], batches: Iterable[Batch]) -> int:
    """Write a header and the rows, none of which a spreadsheet would run; returns the rows."""
    stream.write(codecs.BOM_UTF8)
    stream.write(_csv_lines([[column.title] for column in columns]))
    rows = 0
    for batch in batches:
        stream.write(_csv_lines([harmless(texts(batch.columns[c.name])) for c in columns]))
        rows += len(batch)
    return rows


def write_tab(stream: BinaryIO, columns: Sequence[Column], batches: Iterable[Batch]) -> int:
    """Write a header and the rows, UTF-8 without mark, no quote ever; returns the rows."""
    stream.write(_lines("\t", [[column.title] for column in columns]))
    rows = 0
    for batch in batches:
        stream.write(_lines("\t", [texts(batch.columns[column.name]) for column in columns]))
        rows += len(batch)
    return rows


def _lines(separator: str, values: Sequence[Sequence[str]]) -> bytes:
    lines = map(separator.join, zip(*values, strict=True))
    return (_LINE_END.join(lines) + _LINE_END).encode()


def _csv_lines(values: Sequence[Sequence[str]]) -> bytes:
    for column in values:
        together = "".join(column)
        if any(sign in together for sign in _QUOTED):
            return _quoted_lines(values)
    return _lines(";", values)


def _quoted_lines(values: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator=_LINE_END).writerows(zip(*values, strict=True))
    return text.getvalue().encode()
