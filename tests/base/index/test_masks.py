"""Masks and bitmaps of rows, back and forth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from marketingconnect.base.index.masks import (
    STRETCH,
    bitmap_of_mask,
    bitmap_of_rows,
    mask_of,
    rows_of,
)


@pytest.mark.parametrize("share", [0.0, 0.001, 4096 / STRETCH, 0.07, 0.5, 1.0])
@pytest.mark.parametrize("size", [1, 65_536, 65_537, 300_000])
def test_a_bitmap_holds_exactly_the_rows_of_its_mask(share: float, size: int) -> None:
    mask = np.random.default_rng(7).random(size) < share

    found = bitmap_of_mask(mask, STRETCH * 3)

    assert found == BitMap(np.flatnonzero(mask) + STRETCH * 3)
    assert np.array_equal(mask_of(bitmap_of_mask(mask), size), mask)


@pytest.mark.parametrize("held", [4095, 4096, 4097, STRETCH])
def test_the_limit_between_lists_and_bits_is_the_format_s(held: int) -> None:
    mask = np.zeros(STRETCH, dtype=np.bool_)
    mask[:held] = True

    assert bitmap_of_mask(mask).serialize() == BitMap(range(held)).serialize() or (
        bitmap_of_mask(mask) == BitMap(range(held))
    )


def test_rows_begin_at_a_stretch() -> None:
    with pytest.raises(ValueError, match="beginning"):
        bitmap_of_mask(np.ones(5, dtype=np.bool_), 100)


@given(st.lists(st.integers(0, 400_000), max_size=300))
def test_rows_in_any_order_make_the_same_bitmap(rows: list[int]) -> None:
    found = bitmap_of_rows(np.array(rows, dtype=np.uint32))

    assert found == BitMap(rows)
    assert rows_of(found).tolist() == sorted(set(rows))


def test_many_rows_in_any_order_make_the_same_bitmap() -> None:
    rows = np.random.default_rng(3).integers(0, 5_000_000, 200_000).astype(np.uint32)

    assert bitmap_of_rows(rows) == BitMap(rows)
