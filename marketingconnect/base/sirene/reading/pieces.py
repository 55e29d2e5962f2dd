"""Cut a stream of CSV between two records: a line end inside quotes is not one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

PIECE: Final = 16 << 20
_LINE_END: Final = b"\n"
_QUOTE: Final = b'"'


class EndlessRecordError(Exception):
    """No record ends within a whole piece: a quote that is never closed, or no line at all."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole records; `first_line` is the line of the file that the first one starts on, from 1."""

    number: int
    first_line: int
    content: bytes


def pieces(chunks: Iterable[bytes], *, size: int = PIECE, first_line: int = 1) -> Iterator[Piece]:
    """The stream in pieces of about `size` bytes, the same for the same stream.

    At most one piece and one chunk are held. Raises EndlessRecordError.
    """
    held, number, line = bytearray(), 0, first_line
    for chunk in chunks:
        held += chunk
        if len(held) < size:
            continue
        end = last_record_end(held)
        if not end:
            raise EndlessRecordError(line)
        content = bytes(memoryview(held)[:end])
        yield Piece(number, line, content)
        number, line = number + 1, line + content.count(_LINE_END)
        del held[:end]
    if held:
        yield Piece(number, line, bytes(held))


def last_record_end(content: bytes | bytearray) -> int:
    """Where the last whole record ends; 0 when none does.

    A line end closes a record when an even number of quotes stands before it.
    """
    end = content.rfind(_LINE_END)
    quotes = content.count(_QUOTE, 0, end) if end > 0 else 0
    while end > 0 and quotes % 2:
        earlier = content.rfind(_LINE_END, 0, end)
        quotes -= content.count(_QUOTE, earlier + 1, end)
        end = earlier
    return end + 1


def split_header(chunks: Iterator[bytes], *, longest: int = 1 << 16) -> tuple[bytes, bytes]:
    """The first line, and what was read beyond it. Raises EndlessRecordError."""
    held = b""
    for chunk in chunks:
        held += chunk
        line, found, rest = held.partition(_LINE_END)
        if found and len(line) <= longest:
            return line + found, rest
        if len(held) > longest:
            raise EndlessRecordError(1)
    return held, b""
