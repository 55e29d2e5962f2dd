"""Text of fixed width, as printers and mail houses load it: Windows-1252, one record a line.

Each value starts at its column's place and is filled with blanks; what a column cannot hold is
cut. The description of the layout goes with the file, for the person who loads it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.cells import in_windows, texts, windows_bytes

_LINE_END: Final = "\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands in a line: the first position is 1, both ends are included."""

    column: Column
    first: int
    last: int


def places(columns: Sequence[Column]) -> Iterator[Place]:
    """Where each column stands."""
    first = 1
    for column in columns:
        yield Place(column, first, first + column.width - 1)
        first += column.width


def write_fixed_width(stream: BinaryIO, columns: Sequence[Column], batches: Iterable[Batch]) -> int:
    """Write the rows, without a header; returns how many."""
    pattern = "".join(f"%-{column.width}s" for column in columns) + _LINE_END
    width = sum(column.width for column in columns) + len(_LINE_END)
    rows = 0
    for batch in batches:
        values = [in_windows(texts(batch.columns[column.name])) for column in columns]
        text = "".join([pattern % row for row in zip(*values, strict=True)])
        if len(text) != width * len(batch):
            values = [_cut(column, c.width) for column, c in zip(values, columns, strict=True)]
            text = "".join([pattern % row for row in zip(*values, strict=True)])
        stream.write(windows_bytes(text))
        rows += len(batch)
    return rows


def _cut(values: Sequence[str], width: int) -> list[str]:
    return [value[:width] for value in values]


def layout_description(columns: Sequence[Column]) -> str:
    """The layout (dessin d’enregistrement) in French: position and length of each column."""
    width = sum(column.width for column in columns)
    titles = max(len("Zone"), *(len(column.title) for column in columns))
    lines = [
        "DESSIN DU FICHIER",
        "",
        "Un enregistrement par ligne, sans ligne de titres.",
        f"Longueur d’un enregistrement : {width} caractères, puis retour à la ligne (CR LF).",
        "Codage : Windows-1252, un octet par caractère. Les zones sont cadrées à gauche et",
        "complétées par des espaces ; les positions se comptent à partir de 1.",
        "",
        f"{'Zone':{titles}}  {'Début':>6} {'Fin':>6} {'Longueur':>9}",
    ]
    lines += [
        f"{place.column.title:{titles}}  {place.first:>6} {place.last:>6} {place.column.width:>9}"
        for place in places(columns)
    ]
    return "".join(f"{text}{_LINE_END}" for text in lines)
