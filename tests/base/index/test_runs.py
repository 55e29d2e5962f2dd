"""Stretches and positions, gathered chunk after chunk."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.index.runs import PositionCollector, RunCollector

chunks = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=8), min_size=1, max_size=6)


@given(chunks)
def test_a_stretch_is_one_even_when_a_chunk_ends_within_it(parts: list[list[int]]) -> None:
    runs, first = RunCollector(), 0
    for part in parts:
        runs.add(np.array(part), first)
        first += len(part)

    values = [value for part in parts for value in part]
    expected = [(len(list(group)), value) for value, group in groupby(values)]
    starts = np.cumsum([0, *(length for length, _ in expected)])[:-1]
    assert runs.starts().tolist() == starts.tolist()
    assert runs.codes().tolist() == [value for _, value in expected]


@given(chunks)
def test_positions_count_on_across_chunks(parts: list[list[int]]) -> None:
    numbers = np.cumsum([step > 2 for part in parts for step in part]).astype(np.uint32)
    positions, found, first = PositionCollector(), [], 0
    for part in parts:
        found += positions.add(numbers[first : first + len(part)], first).tolist()
        first += len(part)

    expected = [place for _, group in groupby(numbers) for place in range(len(list(group)))]
    assert found == expected
    assert positions.longest == max(expected) + 1


def test_a_group_whose_rows_are_apart_is_refused() -> None:
    positions = PositionCollector()
    positions.add(np.array([1, 1, 2], dtype=np.uint32), 0)

    with pytest.raises(ValueError, match="neighbours"):
        positions.add(np.array([1], dtype=np.uint32), 3)
