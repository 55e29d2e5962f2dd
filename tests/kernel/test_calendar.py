"""Months added the legal way, and dates written in French."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.calendar import (
    add_months,
    add_years,
    end_of_month,
    first_of_next_month,
    format_date_fr,
    format_day_month_fr,
    format_month_fr,
    format_short_date_fr,
)

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2026-05-05", 0, "2026-05-05"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last(start: str, n: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), n) == date.fromisoformat(end)


def test_years_and_ends_of_month() -> None:
    assert add_years(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert first_of_next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert end_of_month(date(2028, 2, 1)) == date(2028, 2, 29)


def test_dates_are_written_in_french() -> None:
    assert format_date_fr(date(2026, 11, 24)) == "mardi 24 novembre 2026"
    assert format_date_fr(date(2026, 11, 1)) == "dimanche 1er novembre 2026"
    assert format_day_month_fr(date(2027, 5, 1)) == "1er mai"
    assert format_month_fr(date(2026, 8, 3)) == "août 2026"
    assert format_short_date_fr(date(2026, 8, 3)) == "03/08/2026"


@given(days, st.integers(-240, 240))
def test_a_month_later_is_in_the_month_wanted(day: date, n: int) -> None:
    later = add_months(day, n)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@given(days, days, st.integers(0, 24))
def test_adding_months_keeps_the_order(one: date, other: date, n: int) -> None:
    if one <= other:
        assert add_months(one, n) <= add_months(other, n)
