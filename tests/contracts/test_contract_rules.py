from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.contracts.rules.clocks import Stop, declaration_problems
from marketingconnect.contracts.rules.ending import (
    Ground,
    is_without_effect,
    notice_deadline,
    notice_problems,
    state_to_resume,
    suspension_problems,
    termination_problems,
)
from marketingconnect.contracts.rules.lasting import (
    assignment_problems,
    confidential_until,
    is_confidential,
    may_be_cited,
    reference_until,
)
from marketingconnect.contracts.rules.solvency import (
    Guarantee,
    guarantee_problems,
    is_not_provided,
    solvency_deadline,
)
from marketingconnect.orders.states import OrderState
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import ReferenceStart

TERMS = TermsParameters()
TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("accepted_on", "deadline"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2027, 1, 31), date(2027, 3, 2)),
        (date(2028, 1, 31), date(2028, 3, 1)),
        (date(2027, 3, 27), date(2027, 4, 26)),
    ],
)
def test_a_client_is_told_within_thirty_calendar_days(accepted_on: date, deadline: date) -> None:
    assert solvency_deadline(accepted_on=accepted_on, terms=TERMS) == deadline


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()),
        ({"deadline": TODAY}, set()),
        ({"deadline": TODAY - timedelta(days=1)}, {"guarantees"}),
        ({"deadline": None}, set()),
        ({"guarantees": []}, {"guarantees"}),
        ({"guarantees": [one.value for one in Guarantee]}, set()),
        ({"guarantees": ["prepayment", "ring"]}, {"guarantees"}),
        ({"reason": " "}, {"reason"}),
        ({"answer_by": TODAY}, {"answer_by"}),
    ],
)
def test_guarantees_are_asked_in_time_with_their_reason(
    change: dict[str, object], fields: set[str]
) -> None:
    facts: dict[str, object] = {
        "guarantees": ["prepayment"],
        "reason": "Deux factures impayées.",
        "answer_by": TOMORROW,
        "today": TODAY,
        "deadline": TOMORROW,
    }

    assert set(guarantee_problems(**{**facts, **change})) == fields  # type: ignore[arg-type]


def test_guarantees_are_missing_once_refused_or_past_their_day() -> None:
    assert is_not_provided(refused=True, answer_by=TOMORROW, today=TODAY)
    assert not is_not_provided(refused=False, answer_by=TODAY, today=TODAY)
    assert is_not_provided(refused=False, answer_by=TODAY, today=TOMORROW)


@pytest.mark.parametrize(
    ("ground", "reason", "state", "fields"),
    [
        ("non_payment", "Impayé", OrderState.VALIDATED, set()),
        ("content", "Injures", OrderState.IN_EXECUTION, set()),
        ("force_majeure", "Panne", OrderState.FIRM, set()),
        ("formal_notice", "Lettre", OrderState.FIRM, {"ground"}),
        ("mood", "Comme ça", OrderState.FIRM, {"ground"}),
        ("content", " ", OrderState.FIRM, {"reason"}),
        ("content", "Injures", OrderState.ACCEPTED, {"order"}),
        ("content", "Injures", OrderState.SUSPENDED, {"order"}),
        ("content", "Injures", OrderState.EXECUTED, {"order"}),
        ("content", "Injures", OrderState.TERMINATED, {"order"}),
    ],
)
def test_what_a_suspension_needs(
    ground: str, reason: str, state: OrderState, fields: set[str]
) -> None:
    assert set(suspension_problems(ground=ground, reason=reason, state=state)) == fields


@pytest.mark.parametrize(
    ("firm", "validated", "started", "state"),
    [
        (True, False, False, OrderState.FIRM),
        (True, True, False, OrderState.VALIDATED),
        (True, True, True, OrderState.IN_EXECUTION),
        (False, True, False, OrderState.VALIDATED),
    ],
)
def test_an_order_goes_on_from_what_its_dates_say(
    firm: bool, validated: bool, started: bool, state: OrderState
) -> None:
    assert state_to_resume(is_firm=firm, is_validated=validated, has_started=started) is state


@pytest.mark.parametrize(
    ("received_on", "deadline"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 12, 25), date(2027, 1, 1)),
        (date(2028, 2, 25), date(2028, 3, 3)),
        (date(2027, 2, 25), date(2027, 3, 4)),
        (date(2027, 3, 24), date(2027, 3, 31)),
        (None, None),
    ],
)
def test_seven_calendar_days_run_from_the_day_after_reception(
    received_on: date | None, deadline: date | None
) -> None:
    assert notice_deadline(received_on=received_on, terms=TERMS) == deadline


def test_force_majeure_holds_the_seven_days() -> None:
    stop = Stop(date(2026, 11, 24), date(2026, 11, 28))

    def deadline(stops: list[Stop]) -> date | None:
        return notice_deadline(received_on=TODAY, stops=stops, terms=TERMS)

    assert deadline([stop]) == date(2026, 12, 5)
    assert deadline([replace(stop, last=None)]) is None


