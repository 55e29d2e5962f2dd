from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.accounts.roles import MemberRole, StaffRole
from marketingconnect.kernel.money import Money
from marketingconnect.payments.rules import first_payment_due
from marketingconnect.payments.states import OFFLINE_SALE_METHODS
from marketingconnect.proposals.rules import (
    MOST_INSTALMENTS,
    first_instalment_on,
    has_changed,
    is_expired,
    last_day,
    may_answer,
    may_prepare,
    methods_agreed,
    reminder_is_due,
    schedule_problems,
    terms_are_others,
)

SENT = date(2026, 11, 24)
LIMIT = Money(5_000_00)


def test_an_advisor_prepares_and_no_other_role_does() -> None:
    preparing = {role for role in StaffRole if may_prepare(staff_role=role)}

    assert preparing == {StaffRole.ADVISOR, StaffRole.ADMINISTRATOR}
    assert not may_prepare(staff_role="")


def test_the_client_answers_and_staff_never_do() -> None:
    answering = {role for role in MemberRole if may_answer(is_staff=False, role=role)}

    assert answering == {MemberRole.OWNER, MemberRole.EDITOR}
    assert not any(may_answer(is_staff=True, role=role) for role in [*MemberRole, None])
    assert not may_answer(is_staff=False, role=None)


def test_a_proposal_holds_through_its_last_day() -> None:
    until = last_day(proposed_on=SENT, days=30)

    assert until == date(2026, 12, 24)
    assert not is_expired(valid_until=until, today=until)
    assert is_expired(valid_until=until, today=until + timedelta(days=1))


@pytest.mark.parametrize(
    ("today", "due"),
    [(20, False), (21, True), (24, True), (25, False)],
)
def test_a_client_is_reminded_three_days_before_the_end(today: int, due: bool) -> None:
    until = date(2026, 12, 24)
    day = date(2026, 12, today)

    assert reminder_is_due(proposed_on=SENT, valid_until=until, today=day, days_before=3) is due


def test_a_client_is_not_reminded_on_the_day_it_was_told() -> None:
    until = SENT + timedelta(days=1)

    due = [
        reminder_is_due(proposed_on=SENT, valid_until=until, today=day, days_before=3)
        for day in (SENT, until)
    ]

    assert due == [False, True]


def test_every_means_may_be_agreed_but_a_transfer_alone_strictly_above_the_threshold() -> None:
    at, above = LIMIT, LIMIT + Money(1)

    assert methods_agreed(net=at, threshold=LIMIT, applies=True) == OFFLINE_SALE_METHODS
    assert methods_agreed(net=above, threshold=LIMIT, applies=False) == OFFLINE_SALE_METHODS
    assert methods_agreed(net=above, threshold=LIMIT, applies=True) == ("transfer",)


@pytest.mark.parametrize(
    ("method", "count", "first_on", "field"),
    [
        ("transfer", 1, None, None),
        ("debit", 3, date(2026, 12, 24), None),
        ("debit", 3, SENT, None),
        ("debit", 3, date(2026, 12, 25), "first_due_on"),
        ("debit", 3, SENT - timedelta(days=1), "first_due_on"),
        ("debit", 3, None, "first_due_on"),
        ("card", 2, SENT, "instalments"),
        ("card", 1, SENT, None),
        ("card_debit", 2, SENT, None),
        ("debit", MOST_INSTALMENTS, SENT, None),
        ("debit", MOST_INSTALMENTS + 1, SENT, "instalments"),
        ("debit", 0, SENT, "instalments"),
    ],
)
def test_a_schedule_starts_within_a_month_and_not_by_card(
    method: str, count: int, first_on: date | None, field: str | None
) -> None:
    problems = schedule_problems(
        method=method, count=count, first_on=first_on, today=SENT, within_months=1
    )

    assert list(problems) == ([field] if field else [])


@pytest.mark.parametrize(
    ("accepted", "earliest", "first"),
    [
        (SENT, SENT, date(2026, 12, 10)),
        (date(2026, 12, 10), SENT, date(2026, 12, 10)),
        # A day late: sixteen days from the acceptance, as from the proposal.
        (date(2026, 12, 11), SENT, date(2026, 12, 27)),
        (date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 15)),
        (date(2026, 12, 1), date(2027, 1, 4), date(2027, 1, 1)),
    ],
)
def test_the_first_day_agreed_stands_or_keeps_its_delay(
    accepted: date, earliest: date, first: date
) -> None:
    assert (
        first_instalment_on(
            agreed=date(2026, 12, 10),
            proposed_on=SENT,
            accepted_on=accepted,
            earliest=earliest,
            within_months=1,
        )
        == first
    )


@given(st.integers(0, 31), st.integers(0, 400), st.integers(0, 20))
def test_the_first_payment_is_always_within_the_month_of_acceptance(
    agreed: int, accepted: int, notice: int
) -> None:
    accepted_on = SENT + timedelta(days=accepted)

    day = first_instalment_on(
        agreed=SENT + timedelta(days=agreed),
        proposed_on=SENT,
        accepted_on=accepted_on,
        earliest=accepted_on + timedelta(days=notice),
        within_months=1,
    )

    assert accepted_on <= day <= first_payment_due(accepted_on=accepted_on, within_months=1)
    assert day >= accepted_on + timedelta(days=notice)


def test_other_terms_and_other_items_are_noticed() -> None:
    assert terms_are_others(attached="a", in_force="b")
    assert not terms_are_others(attached="a", in_force="a")
    assert has_changed(proposed={"quantity": 100}, now={"quantity": 101})
    assert has_changed(proposed={"quantity": 100}, now={})
    assert not has_changed(proposed={"quantity": 100}, now={"quantity": 100})
