"""When a campaign may leave, and what it waits for (CGV B.1.1 to B.2)."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.kernel.working_days import is_working_day, working_days_between
from marketingconnect.offers.email.rules import (
    FEWEST_TRIED,
    CampaignFacts,
    VariantFacts,
    comparison_refusal,
    day_refusal,
    earliest_send_date,
    hour_refusal,
    missing_facts,
    send_days,
    spread_refusal,
)
from marketingconnect.terms.parameters import TermsParameters

TERMS = TermsParameters()
MONDAY = date(2026, 11, 23)
READY = CampaignFacts(
    addresses=5000,
    quantity=5000,
    has_message=True,
    is_validated=True,
    moderation="approved",
    send_on=date(2026, 11, 25),
    payment_validated_on=MONDAY,
    today=MONDAY,
)


@pytest.mark.parametrize(
    ("paid_on", "earliest"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday -> Wednesday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday -> Monday
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday -> Tuesday
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday -> Tuesday
        (date(2026, 12, 24), date(2026, 12, 29)),  # over Christmas
        (date(2026, 5, 13), date(2026, 5, 18)),  # over Ascension
    ],
)
def test_two_working_days_after_the_validation_which_is_not_counted(
    paid_on: date, earliest: date
) -> None:
    assert earliest_send_date(payment_validated_on=paid_on, terms=TERMS) == earliest


@given(st.dates(date(2020, 1, 1), date(2059, 1, 1)), st.integers(0, 12))
def test_the_lead_is_that_many_working_days(paid_on: date, lead: int) -> None:
    terms = replace(TERMS, send_lead_working_days=lead)
    earliest = earliest_send_date(payment_validated_on=paid_on, terms=terms)
    assert working_days_between(paid_on, earliest) == lead
    assert lead == 0 or is_working_day(earliest)


@pytest.mark.parametrize(
    ("day", "lead", "said"),
    [
        (MONDAY - timedelta(1), 2, "Jour passé."),
        (MONDAY, 2, "2 jours ouvrés au moins après la validation de votre paiement."),
        (MONDAY, 1, "1 jour ouvré au moins après la validation de votre paiement."),
        (MONDAY, 0, None),
        (MONDAY + timedelta(366), 2, None),
        (MONDAY + timedelta(367), 2, "Plus d’un an à l’avance : choisissez un jour plus proche."),
    ],
)
def test_a_day_is_free_from_the_lead_on_and_for_a_year(
    day: date, lead: int, said: str | None
) -> None:
    terms = replace(TERMS, send_lead_working_days=lead)
    refusal = day_refusal(day=day, today=MONDAY, payment_validated_on=MONDAY, terms=terms)
    assert (refusal and refusal.reason) == (said and non_breaking(said))


def test_a_campaign_dated_today_is_not_told_that_its_day_is_past() -> None:
    facts = replace(READY, send_on=MONDAY)
    terms = replace(TERMS, send_lead_working_days=0)
    assert list(missing_facts(facts=facts, terms=terms)) == []


def test_each_greyed_day_says_why_and_by_which_article() -> None:
    days = {
        day.on: day.refusal
        for day in send_days(
            first=date(2026, 11, 20),
            last=date(2026, 11, 30),
            today=MONDAY,
            payment_validated_on=None,
            terms=TERMS,
        )
    }
    assert len(days) == 11
    past, close = days[date(2026, 11, 20)], days[date(2026, 11, 24)]
    assert past is not None
    assert past.reason == "Jour passé."
    assert close is not None
    assert close.article == "B.1.4"
    assert "2 jours ouvrés" in close.reason
    assert "par carte aujourd’hui" in close.reason
    assert days[date(2026, 11, 25)] is None


def test_a_day_is_judged_from_the_validation_once_it_is_known() -> None:
    refusal = day_refusal(
        day=date(2026, 11, 26), today=MONDAY, payment_validated_on=date(2026, 11, 25), terms=TERMS
    )
    assert refusal is not None
    assert "validation de votre paiement" in refusal.reason


def test_a_day_more_than_a_year_ahead_is_refused() -> None:
    far = MONDAY + timedelta(days=400)
    assert day_refusal(day=far, today=MONDAY, payment_validated_on=None, terms=TERMS) is not None


@pytest.mark.parametrize(
    ("hour", "allowed"),
    [(time(6, 59), False), (time(7), True), (time(20), True), (time(20, 1), False)],
)
def test_sending_starts_in_the_day(hour: time, allowed: bool) -> None:
    assert (hour_refusal(hour=hour) == "") is allowed


def codes(**changes: object) -> list[str]:
    facts = replace(READY, **changes)  # type: ignore[arg-type]
    return [one.code for one in missing_facts(facts=facts, terms=TERMS)]


def test_nothing_is_missing_when_all_is_there() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"addresses": None}, ["file"]),
        ({"addresses": 4999}, ["quantity"]),
        ({"has_message": False, "is_validated": False, "moderation": ""}, ["message"]),
        ({"is_validated": False, "moderation": ""}, ["validation"]),
        ({"moderation": "waiting"}, ["moderation"]),
        ({"moderation": ""}, ["moderation"]),
        ({"moderation": "refused"}, ["moderation"]),
        ({"send_on": None}, ["date"]),
        ({"send_on": date(2026, 11, 24)}, ["date"]),
        ({"send_on": date(2026, 11, 20)}, ["date"]),
        ({"payment_validated_on": None}, ["payment"]),
    ],
)
def test_each_missing_thing_is_named(changes: dict[str, object], missing: list[str]) -> None:
    assert codes(**changes) == missing


def test_who_must_act_on_the_moderation_depends_on_its_answer() -> None:
    def whose(state: str) -> str:
        facts = replace(READY, moderation=state)
        return missing_facts(facts=facts, terms=TERMS)[0].whose

    assert whose("waiting") == "operator"
    assert whose("changes_asked") == "client"


def test_before_the_order_every_step_is_listed_with_its_page_and_article() -> None:
    facts = CampaignFacts(
        addresses=None,
        quantity=None,
        has_message=False,
        is_validated=False,
        moderation="",
        send_on=None,
        payment_validated_on=None,
        today=MONDAY,
    )
    missing = missing_facts(facts=facts, terms=TERMS)
    assert [one.code for one in missing] == ["file", "message", "date", "payment"]
    assert all(one.article and one.url_name for one in missing)


@pytest.mark.parametrize(
    ("hour", "minutes", "may"),
    [
        (time(7), 480, True),
        (time(14), 480, True),
        (time(14, 30), 480, False),
        (time(20), 120, True),
        (time(20), 240, False),
        (time(20), 0, True),
        (time(8), 30, False),
    ],
)
def test_what_is_spread_ends_at_ten_in_the_evening_at_the_latest(
    hour: time, minutes: int, may: bool
) -> None:
    assert (spread_refusal(hour=hour, minutes=minutes) == "") is may


def test_two_messages_are_compared_on_enough_people_whose_clicks_are_counted() -> None:
    fair = {
        "is_same": False,
        "tracks_clicks": True,
        "addresses": 10 * FEWEST_TRIED,
        "percent": 10,
        "hours": 4,
    }
    assert comparison_refusal(**fair) == ""  # type: ignore[arg-type]
    for unfair, words in (
        ({"addresses": 10 * FEWEST_TRIED - 1}, "il en faut 100"),
        ({"addresses": None}, "il en faut 100"),
        ({"is_same": True}, "autre message"),
        ({"tracks_clicks": False}, "comptez d’abord les clics"),
        ({"percent": 11}, "proposées"),
        ({"hours": 3}, "proposées"),
    ):
        assert words in comparison_refusal(**{**fair, **unfair})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variant", "whose"),
    [
        (VariantFacts(is_validated=True, moderation="approved", says_origin=False), None),
        (VariantFacts(is_validated=True, moderation="waiting", says_origin=False), "operator"),
        (VariantFacts(is_validated=True, moderation="refused", says_origin=False), "client"),
        (VariantFacts(is_validated=False, moderation="", says_origin=False), "client"),
        (VariantFacts(is_validated=True, moderation="approved", says_origin=True), "client"),
    ],
)
def test_the_second_message_of_a_test_is_held_to_the_same(
    variant: VariantFacts, whose: str | None
) -> None:
    found = missing_facts(facts=replace(READY, variant=variant), terms=TERMS)

    assert [one.whose for one in found] == ([whose] if whose else [])
