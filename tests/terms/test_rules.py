"""When a change may start, until when it may be refused: exact days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.clock import paris_date
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import LetterCounts
from marketingconnect.terms.rules import (
    ChangeKind,
    Refusal,
    RefusalMeans,
    change_applies,
    earliest_effect,
    effect_for_client,
    refusal_deadline,
    refusal_is_in_time,
    refusal_problems,
    start_problem,
)

TERMS = TermsParameters()
LETTER = Refusal(
    RefusalMeans.REGISTERED_LETTER, "1A 000 000 0000 1", date(2026, 12, 26), date(2026, 12, 29)
)
EMAIL = Refusal(RefusalMeans.EMAIL, "", date(2026, 12, 26), date(2026, 12, 26))


@pytest.mark.parametrize(
    ("informed_on", "deadline", "effect"),
    [
        (date(2026, 11, 26), date(2026, 12, 26), date(2027, 1, 1)),
        (date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)),
        (date(2026, 12, 2), date(2027, 1, 1), date(2027, 2, 1)),
        (date(2026, 12, 31), date(2027, 1, 30), date(2027, 2, 1)),
        # February of a common year, then of a leap year.
        (date(2027, 1, 29), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2027, 1, 30), date(2027, 3, 1), date(2027, 4, 1)),
        (date(2028, 1, 30), date(2028, 2, 29), date(2028, 3, 1)),
        (date(2028, 1, 31), date(2028, 3, 1), date(2028, 4, 1)),
        (date(2028, 2, 29), date(2028, 3, 30), date(2028, 4, 1)),
        # A month of 30 days and one of 31, on both sides of a change of hour.
        (date(2027, 3, 1), date(2027, 3, 31), date(2027, 4, 1)),
        (date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 1)),
        (date(2027, 10, 2), date(2027, 11, 1), date(2027, 12, 1)),
    ],
)
def test_thirty_days_to_refuse_then_the_first_of_the_month(
    informed_on: date, deadline: date, effect: date
) -> None:
    assert refusal_deadline(informed_on=informed_on, terms=TERMS) == deadline
    assert earliest_effect(informed_on=informed_on, terms=TERMS) == effect


@pytest.mark.parametrize(
    ("instant", "effect"),
    [
        # Midnight in Paris is 23:00 UTC in winter and 22:00 in summer.
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 12, 1, 23, 0, tzinfo=UTC), date(2027, 2, 1)),
        (datetime(2027, 8, 1, 21, 59, tzinfo=UTC), date(2027, 9, 1)),
        (datetime(2027, 8, 2, 21, 59, tzinfo=UTC), date(2027, 10, 1)),
        (datetime(2027, 10, 1, 21, 59, tzinfo=UTC), date(2027, 11, 1)),
        (datetime(2027, 10, 1, 22, 0, tzinfo=UTC), date(2027, 12, 1)),
        # The nights when the hour changes.
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 5, 1)),
        (datetime(2027, 10, 31, 1, 0, tzinfo=UTC), date(2027, 12, 1)),
    ],
)
def test_the_day_of_the_information_is_the_one_of_paris(instant: datetime, effect: date) -> None:
    assert earliest_effect(informed_on=paris_date(instant), terms=TERMS) == effect


@given(
    informed_on=st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    days=st.integers(1, 365),
    months=st.integers(1, 12),
)
def test_no_change_ever_starts_before_the_delay_is_over(
    informed_on: date, days: int, months: int
) -> None:
    terms = replace(TERMS, change_notice_days=days, change_effect_months_after=months)

    deadline = refusal_deadline(informed_on=informed_on, terms=terms)
    effect = earliest_effect(informed_on=informed_on, terms=terms)

    assert deadline - informed_on == timedelta(days=days)
    assert effect.day == 1
    months_apart = 12 * (effect.year - deadline.year) + effect.month - deadline.month
    assert months_apart == months
    assert effect > deadline


def test_a_client_told_late_has_its_own_delay() -> None:
    start = date(2027, 1, 1)

    def effect(informed_on: date) -> date:
        return effect_for_client(informed_on=informed_on, in_force_from=start, terms=TERMS)

    assert effect(date(2026, 10, 1)) == start
    assert effect(date(2026, 12, 1)) == start
    assert effect(date(2026, 12, 2)) == date(2027, 2, 1)


def problem(starts_on: date, *, latest: date | None, earliest: date | None) -> str:
    return start_problem(
        starts_on=starts_on,
        published_on=date(2026, 11, 26),
        latest_start=latest,
        earliest=earliest,
    )


def test_a_text_starts_when_every_client_could_refuse_it() -> None:
    first, earliest = date(2026, 1, 1), date(2027, 1, 1)

    assert "le 01/01/2027" in problem(date(2026, 12, 31), latest=first, earliest=earliest)
    assert problem(date(2027, 1, 1), latest=first, earliest=earliest) == ""
    assert problem(date(2027, 1, 15), latest=first, earliest=earliest) == ""


def test_without_a_client_a_text_starts_tomorrow_and_after_the_last_one() -> None:
    first = date(2026, 1, 1)

    assert "à venir" in problem(date(2026, 11, 26), latest=first, earliest=None)
    assert problem(date(2026, 11, 27), latest=first, earliest=None) == ""
    assert "dernier" in problem(date(2027, 1, 1), latest=date(2027, 1, 1), earliest=None)
    assert problem(date(2027, 1, 2), latest=date(2027, 1, 1), earliest=None) == ""


def test_the_first_text_starts_any_day() -> None:
    assert problem(date(2020, 1, 1), latest=None, earliest=None) == ""


@pytest.mark.parametrize(
    ("refusal", "kind", "field"),
    [
        (EMAIL, ChangeKind.PRICES, "means"),
        (replace(LETTER, letter_number=" "), ChangeKind.TERMS, "letter_number"),
        (replace(LETTER, received_on=date(2026, 12, 25)), ChangeKind.PRICES, "received_on"),
    ],
)
def test_a_refusal_that_cannot_be_examined(refusal: Refusal, kind: ChangeKind, field: str) -> None:
    assert list(refusal_problems(refusal, kind=kind)) == [field]


def test_the_terms_may_be_refused_by_e_mail_and_anything_by_letter() -> None:
    assert refusal_problems(EMAIL, kind=ChangeKind.TERMS) == {}
    assert refusal_problems(LETTER, kind=ChangeKind.TERMS) == {}
    assert refusal_problems(LETTER, kind=ChangeKind.PRICES) == {}


def test_a_letter_posted_on_the_last_day_is_in_time() -> None:
    last_day = date(2026, 12, 26)
    next_day = replace(LETTER, posted_on=date(2026, 12, 27))
    by_receipt = replace(TERMS, change_letter_counts=LetterCounts.WHEN_RECEIVED)

    assert refusal_is_in_time(LETTER, deadline=last_day, terms=TERMS)
    assert not refusal_is_in_time(next_day, deadline=last_day, terms=TERMS)
    assert not refusal_is_in_time(LETTER, deadline=last_day, terms=by_receipt)
    assert refusal_is_in_time(LETTER, deadline=date(2026, 12, 29), terms=by_receipt)


def test_what_was_not_refused_applies_from_its_day() -> None:
    start = date(2027, 1, 1)

    assert not change_applies(on=date(2026, 12, 31), applies_from=start, is_refused=False)
    assert change_applies(on=start, applies_from=start, is_refused=False)
    assert not change_applies(on=start, applies_from=start, is_refused=True)
