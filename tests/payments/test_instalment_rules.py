"""When an order paid by instalments starts, what is due of it on a day, and what is late."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.money import Money
from marketingconnect.payments.rules import (
    due_now,
    enough_to_go_on,
    enough_to_start,
    instalment_state,
    settled_by_instalment,
)
from marketingconnect.payments.states import InstalmentState

FIRST, SECOND, THIRD = date(2026, 12, 23), date(2027, 1, 23), date(2027, 2, 23)
PLAN = ((FIRST, Money(100_00)), (SECOND, Money(100_00)), (THIRD, Money(160_00)))
AMOUNTS = st.lists(st.integers(1, 500_00).map(Money), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("received", "first", "starts"),
    [
        (99_99, Money(100_00), False),
        (100_00, Money(100_00), True),
        (359_99, None, False),
        (360_00, None, True),
        (360_00, Money(400_00), True),
    ],
)
def test_enough_to_start(received: int, first: Money | None, starts: bool) -> None:
    assert enough_to_start(due=Money(360_00), received=Money(received), first=first) is starts


@pytest.mark.parametrize(
    ("received", "first", "asked", "goes_on"),
    [
        (99_99, Money(100_00), 0, False),
        (100_00, Money(100_00), 0, True),
        (199_99, Money(100_00), 200_00, False),
        (200_00, Money(100_00), 200_00, True),
        (359_99, None, 0, False),
        (360_00, None, 0, True),
    ],
)
def test_enough_to_go_on(received: int, first: Money | None, asked: int, goes_on: bool) -> None:
    due = Money(360_00)

    found = enough_to_go_on(
        due=due, received=Money(received), first=first, due_before_today=Money(asked)
    )

    assert found is goes_on


@pytest.mark.parametrize(
    ("settled", "on", "due"),
    [
        (0, date(2026, 11, 1), 100_00),
        (0, FIRST, 100_00),
        (40_00, FIRST, 60_00),
        (100_00, FIRST, 100_00),
        (100_00, date(2027, 1, 22), 100_00),
        (100_00, SECOND, 100_00),
        (50_00, SECOND, 150_00),
        (150_00, FIRST, 50_00),
        (359_99, THIRD, 1),
        (360_00, THIRD, 0),
        (400_00, THIRD, 0),
    ],
)
def test_due_now(settled: int, on: date, due: int) -> None:
    assert due_now(instalments=PLAN, settled=Money(settled), on=on) == Money(due)


@pytest.mark.parametrize(
    ("paid", "given_up", "on", "state"),
    [
        (0, 0, FIRST, InstalmentState.DUE),
        (99_99, 0, date(2026, 12, 24), InstalmentState.OVERDUE),
        (100_00, 0, date(2026, 12, 24), InstalmentState.PAID),
        (40_00, 60_00, date(2026, 12, 24), InstalmentState.WRITTEN_OFF),
        (40_00, 59_99, date(2026, 12, 24), InstalmentState.OVERDUE),
    ],
)
def test_instalment_state(paid: int, given_up: int, on: date, state: InstalmentState) -> None:
    found = instalment_state(
        amount=Money(100_00), paid=Money(paid), given_up=Money(given_up), due_on=FIRST, on=on
    )

    assert found is state


@given(AMOUNTS, st.integers(-100, 7_000_00).map(Money))
def test_settled_by_instalment_pays_the_oldest_first(amounts: list[Money], settled: Money) -> None:
    shares = settled_by_instalment(amounts=amounts, settled=settled)

    total = Money.total(amounts)
    assert Money.total(shares) == min(max(settled, Money.zero), total)
    unpaid = [share < amount for share, amount in zip(shares, amounts, strict=True)]
    first = unpaid.index(True) if any(unpaid) else len(unpaid)
    assert all(share == Money.zero for share in shares[first + 1 :])
