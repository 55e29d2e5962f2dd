import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.offers.list_rental.delivery_files.tracing.verdict import log10_chance


@given(st.integers(1, 400), st.data())
def test_the_chance_is_never_said_smaller_than_it_is(compared: int, data: st.DataObject) -> None:
    agreeing = data.draw(st.integers(0, compared))
    exact = sum(math.comb(compared, n) for n in range(agreeing, compared + 1)) / 2**compared

    assert 10 ** log10_chance(compared, agreeing) >= exact * (1 - 1e-9)


@pytest.mark.parametrize(("compared", "agreeing"), [(0, 0), (10, 5), (10, 0), (1_000, 490)])
def test_half_of_the_spellings_is_what_chance_does(compared: int, agreeing: int) -> None:
    assert log10_chance(compared, agreeing) == 0


def test_thirty_spellings_all_alike_are_one_chance_in_a_billion() -> None:
    assert log10_chance(30, 30) == pytest.approx(-9.03, abs=0.01)
