"""Rows as plain bits, against sets of whole numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from marketingconnect.base.index.masks import bitmap_of_ordered_rows
from marketingconnect.targeting.engine.words import (
    Words,
    count,
    flip,
    shifted,
    words_for,
    words_of,
    words_of_ranges,
)

MOST = 3000
sizes = st.integers(1, MOST)
rows = st.sets(st.integers(0, MOST - 1))


def held(words: Words) -> list[int]:
    return np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little")).tolist()


@given(size=sizes, chosen=rows, every=st.booleans())
def test_words_hold_the_rows_of_a_bitmap(size: int, chosen: set[int], every: bool) -> None:
    kept = set(range(size)) - chosen if every else {row for row in chosen if row < size}

    words = words_of(BitMap(kept), size)

    assert len(words) == words_for(size)
    assert held(words) == sorted(kept)
    assert count(words) == len(kept)


@given(size=sizes, chosen=rows, changed=rows)
def test_changed_rows_are_the_others(size: int, chosen: set[int], changed: set[int]) -> None:
    before, flipped = ({row for row in each if row < size} for each in (chosen, changed))
    words = words_of(BitMap(before), size)

    flip(words, BitMap(flipped))

    assert held(words) == sorted(before ^ flipped)


@given(size=sizes, bounds=st.lists(st.tuples(st.integers(0, MOST), st.integers(0, MOST))))
def test_stretches_are_filled(size: int, bounds: list[tuple[int, int]]) -> None:
    stretches = [(min(start, size), min(end, size)) for start, end in bounds]

    words = words_of_ranges(stretches, size)

    assert held(words) == sorted({row for each in stretches for row in range(*each)})


@given(size=sizes, chosen=rows, step=st.integers(0, MOST))
def test_rows_move_by_any_step(size: int, chosen: set[int], step: int) -> None:
    words = words_of(BitMap(row for row in chosen if row < size), size)

    moved = [row for row in held(shifted(words, step)) if row < size]

    assert moved == sorted(row + step for row in held(words) if row + step < size)


@given(st.sets(st.integers(0, 400_000)), st.integers(0, 300_000), st.integers(0, 70_000))
def test_rows_that_grow_make_a_bitmap(some: set[int], first: int, many: int) -> None:
    """Some stretches hold a few rows, others nearly all of theirs."""
    ordered = np.array(sorted(some | set(range(first, first + many))), dtype=np.uint32)

    assert bitmap_of_ordered_rows(ordered) == BitMap(ordered)
