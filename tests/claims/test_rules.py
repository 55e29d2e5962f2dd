from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.catalogue.rules import Unit
from marketingconnect.claims.rules.returns import (
    ClaimRule,
    ReturnFacts,
    ReturnRule,
    claim_outcome_refusal,
    claim_refusal,
    compensated_returns,
    compensation,
    compensation_problems,
    letter_problems,
    return_deadline,
    return_refusal,
)
from marketingconnect.claims.rules.settlement import (
    Outcome,
    cancellation_credit,
    correction,
    decision_problems,
    deviation_percent,
    is_within_tolerance,
    settled_net,
    settlement_outcome,
)
from marketingconnect.kernel.money import Money
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import LetterCounts

TERMS = TermsParameters()
STRICT = replace(TERMS, quantity_tolerance_inclusive=False)
DELIVERED = date(2026, 11, 30)
DEADLINE = date(2027, 2, 28)
MINIMUM = Money(300_00)


@pytest.mark.parametrize(
    ("ordered", "delivered", "inclusive", "strict"),
    [
        (10_000, 9_300, True, False),
        (10_000, 9_299, False, False),
        (10_000, 9_301, True, True),
        (10_000, 10_700, True, False),
        (10_000, 10_701, False, False),
        (100, 93, True, False),
        (99, 93, True, True),
        (99, 92, False, False),
        (1_000_003, 930_003, True, True),
        (1_000_003, 930_002, False, False),
    ],
)
def test_exactly_seven_percent_is_tolerated_and_one_address_more_is_not(
    ordered: int, delivered: int, inclusive: bool, strict: bool
) -> None:
    def within(terms: TermsParameters) -> bool:
        return is_within_tolerance(ordered=ordered, delivered=delivered, terms=terms)

    assert within(TERMS) == inclusive
    assert within(STRICT) == strict


@given(ordered=st.integers(1, 3_000_000), delivered=st.integers(0, 3_000_000))
def test_the_tolerance_agrees_with_the_exact_fraction(ordered: int, delivered: int) -> None:
    exact = abs(delivered - ordered) * 100 <= 7 * ordered

    assert is_within_tolerance(ordered=ordered, delivered=delivered, terms=TERMS) == exact
    if ordered % 100 == 0:
        assert (abs(deviation_percent(ordered=ordered, delivered=delivered)) <= 7) == exact


@pytest.mark.parametrize(
    ("delivered", "outcome"),
    [
        (10_000, Outcome.NOTHING),
        (9_999, Outcome.CREDIT),
        (9_300, Outcome.CREDIT),
        (9_299, Outcome.DECISION),
        (10_001, Outcome.BALANCE),
        (10_700, Outcome.BALANCE),
        (10_701, Outcome.DECISION),
        (0, Outcome.DECISION),
    ],
)
def test_what_a_delivered_quantity_calls_for(delivered: int, outcome: Outcome) -> None:
    assert settlement_outcome(ordered=10_000, delivered=delivered, terms=TERMS) == outcome


def test_the_delivered_quantity_is_priced_at_the_unit_price_of_the_order() -> None:
    net = settled_net(delivered=9_300, unit=Unit.THOUSAND, unit_price=Decimal("155"))

    assert net == Money(1_441_50)


@pytest.mark.parametrize(
    ("line", "settled", "others", "expected"),
    [
        (1_550_00, 1_441_50, 0, -108_50),
        (1_550_00, 1_600_00, 0, 50_00),
        (1_550_00, 1_550_00, 500_00, 0),
        (174_00, 168_78, 0, 0),
        (310_00, 290_00, 0, -10_00),
        (290_00, 310_00, 0, 10_00),
        (174_00, 168_78, 400_00, -5_22),
    ],
)
def test_the_minimum_billing_stays_owed(
    line: int, settled: int, others: int, expected: int
) -> None:
    assert correction(
        line_net=Money(line), settled=Money(settled), others=Money(others), minimum=MINIMUM
    ) == Money(expected)


@pytest.mark.parametrize(
    ("line", "top_up", "others", "expected"),
    [
        (1_550_00, 0, 0, 1_550_00),
        (174_00, 126_00, 0, 300_00),
        (1_550_00, 0, 500_00, 1_550_00),
        (200_00, 0, 120_00, 20_00),
        (100_00, 80_00, 120_00, 0),
    ],
)
def test_ending_a_line_gives_back_all_but_the_minimum_of_the_others(
    line: int, top_up: int, others: int, expected: int
) -> None:
    assert cancellation_credit(
        line_net=Money(line), top_up=Money(top_up), others=Money(others), minimum=MINIMUM
    ) == Money(expected)


@pytest.mark.parametrize(
    ("decision", "reason", "delivered", "fields"),
    [
        ("top_up", "Convenu par téléphone", 9_000, set()),
        ("top_up", "Convenu", 9_999, set()),
        ("top_up", "Convenu", 10_000, {"decision"}),
        ("top_up", "Convenu", 11_000, {"decision"}),
        ("new_agreement", " ", 9_000, {"reason"}),
        ("cancel", "Convenu", 9_000, set()),
        ("forget", "", 9_000, {"decision"}),
    ],
)
def test_a_decision_has_its_reason(
    decision: str, reason: str, delivered: int, fields: set[str]
) -> None:
    problems = decision_problems(
        decision=decision, reason=reason, ordered=10_000, delivered=delivered
    )

    assert set(problems) == fields