@pytest.mark.parametrize(
    ("cured_on", "today", "without_effect"),
    [
        (None, date(2026, 11, 30), False),
        (None, date(2026, 12, 1), True),
        (date(2026, 11, 30), date(2026, 12, 1), False),
        (date(2026, 12, 1), date(2026, 12, 1), True),
    ],
)
def test_a_breach_is_put_right_to_the_last_day(
    cured_on: date | None, today: date, without_effect: bool
) -> None:
    end = date(2026, 11, 30)

    assert is_without_effect(deadline=end, cured_on=cured_on, today=today) == without_effect
    assert not is_without_effect(deadline=None, cured_on=cured_on, today=today)


def test_a_formal_notice_is_about_a_breach_of_a_contract_that_runs() -> None:
    assert notice_problems(breach="Facture impayée", state=OrderState.FIRM) == {}
    assert set(notice_problems(breach=" ", state=OrderState.CLOSED)) == {"breach", "order"}


@pytest.mark.parametrize(
    ("ground", "facts", "fields"),
    [
        (Ground.NON_PAYMENT, {}, set()),
        (Ground.CONTENT, {}, set()),
        (Ground.CONTENT, {"reason": ""}, {"reason"}),
        (Ground.FORMAL_NOTICE, {}, {"ground"}),
        (Ground.FORMAL_NOTICE, {"notice_is_without_effect": True}, set()),
        (Ground.FORCE_MAJEURE, {"letter_is_posted": True}, {"ground"}),
        (Ground.FORCE_MAJEURE, {"case_lasted_too_long": True}, {"letter"}),
        (
            Ground.FORCE_MAJEURE,
            {"case_lasted_too_long": True, "letter_is_posted": True},
            set(),
        ),
        ("mood", {}, {"ground"}),
        (Ground.CONTENT, {"state": OrderState.EXECUTED}, {"order"}),
        (Ground.CONTENT, {"state": OrderState.ACCEPTED}, {"order"}),
        (Ground.CONTENT, {"state": OrderState.SUSPENDED}, set()),
    ],
)
def test_what_a_termination_needs(ground: str, facts: dict[str, object], fields: set[str]) -> None:
    given = {"ground": ground, "reason": "Écrit", "state": OrderState.VALIDATED, **facts}

    assert set(termination_problems(**given)) == fields  # type: ignore[arg-type]


def test_a_case_is_declared_with_a_name_a_day_and_orders() -> None:
    assert declaration_problems(label="Crue", began_on=TODAY, orders=1, today=TODAY) == {}
    assert set(declaration_problems(label=" ", began_on=TOMORROW, orders=0, today=TODAY)) == {
        "label",
        "began_on",
        "orders",
    }


def test_a_client_is_cited_three_years_from_its_order_unless_it_opposes() -> None:
    until = reference_until(ordered_on=TODAY, ended_on=None, terms=TERMS)

    assert until == date(2029, 11, 23)
    assert reference_until(ordered_on=date(2028, 2, 29), ended_on=None, terms=TERMS) == date(
        2031, 2, 28
    )
    assert may_be_cited(today=until, until=until, has_opposed=False)
    assert not may_be_cited(today=until + timedelta(days=1), until=until, has_opposed=False)
    assert not may_be_cited(today=TODAY, until=until, has_opposed=True)


def test_the_terms_may_count_a_reference_from_the_end_of_the_contract() -> None:
    terms = replace(TERMS, reference_from=ReferenceStart.CONTRACT_END)
    end = date(2027, 6, 30)

    assert reference_until(ordered_on=TODAY, ended_on=None, terms=terms) is None
    assert may_be_cited(today=TODAY, until=None, has_opposed=False)
    assert reference_until(ordered_on=TODAY, ended_on=end, terms=terms) == date(2030, 6, 30)


@pytest.mark.parametrize(
    ("ended_on", "until"),
    [
        (date(2026, 11, 23), date(2027, 11, 23)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (None, None),
    ],
)
def test_what_was_exchanged_is_confidential_twelve_months_after_the_end(
    ended_on: date | None, until: date | None
) -> None:
    assert confidential_until(ended_on=ended_on, terms=TERMS) == until
    if until is None:
        assert is_confidential(today=date(2040, 1, 1), until=until)
    else:
        assert is_confidential(today=until, until=until)
        assert not is_confidential(today=until + timedelta(days=1), until=until)


@given(by_client=st.booleans(), whole=st.booleans(), ahead=st.integers(-2, 2))
def test_the_operator_alone_passes_contracts_on_and_obligations_with_them(
    by_client: bool, whole: bool, ahead: int
) -> None:
    problems = assignment_problems(
        by_client=by_client,
        takes_all_obligations=whole,
        effective_on=TODAY + timedelta(days=ahead),
        today=TODAY,
    )

    assert (problems == {}) == (not by_client and whole and ahead > 0)
