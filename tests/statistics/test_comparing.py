"""Two rates compared: symmetric, silent on too few, deaf to chance."""

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.statistics.comparing import Rate, differs, told

RATES = st.integers(1, 10_000).flatmap(
    lambda whole: st.builds(Rate, st.integers(0, whole), st.just(whole))
)


@given(RATES, RATES)
def test_the_order_changes_nothing_and_a_rate_never_differs_from_itself(a: Rate, b: Rate) -> None:
    assert differs(a, b) == differs(b, a)
    assert differs(a, a) in {False, None}


def test_a_difference_is_told_only_when_chance_would_hardly_make_it() -> None:
    # Two expected of thirty: too few, whatever the difference.
    assert differs(Rate(0, 30), Rate(4, 30)) is None
    assert differs(Rate(0, 0), Rate(4, 30)) is None
    # z = 2.69 and 2.62, on both sides of 2.64.
    assert differs(Rate(100, 1000), Rate(139, 1000)) is True
    assert differs(Rate(100, 1000), Rate(138, 1000)) is False
    assert "dépasse le hasard" in told("Clics", Rate(10, 1000), Rate(90, 1000))
    assert told("Clics", Rate(10, 1000), Rate(90, 1000)).startswith("Clics : plus")
    assert "moins" in told("Clics", Rate(90, 1000), Rate(10, 1000))
    assert "hasard" in told("Clics", Rate(20, 1000), Rate(21, 1000))
    assert "trop peu" in told("Clics", Rate(1, 10), Rate(2, 10))
