"""Working days: known dates, an independent calendar, and what must always hold."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.working_days import (
    WORKING_DAY_TERRITORIES,
    add_working_days,
    easter,
    first_working_day,
    is_working_day,
    public_holidays,
    working_days_between,
)

# Year, Good Friday, Easter, Easter Monday, Ascension, Whit Monday, then working days of the year
# in the metropole and in Alsace-Moselle.
YEARS = [
    (2024, (3, 29), (3, 31), (4, 1), (5, 9), (5, 20), 252, 250),
    (2025, (4, 18), (4, 20), (4, 21), (5, 29), (6, 9), 251, 249),
    (2026, (4, 3), (4, 5), (4, 6), (5, 14), (5, 25), 252, 251),
    (2027, (3, 26), (3, 28), (3, 29), (5, 6), (5, 17), 254, 253),
    (2028, (4, 14), (4, 16), (4, 17), (5, 25), (6, 5), 251, 249),
    (2029, (3, 30), (4, 1), (4, 2), (5, 10), (5, 21), 252, 250),
    (2030, (4, 19), (4, 21), (4, 22), (5, 30), (6, 10), 251, 249),
]
# Day of validation, 2 working days later in the metropole and in Alsace-Moselle, 90 later.
DEADLINES = [
    ("2025-04-17", "2025-04-22", "2025-04-23", "2025-09-01"),
    ("2026-04-02", "2026-04-07", "2026-04-08", "2026-08-14"),
    ("2026-04-30", "2026-05-05", "2026-05-05", "2026-09-10"),
    ("2026-05-07", "2026-05-12", "2026-05-12", "2026-09-16"),
    ("2026-05-13", "2026-05-18", "2026-05-18", "2026-09-21"),
    ("2026-11-10", "2026-11-13", "2026-11-13", "2027-03-19"),
    ("2026-11-23", "2026-11-25", "2026-11-25", "2027-04-01"),
    ("2026-12-24", "2026-12-29", "2026-12-29", "2027-05-04"),
    ("2027-12-31", "2028-01-04", "2028-01-04", "2028-05-10"),
    ("2029-05-07", "2029-05-11", "2029-05-11", "2029-09-14"),
]
FIRST_DAYS = [
    (2024, 5, 2),
    (2025, 1, 2),
    (2026, 3, 2),
    (2026, 5, 4),
    (2026, 8, 3),
    (2026, 11, 2),
    (2026, 12, 1),
    (2027, 1, 4),
    (2027, 5, 3),
    (2028, 1, 3),
    (2029, 4, 3),
    (2030, 1, 2),
]
ORACLE_SUBDIVISIONS = {
    "metropole": None,
    "alsace-moselle": "57",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "reunion": "974",
    "mayotte": "976",
}
# The package lists customs of the Antilles that the Code du travail doesn't make holidays.
LOCAL_CUSTOMS = ("Mi-Careme", "Good Friday", "Victor Schoelcher Day")
# It also drops Whit Monday from 2005 to 2007, when most people worked on it (journée de
# solidarité); the day never left the list of the Code du travail.
SOLIDARITY_YEARS = range(2005, 2008)
civil_days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
territories = st.sampled_from(WORKING_DAY_TERRITORIES)


@pytest.mark.parametrize(
    ("year", "good_friday", "sunday", "monday", "ascension", "whit", "metropole", "alsace"), YEARS
)
def test_movable_feasts_and_working_days_of_a_year(
    year: int,
    good_friday: tuple[int, int],
    sunday: tuple[int, int],
    monday: tuple[int, int],
    ascension: tuple[int, int],
    whit: tuple[int, int],
    metropole: int,
    alsace: int,
) -> None:
    assert easter(year) == date(year, *sunday)
    national = public_holidays(year)
    assert {date(year, *day) for day in (monday, ascension, whit)} <= set(national)
    assert date(year, *good_friday) not in national
    assert date(year, *good_friday) in public_holidays(year, "alsace-moselle")
    new_year_s_eve = date(year - 1, 12, 31)
    year_end = date(year, 12, 31)
    assert working_days_between(new_year_s_eve, year_end) == metropole
    assert working_days_between(new_year_s_eve, year_end, "alsace-moselle") == alsace


@pytest.mark.parametrize(("validated", "two", "two_in_alsace", "ninety"), DEADLINES)
def test_working_days_are_counted_from_the_day_after(
    validated: str, two: str, two_in_alsace: str, ninety: str
) -> None:
    day = date.fromisoformat(validated)

    assert add_working_days(day, 2) == date.fromisoformat(two)
    assert add_working_days(day, 2, "alsace-moselle") == date.fromisoformat(two_in_alsace)
    assert add_working_days(day, 90) == date.fromisoformat(ninety)


@pytest.mark.parametrize(("year", "month", "day"), FIRST_DAYS)
def test_the_first_working_day_of_a_month(year: int, month: int, day: int) -> None:
    assert first_working_day(year, month) == date(year, month, day)


@pytest.mark.parametrize(
    ("territory", "month", "day"),
    [
        ("mayotte", 4, 27),
        ("martinique", 5, 22),
        ("guadeloupe", 5, 27),
        ("guyane", 6, 10),
        ("reunion", 12, 20),
    ],
)
def test_overseas_keeps_its_abolition_day(territory: str, month: int, day: int) -> None:
    abolition = date(2027, month, day)

    assert not is_working_day(abolition, territory)
    assert abolition not in public_holidays(2027)
    assert public_holidays(2027, territory)[abolition] == "Abolition de l’esclavage"


@pytest.mark.parametrize("territory", WORKING_DAY_TERRITORIES)
@pytest.mark.parametrize("year", range(2000, 2061))
def test_holidays_agree_with_an_independent_package(territory: str, year: int) -> None:
    known = holidays.country_holidays(
        "FR", subdiv=ORACLE_SUBDIVISIONS[territory], years=year, language="en_US"
    )
    customs = () if territory == "alsace-moselle" else LOCAL_CUSTOMS
    expected = {
        day
        for day, names in known.items()
        if not all(name in customs for name in names.split("; "))
    }

    if year in SOLIDARITY_YEARS:
        expected.add(easter(year) + timedelta(days=50))

    assert set(public_holidays(year, territory)) == expected


def test_every_territory_meets_another_one_in_no_more_than_two_days() -> None:
    for territory in WORKING_DAY_TERRITORIES:
        local = set(public_holidays(2026, territory)) - set(public_holidays(2026))
        assert len(local) == (0 if territory == "metropole" else 2 if "alsace" in territory else 1)


@pytest.mark.parametrize("territory", ["", "France", "polynesie", "saint-martin", "METROPOLE"])
def test_an_unknown_territory_is_refused_with_the_known_ones(territory: str) -> None:
    with pytest.raises(ValueError, match=r"known: metropole, alsace-moselle, guadeloupe"):
        is_working_day(date(2026, 11, 23), territory)
    with pytest.raises(ValueError, match="no working-day calendar"):
        add_working_days(date(2026, 11, 23), 0, territory)


def test_a_datetime_is_refused() -> None:
    with pytest.raises(TypeError, match="civil dates"):
        is_working_day(datetime(2026, 12, 25, tzinfo=UTC))


def test_zero_working_days_leave_the_day_alone() -> None:
    sunday = date(2026, 11, 22)

    assert add_working_days(sunday, 0) == sunday


def test_holidays_are_in_order_and_cannot_be_changed() -> None:
    days = public_holidays(2026)

    assert list(days) == sorted(days)
    with pytest.raises(TypeError):
        days[date(2026, 12, 24)] = "Pont"  # type: ignore[index]


@given(civil_days, st.integers(1, 260), territories)
def test_the_result_is_a_working_day_with_exactly_n_in_between(
    day: date, n: int, territory: str
) -> None:
    later = add_working_days(day, n, territory)

    assert is_working_day(later, territory)
    assert working_days_between(day, later, territory) == n


@given(civil_days, st.integers(0, 60), st.integers(0, 60), territories)
def test_two_delays_in_a_row_are_one_longer_delay(
    day: date, first: int, second: int, territory: str
) -> None:
    step_by_step = add_working_days(add_working_days(day, first, territory), second, territory)

    assert step_by_step == add_working_days(day, first + second, territory)


@given(civil_days, st.integers(1, 60), territories)
def test_going_back_undoes_going_on_from_a_working_day(day: date, n: int, territory: str) -> None:
    start = add_working_days(day, 1, territory)

    assert add_working_days(add_working_days(start, n, territory), -n, territory) == start


@given(civil_days, civil_days, territories)
def test_counting_backwards_is_the_opposite(one: date, other: date, territory: str) -> None:
    if abs(one - other) > timedelta(days=2000):
        other = one + timedelta(days=(other - one).days % 2000)
    forwards = working_days_between(one, other, territory)

    assert working_days_between(other, one, territory) == -forwards
