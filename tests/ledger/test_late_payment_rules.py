from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.money import Money
from marketingconnect.ledger.rules.late_payment import (
    Age,
    Change,
    age,
    days_late,
    late_penalty,
    penalty_rate,
    recovery_indemnity,
    unpaid_by_date,
)
from marketingconnect.terms.law import Fact, UnknownLawError, shipped_law

DUE = date(2026, 3, 31)
SOLD = date(2026, 3, 1)
LAW = shipped_law()
THOUSAND = [Change(SOLD, Money(1000_00))]


def with_basis(basis: str) -> tuple[Fact, ...]:
    return tuple(
        replace(fact, value=basis) if fact.key == "late_penalty_basis" else fact for fact in LAW
    )


def penalty(on: date, *changes: Change, due_on: date = DUE) -> int:
    asked = [*THOUSAND, *changes]
    return late_penalty(changes=asked, due_on=due_on, on=on, facts=LAW).cents


def paid(on: date, cents: int) -> Change:
    return Change(on, Money(-cents))


@pytest.mark.parametrize(
    ("on", "days", "found"),
    [
        (DUE - timedelta(1), 0, Age.NOT_DUE),
        (DUE, 0, Age.NOT_DUE),
        (DUE + timedelta(1), 1, Age.TO_30),
        (DUE + timedelta(30), 30, Age.TO_30),
        (DUE + timedelta(31), 31, Age.TO_60),
        (DUE + timedelta(60), 60, Age.TO_60),
        (DUE + timedelta(61), 61, Age.TO_90),
        (DUE + timedelta(90), 90, Age.TO_90),
        (DUE + timedelta(91), 91, Age.OVER_90),
    ],
)
def test_lateness_starts_the_day_after(on: date, days: int, found: Age) -> None:
    assert days_late(due_on=DUE, on=on) == days
    assert age(due_on=DUE, on=on) is found


@pytest.mark.parametrize(
    ("on", "ecb", "legal"),
    [
        (date(2025, 6, 30), "13.15", "11.13"),
        (date(2025, 7, 1), "12.15", "8.28"),
        (date(2025, 12, 31), "12.15", "8.28"),
        (date(2026, 1, 1), "12.15", "7.86"),
    ],
)
def test_the_rate_is_that_of_the_half_year(on: date, ecb: str, legal: str) -> None:
    assert penalty_rate(on=on, facts=LAW) == Decimal(ecb)
    assert penalty_rate(on=on, facts=with_basis("legal")) == Decimal(legal)


def test_a_day_without_a_known_rate_is_never_guessed() -> None:
    with pytest.raises(UnknownLawError):
        penalty_rate(on=date(2024, 12, 31), facts=LAW)


@pytest.mark.parametrize(
    ("on", "cents"),
    [
        (DUE - timedelta(5), 0),
        (DUE, 0),
        # 1 000 x 12.15 % / 365 = 0.33287…
        (DUE + timedelta(1), 33),
        (DUE + timedelta(2), 67),
        (DUE + timedelta(30), 9_99),
        (DUE + timedelta(365), 121_50),
    ],
)
def test_penalties_run_day_by_day(on: date, cents: int) -> None:
    assert penalty(on) == cents


def test_half_a_cent_is_rounded_up_once() -> None:
    # 365 x 12.15 % x 30 / 365 = 3.645 exactly.
    asked = [Change(SOLD, Money(365_00))]

    found = late_penalty(changes=asked, due_on=DUE, on=DUE + timedelta(30), facts=LAW)

    assert found == Money(3_65)


def test_a_leap_day_counts_and_the_year_stays_365_days() -> None:
    due = date(2028, 2, 28)

    assert penalty(date(2028, 3, 1), due_on=due) == 67
    assert penalty(date(2029, 2, 28), due_on=due) == 121_83


def test_money_stops_the_penalty_of_its_part() -> None:
    end = DUE + timedelta(10)

    assert penalty(end, paid(DUE, 1000_00)) == 0
    assert penalty(end, paid(DUE + timedelta(1), 1000_00)) == 33
    # One day on 1 000, nine on 400.
    assert penalty(end, paid(DUE + timedelta(1), 600_00)) == 1_53
    assert penalty(end, paid(DUE, 1200_00)) == 0


def test_a_rate_that_changes_counts_from_its_first_day() -> None:
    due = date(2025, 6, 29)
    asked = [Change(due, Money(1000_00))]
    last_day, first_day = (
        late_penalty(changes=asked, due_on=due, on=on, facts=LAW).cents
        for on in (date(2025, 6, 30), date(2025, 7, 1))
    )

    # 1 000 x 13.15 % / 365 = 0.36027…, and 0.33287… more the next day.
    assert (last_day, first_day) == (36, 69)


@pytest.mark.parametrize(
    ("on", "changes", "cents"),
    [
        (DUE, [], 0),
        (DUE + timedelta(1), [], 40_00),
        (DUE + timedelta(400), [], 40_00),
        (DUE + timedelta(1), [paid(DUE, 999_99)], 40_00),
        (DUE + timedelta(1), [paid(DUE, 1000_00)], 0),
        (DUE + timedelta(9), [paid(DUE + timedelta(1), 1000_00)], 40_00),
    ],
)
def test_the_indemnity_is_due_once_from_the_first_day(
    on: date, changes: list[Change], cents: int
) -> None:
    found = recovery_indemnity(changes=[*THOUSAND, *changes], due_on=DUE, on=on, facts=LAW)

    assert found == Money(cents)


@pytest.mark.parametrize(
    ("balance", "unpaid"),
    [
        (0, []),
        (1, [(1, 1)]),
        (60_00, [(1, 60_00)]),
        (60_01, [(0, 1), (1, 60_00)]),
        (100_00, [(0, 40_00), (1, 60_00)]),
        (101_00, [(0, 41_00), (1, 60_00)]),
        (-5_00, []),
    ],
)
def test_unpaid_by_date_leaves_the_latest(balance: int, unpaid: list[tuple[int, int]]) -> None:
    days = (DUE, DUE + timedelta(30))
    asked = [(days[1], Money(60_00)), (days[0], Money(40_00))]

    found = unpaid_by_date(asked=asked, balance=Money(balance))

    assert list(found) == [(days[rank], Money(cents)) for rank, cents in unpaid]


@given(
    on=st.dates(date(2025, 7, 2), date(2027, 12, 31)),
    payments=st.lists(
        st.tuples(st.dates(date(2025, 6, 1), date(2027, 12, 31)), st.integers(1, 900_00)),
        max_size=5,
    ),
)
def test_periods_cost_what_their_days_cost(on: date, payments: list[tuple[date, int]]) -> None:
    due = date(2025, 6, 15)
    changes = [Change(date(2025, 6, 1), Money(1000_00)), *(paid(*one) for one in payments)]

    day, exact = due + timedelta(1), Decimal(0)
    while day <= on:
        unpaid = sum(change.amount.cents for change in changes if change.day < day)
        exact += Decimal(max(unpaid, 0)) / 100 * penalty_rate(on=day, facts=LAW) / 36500
        day += timedelta(1)

    found = late_penalty(changes=changes, due_on=due, on=on, facts=LAW)
    assert abs(found.to_decimal() - exact) <= Decimal("0.005000001")
