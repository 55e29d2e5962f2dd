"""Cut a text into records, each with the number of its first line.

Made for millions of lines: blocks without a quote go straight through the csv module. A quote
that is never closed costs its own line only, not the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Final, TypeAlias


class BrokenRow(str):
    """A line that cannot be cut into columns, as it stands in the file."""

    __slots__ = ()


Record: TypeAlias = tuple[int, "list[str] | BrokenRow"]
"""Line of the file (the first is 1), cells; a blank line has none."""

_BLOCK: Final = 4096
_LONGEST_RECORD: Final = 20
"""Lines that one quoted cell may span before its quote is held to be a mistake."""

_END: Final = "\0"
"""A line that no block holds."""

csv.field_size_limit(1 << 24)


def text_records(lines: Iterable[str], *, separator: str, quote: str) -> Iterator[Record]:
    """Every record of a text, blank ones included."""
    source = iter(lines)
    number = 0
    while block := list(islice(source, _BLOCK)):
        text = "".join(block)
        if "\0" in text:
            block = [line.replace("\0", "") for line in block]
        rows = _one_record_a_line(block, separator, quote)
        if rows is None:
            feed = _Feed(block, source, number)
            yield from _quoted_records(feed, separator, quote)
            number = feed.number
        else:
            yield from zip(count(number + 1), rows, strict=False)
            number += len(block)


def _one_record_a_line(block: list[str], separator: str, quote: str) -> list[list[str]] | None:
    """The cells of each line; None when a quoted cell goes on past its line, or past the block."""
    try:
        rows = list(csv.reader([*block, _END], delimiter=separator, quotechar=quote))
    except csv.Error:
        return None
    if len(rows) != len(block) + 1 or rows.pop() != [_END]:
        return None
    return rows


class _Feed:
    """Lines given to the csv module one at a time; remembers those of the record under way.

    Past its block it takes single lines of the source, to finish a record that spans both.
    """

    def __init__(self, block: list[str], source: Iterator[str], number: int) -> None:
        self._lines = deque(block)
        self._source = source
        self.number = number
        self.record: list[str] = []
        self.cut_short = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.record) >= _LONGEST_RECORD:
            self.cut_short = True
            raise StopIteration
        if self._lines:
            line = self._lines.popleft()
        elif self.record:
            line = next(self._source, "").replace("\0", "")
        else:
            raise StopIteration
        if not line:
            self.cut_short = True
            raise StopIteration
        self.record.append(line)
        self.number += 1
        return line

    def begin(self) -> int:
        """The next line begins a record; its number."""
        self.record = []
        return self.number + 1

    def give_back(self) -> str:
        """Keep the first line of the record under way as it is; the others are read again."""
        first, *others = self.record
        self._lines.extendleft(reversed(others))
        self.number -= len(others)
        self.record, self.cut_short = [], False
        return first


def _quoted_records(feed: _Feed, separator: str, quote: str) -> Iterator[Record]:
    over = False
    while not over:
        over = True
        line = feed.begin()
        for cells in csv.reader(feed, delimiter=separator, quotechar=quote):
            if feed.cut_short:
                yield line, BrokenRow(feed.give_back().rstrip("\r\n"))
                over = False
                break
            yield line, cells
            line = feed.begin()
