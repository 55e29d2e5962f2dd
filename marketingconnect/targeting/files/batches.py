"""What the writers are given: rows by batches of columns, a few thousand at a time.

A file of a million rows is never held: a batch of 20,000 is made, written and forgotten.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

BATCH_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its name in a batch, its title for people, its width in fixed text."""

    name: str
    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, column by column: each column holds one value a row, in the order of the rows."""

    columns: Mapping[str, Sequence[Any]]
    rows: int

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[Any]]) -> "Batch":
        """A batch of these columns; raises ValueError when they differ in length."""
        lengths = {len(values) for values in columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        return cls(columns, lengths.pop() if lengths else 0)

    def __len__(self) -> int:
        return self.rows


def batches_of(
    names: Sequence[str], rows: Iterable[Sequence[Any]], *, size: int = BATCH_ROWS
) -> Iterator[Batch]:
    """Rows that come one by one, such as those of a cursor, as batches of `size`."""
    source = iter(rows)
    while taken := list(islice(source, size)):
        yield Batch(dict(zip(names, zip(*taken, strict=True), strict=True)), len(taken))
