"""What may be told of a count, without database."""

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.targeting.rules import (
    hidden_cells,
    may_be_told,
    may_tell_difference,
    reveals_a_group,
)

ELEVEN = 11
cells = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 60))


def test_a_count_may_be_told_from_eleven_households_on() -> None:
    told = [may_be_told(households, smallest=ELEVEN) for households in (0, 1, 10, 11, 12)]

    assert told == [False, False, False, True, True]


def test_two_counts_reveal_a_group_when_nearly_the_same_homes_are_in_both() -> None:
    assert reveals_a_group(1, 0, smallest=ELEVEN)
    assert reveals_a_group(0, 10, smallest=ELEVEN)
    assert reveals_a_group(3, 4, smallest=ELEVEN)


def test_counts_that_are_close_by_chance_reveal_no_group() -> None:
    assert not reveals_a_group(0, 0, smallest=ELEVEN)
    assert not reveals_a_group(11, 0, smallest=ELEVEN)
    assert not reveals_a_group(5000, 4995, smallest=ELEVEN)


def test_small_cells_are_hidden_with_one_more_so_that_none_is_found_by_taking_away() -> None:
    assert hidden_cells({"01": 500, "02": 4, "03": 80}, smallest=ELEVEN) == {"02", "03"}
    assert hidden_cells({"01": 500, "02": 4, "03": 3}, smallest=ELEVEN) == {"01", "02", "03"}
    assert hidden_cells({"01": 500, "02": 6, "03": 5}, smallest=ELEVEN) == {"02", "03"}
    assert hidden_cells({"01": 500, "02": 11}, smallest=ELEVEN) == frozenset()


@given(cells)
def test_what_hidden_cells_hold_together_is_never_a_small_number(
    households: dict[str, int],
) -> None:
    hidden = hidden_cells(households, smallest=ELEVEN)
    held = sum(households[cell] for cell in hidden)

    assert all(n == 0 or n >= ELEVEN for cell, n in households.items() if cell not in hidden)
    everything = {cell for cell, n in households.items() if n > 0}
    assert not hidden or hidden == everything or (len(hidden) >= 2 and held >= ELEVEN)


def test_what_a_criterion_removes_may_be_told_when_nobody_or_enough_homes_go() -> None:
    told = [may_tell_difference(100, after, smallest=ELEVEN) for after in (100, 99, 90, 89, 111)]

    assert told == [True, False, False, True, True]
