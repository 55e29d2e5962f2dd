from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.contracts.rules.clocks import (
    Stop,
    deadline_after_stops,
    force_majeure_working_days,
    has_lasted_too_long,
)
from marketingconnect.kernel.working_days import add_working_days, is_working_day
from marketingconnect.terms.parameters import TermsParameters

TERMS = TermsParameters()
START, END = date(2026, 11, 23), date(2026, 11, 30)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        ([], END),
        ([Stop(date(2026, 11, 25), date(2026, 11, 26))], date(2026, 12, 2)),
        ([Stop(START, START)], END),
        ([Stop(date(2026, 12, 1), None)], END),
        ([Stop(END, END)], date(2026, 12, 1)),
        ([Stop(END, None)], None),
        ([Stop(date(2026, 11, 1), date(2026, 11, 24))], date(2026, 12, 1)),
        (
            [
                Stop(date(2026, 11, 24), date(2026, 11, 26)),
                Stop(date(2026, 11, 26), date(2026, 11, 27)),
            ],
            date(2026, 12, 4),
        ),
        ([Stop(date(2028, 2, 28), date(2028, 3, 1))], END),
    ],
)
def test_days_that_stand_still_are_added_to_a_period(
    stops: list[Stop], expected: date | None
) -> None:
    assert deadline_after_stops(starts_on=START, deadline=END, stops=stops) == expected


@given(start=DAYS, length=st.integers(0, 100), first=DAYS, held=st.integers(0, 60))
def test_a_period_has_as_many_running_days_whatever_stops_it(
    start: date, length: int, first: date, held: int
) -> None:
    stop = Stop(first, first + timedelta(days=held))
    deadline = start + timedelta(days=length)

    moved = deadline_after_stops(starts_on=start, deadline=deadline, stops=[stop])

    assert moved is not None
    days = [start + timedelta(days=n + 1) for n in range((moved - start).days)]
    assert sum(not stop.covers(day) for day in days) == length
    assert not length or not stop.covers(moved)


def test_a_case_opens_the_right_to_terminate_after_its_ninetieth_working_day() -> None:
    began = date(2026, 11, 23)
    ninetieth = add_working_days(began, 90)

    assert force_majeure_working_days(began_on=began, today=ninetieth, terms=TERMS) == 90
    assert not has_lasted_too_long(began_on=began, today=ninetieth, terms=TERMS)
    assert not has_lasted_too_long(began_on=began, today=began - timedelta(days=1), terms=TERMS)
    assert has_lasted_too_long(began_on=began, today=add_working_days(ninetieth, 1), terms=TERMS)


@given(DAYS)
def test_the_first_day_and_days_off_do_not_count(began: date) -> None:
    days = [began + timedelta(days=n) for n in range(200)]
    first = next(day for day in days if has_lasted_too_long(began_on=began, today=day, terms=TERMS))

    assert sum(is_working_day(day) for day in days if began < day <= first) == 91
