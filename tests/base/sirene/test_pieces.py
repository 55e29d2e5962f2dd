"""Pieces are cut between two records, whatever quotes and line ends the records hold."""

import csv
import io
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.sirene.reading.pieces import (
    EndlessRecordError,
    last_record_end,
    pieces,
    split_header,
)

cells = st.text(alphabet='ab,"\n;é ', max_size=12)
records = st.lists(st.lists(cells, min_size=2, max_size=4), max_size=30)
sizes = st.integers(min_value=1, max_value=200)


def written(rows: list[list[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def chunked(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@given(rows=records, chunk=sizes)
def test_pieces_hold_whole_records_and_together_the_whole_file(
    rows: list[list[str]], chunk: int
) -> None:
    content = written(rows)

    found = list(pieces(chunked(content, chunk), size=400))

    assert b"".join(piece.content for piece in found) == content
    assert [record for piece in found for record in read(piece.content)] == read(content)
    assert [piece.number for piece in found] == list(range(len(found)))
    for piece, following in pairwise(found):
        assert following.first_line == piece.first_line + piece.content.count(b"\n")


@given(rows=records)
def test_the_last_record_end_is_one(rows: list[list[str]]) -> None:
    content = written(rows)

    assert last_record_end(content) == len(content)
    end = last_record_end(content[:-1])
    assert read(content[:end]) + read(content[end:]) == read(content)


def test_a_record_without_end_is_refused_at_its_line_with_little_read() -> None:
    read_so_far = 0

    def endless() -> Iterator[bytes]:
        nonlocal read_so_far
        yield b"a,b\nc,d\n"
        while True:
            read_so_far += 1000
            yield b"x" * 1000

    with pytest.raises(EndlessRecordError) as error:
        list(pieces(endless(), size=50_000, first_line=2))

    assert error.value.line == 4
    assert read_so_far < 120_000


def test_the_header_is_split_off_and_never_longer_than_it_may() -> None:
    assert split_header(iter([b"a,", b"b\nc", b",d\n"])) == (b"a,b\n", b"c")
    assert split_header(iter([b"a,b"])) == (b"a,b", b"")
    with pytest.raises(EndlessRecordError):
        split_header(iter([b"x" * 100, b"x" * 100]), longest=150)