def test_mail_is_handed_back_within_three_months_end_of_month_included() -> None:
    assert return_deadline(delivered_on=DELIVERED, terms=TERMS) == DEADLINE
    assert return_deadline(delivered_on=date(2026, 11, 25), terms=TERMS) == date(2027, 2, 25)


OURS = ReturnFacts(
    is_well_formed=True, is_of_delivery=True, is_trap=False, was_handed_back=False, is_postal=True
)


@pytest.mark.parametrize(
    ("change", "day", "rule"),
    [
        ({}, DEADLINE, None),
        ({}, DEADLINE + timedelta(days=1), ReturnRule.LATE),
        ({"is_well_formed": False}, DELIVERED, ReturnRule.MALFORMED),
        ({"is_of_delivery": False}, DELIVERED, ReturnRule.UNKNOWN),
        ({"is_trap": True}, DELIVERED, ReturnRule.TRAP),
        ({"was_handed_back": True}, DELIVERED, ReturnRule.DUPLICATE),
        ({"is_postal": False}, DELIVERED, ReturnRule.NOT_MAILED),
        ({"is_well_formed": False, "is_trap": True}, DELIVERED, ReturnRule.MALFORMED),
    ],
)
def test_which_returned_mail_counts(
    change: dict[str, bool], day: date, rule: ReturnRule | None
) -> None:
    refusal = return_refusal(
        replace(OURS, **change), handed_back_on=day, delivered_on=DELIVERED, terms=TERMS
    )

    assert (refusal.rule if refusal else None) == rule
    assert refusal is None or refusal.article == "CL.6"


def test_a_letter_has_a_number_and_days_in_order() -> None:
    assert letter_problems(number="1A 001", posted_on=DELIVERED, received_on=DELIVERED) == {}
    before = DELIVERED - timedelta(days=1)
    assert set(letter_problems(number=" ", posted_on=DELIVERED, received_on=before)) == {
        "number",
        "received_on",
    }


@pytest.mark.parametrize(
    ("number", "posted", "received", "counts", "rule"),
    [
        ("1A", DEADLINE, DEADLINE + timedelta(days=3), LetterCounts.WHEN_POSTED, None),
        (
            "1A",
            DEADLINE,
            DEADLINE + timedelta(days=3),
            LetterCounts.WHEN_RECEIVED,
            ClaimRule.LATE_LETTER,
        ),
        ("1A", DEADLINE, None, LetterCounts.WHEN_RECEIVED, ClaimRule.LATE_LETTER),
        (
            "1A",
            DEADLINE + timedelta(days=1),
            None,
            LetterCounts.WHEN_POSTED,
            ClaimRule.LATE_LETTER,
        ),
        ("", DEADLINE, None, LetterCounts.WHEN_POSTED, ClaimRule.NO_LETTER),
        ("1A", None, None, LetterCounts.WHEN_POSTED, ClaimRule.NO_LETTER),
    ],
)
def test_a_claim_is_a_registered_letter_in_time(
    number: str,
    posted: date | None,
    received: date | None,
    counts: LetterCounts,
    rule: ClaimRule | None,
) -> None:
    refusal = claim_refusal(
        letter_number=number,
        posted_on=posted,
        received_on=received,
        delivered_on=DELIVERED,
        terms=replace(TERMS, claim_letter_counts=counts),
    )

    assert (refusal.rule if refusal else None) == rule


@pytest.mark.parametrize(
    ("threshold", "accepted", "compensated"),
    [("0", 0, 0), ("0", 12, 12), ("5", 500, 0), ("5", 501, 1), ("2.5", 260, 10)],
)
def test_returns_above_the_threshold_are_compensated(
    threshold: str, accepted: int, compensated: int
) -> None:
    terms = replace(TERMS, undeliverable_mail_threshold_percent=Decimal(threshold))

    assert compensated_returns(accepted=accepted, delivered=10_000, terms=terms) == compensated


def test_each_return_is_worth_its_unit_price_and_never_more_than_the_invoice() -> None:
    price = Decimal("155")

    def due(remaining: int) -> Money:
        return compensation(returns=101, unit_price_per_thousand=price, remaining=Money(remaining))

    assert due(1_000_00) == Money(15_66)
    assert due(10_00) == Money(10_00)


def test_a_claim_without_a_return_that_counts_obtains_nothing() -> None:
    none, below, some = (
        claim_outcome_refusal(accepted=accepted, compensated=compensated)
        for accepted, compensated in ((0, 0), (3, 0), (3, 3))
    )

    assert none is not None
    assert none.rule is ClaimRule.NO_RETURN
    assert below is not None
    assert below.rule is ClaimRule.BELOW_THRESHOLD
    assert some is None


@pytest.mark.parametrize(
    ("choice", "compensated", "stands"),
    [
        ("credit_note", 3, True),
        ("replacement", 3, True),
        ("both", 3, False),
        ("credit_note", 0, False),
    ],
)
def test_a_claim_obtains_a_credit_note_or_addresses(
    choice: str, compensated: int, stands: bool
) -> None:
    problems = compensation_problems(choice=choice, compensated=compensated)

    assert (problems == {}) == stands
