from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.rules.guarantees import (
    GuaranteedChannel,
    LotFigures,
    PopulationFigures,
    billed_clicks,
    clicks_owed,
    compensated_messages,
    compensation_net,
    goes_on,
    guarantee_deadline,
    guarantee_outcome_refusal,
    guarantee_refusal,
    is_above_threshold,
    lot_dues,
    net_unit_price,
    threshold_percent,
)
from marketingconnect.claims.rules.returns import ClaimRule
from marketingconnect.kernel.money import Money
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import Compensated, LetterCounts

TERMS = TermsParameters()
EMAIL, SMS = GuaranteedChannel.EMAIL, GuaranteedChannel.SMS
CONSUMERS, PROFESSIONALS = Population.CONSUMERS, Population.PROFESSIONALS
SENT = date(2026, 11, 30)
DEADLINE = date(2026, 12, 30)


def people(
    rented: int, undelivered: int, population: Population = CONSUMERS, billed: int = 1_000_00
) -> PopulationFigures:
    return PopulationFigures(
        population=population, rented=rented, undelivered=undelivered, billed=Money(billed)
    )


def lot(*populations: PopulationFigures, channel: GuaranteedChannel = EMAIL) -> LotFigures:
    return LotFigures(
        channel=channel, sent_on=SENT, is_rented=True, are_final=True, populations=populations
    )


def campaigns() -> st.SearchStrategy[LotFigures]:
    """Any lot: one population, both or none, any figures that can be."""

    def of(population: Population) -> st.SearchStrategy[PopulationFigures]:
        return st.integers(0, 2_000_000).flatmap(
            lambda rented: st.builds(
                PopulationFigures,
                population=st.just(population),
                rented=st.just(rented),
                undelivered=st.integers(0, rented),
                billed=st.integers(0, 50_000_00).map(Money),
            )
        )

    both = st.tuples(of(CONSUMERS), of(PROFESSIONALS))
    either = st.one_of(*(st.tuples(of(population)) for population in Population))
    return st.builds(
        LotFigures,
        channel=st.sampled_from(GuaranteedChannel),
        sent_on=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
        is_rented=st.booleans(),
        are_final=st.just(True),
        populations=st.one_of(st.just(()), either, both),
    )


@pytest.mark.parametrize(
    ("channel", "population", "percent"),
    [
        (EMAIL, CONSUMERS, Decimal(10)),
        (EMAIL, PROFESSIONALS, Decimal(20)),
        (SMS, CONSUMERS, Decimal(5)),
        (SMS, PROFESSIONALS, None),
    ],
)
def test_each_population_and_channel_has_its_threshold(
    channel: GuaranteedChannel, population: Population, percent: Decimal | None
) -> None:
    assert threshold_percent(channel=channel, population=population, terms=TERMS) == percent


@pytest.mark.parametrize(
    ("percent", "rented", "undelivered", "excess"),
    [
        ("10", 10_000, 1_000, 0),
        ("10", 10_000, 1_001, 1),
        ("10", 10_000, 10_000, 9_000),
        ("20", 10_000, 2_000, 0),
        ("20", 10_000, 2_001, 1),
        ("5", 10_000, 500, 0),
        ("5", 10_000, 501, 1),
        ("10", 10_005, 1_000, 0),
        ("10", 10_005, 1_001, 1),
        ("10", 9, 1, 1),
        ("10", 10, 1, 0),
        ("0", 10, 0, 0),
        ("0", 10, 1, 1),
        ("100", 10, 10, 0),
        ("10", 0, 0, 0),
    ],
)
def test_exactly_the_threshold_gives_nothing_and_one_message_more_is_the_excess(
    percent: str, rented: int, undelivered: int, excess: int
) -> None:
    rate = Decimal(percent)

    assert is_above_threshold(undelivered=undelivered, rented=rented, percent=rate) == bool(excess)
    assert (
        compensated_messages(undelivered=undelivered, rented=rented, percent=rate, terms=TERMS)
        == excess
    )


def test_the_terms_may_compensate_all_once_the_threshold_is_passed() -> None:
    every = replace(TERMS, undelivered_compensated=Compensated.ALL)

    def compensated(undelivered: int) -> int:
        return compensated_messages(
            undelivered=undelivered, rented=10_000, percent=Decimal(10), terms=every
        )

    assert compensated(1_000) == 0
    assert compensated(1_001) == 1_001


def test_no_threshold_means_no_compensation_unless_the_terms_set_one() -> None:
    numbers = lot(people(100, 100, PROFESSIONALS), channel=SMS)
    guaranteed = replace(TERMS, sms_undelivered_professional_percent=Decimal(5))

    assert [due.compensated for due in lot_dues(numbers, terms=TERMS)] == [0]
    assert [due.compensated for due in lot_dues(numbers, terms=guaranteed)] == [95]


def test_the_excess_is_worth_the_price_billed_discount_taken_off() -> None:
    """10 000 addresses at 120 € a thousand, 10 % off: 1 080,00 €, that is 0,108 € each."""
    figures = people(10_000, 1_101, billed=1_080_00)

    (due,) = lot_dues(lot(figures), terms=TERMS)

    assert net_unit_price(figures) == Decimal("0.1080")
    assert (due.compensated, due.net) == (101, Money(10_91))
    assert compensation_net(figures, compensated=10_000) == Money(1_080_00)


def test_nothing_rented_costs_nothing() -> None:
    figures = people(0, 0, billed=0)

    assert net_unit_price(figures) == 0
    assert compensation_net(figures, compensated=0) == Money.zero


def test_populations_are_counted_apart() -> None:
    consumers, professionals = lot_dues(
        lot(people(1_000, 101), people(9_000, 0, PROFESSIONALS)), terms=TERMS
    )

    assert (consumers.compensated, professionals.compensated) == (1, 0)


@given(campaigns())
def test_what_is_due_agrees_with_the_exact_fraction(campaign: LotFigures) -> None:
    dues = lot_dues(campaign, terms=TERMS)

    assert [due.figures for due in dues] == list(campaign.populations if campaign.is_rented else ())
    for due in dues:
        figures = due.figures
        above = due.threshold is not None and (
            Fraction(figures.undelivered) > Fraction(due.threshold) * figures.rented / 100
        )
        assert (due.compensated > 0) == above
        if above and due.threshold is not None:
            exact = figures.undelivered - Fraction(due.threshold) * figures.rented / 100
            assert exact <= due.compensated < exact + 1
            price = Fraction(figures.billed.cents, figures.rented) * due.compensated
            assert abs(due.net.cents - price) <= Fraction(1, 2)
        assert Money.zero <= due.net <= figures.billed


@given(campaigns(), st.data())
def test_one_more_failure_never_lowers_what_is_due(
    campaign: LotFigures, data: st.DataObject
) -> None:
    for due in lot_dues(campaign, terms=TERMS):
        figures = due.figures
        more = data.draw(st.integers(figures.undelivered, figures.rented))
        worse = lot_dues(
            replace(campaign, populations=(replace(figures, undelivered=more),)), terms=TERMS
        )
        assert worse[0].compensated >= due.compensated
        assert worse[0].net >= due.net


@given(campaigns())
def test_a_claim_obtains_something_or_is_told_its_rule(campaign: LotFigures) -> None:
    dues = lot_dues(campaign, terms=TERMS)
    refusal = guarantee_outcome_refusal(campaign, dues)

    assert (refusal is None) == any(due.compensated for due in dues)
    if refusal is not None:
        assert refusal.rule is ClaimRule.BELOW_THRESHOLD
        assert refusal.article == ("B.3" if campaign.channel is EMAIL else "CC.4")


def test_the_refusal_gives_the_figures() -> None:
    campaign = lot(people(10_000, 1_000), people(500, 100, PROFESSIONALS))

    refusal = guarantee_outcome_refusal(campaign, lot_dues(campaign, terms=TERMS))

    assert refusal is not None
    assert refusal.sentence.replace("\u00a0", " ").replace("\u202f", " ") == (
        "E-mails de particuliers : 1 000 non aboutis sur 10 000 loués, ce qui ne dépasse pas 10 %. "
        "E-mails de professionnels : 100 non aboutis sur 500 loués, ce qui ne dépasse pas 20 %."
    )


def test_impossible_figures_are_no_figures() -> None:
    for rented, undelivered, billed in ((10, 11, 0), (10, -1, 0), (10, 1, -1)):
        with pytest.raises(ValueError, match="impossible"):
            people(rented, undelivered, billed=billed)
    with pytest.raises(ValueError, match="twice"):
        lot(people(10, 1), people(5, 1))


@pytest.mark.parametrize(
    ("sent_on", "deadline"),
    [
        (date(2026, 11, 30), date(2026, 12, 30)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2028, 1, 29), date(2028, 2, 29)),
        (date(2027, 1, 29), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2028, 3, 29)),
        (date(2027, 2, 28), date(2027, 3, 28)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 3, 31), date(2027, 4, 30)),
    ],
)
def test_a_calendar_month_ends_on_the_same_day_or_the_last_of_a_shorter_one(
    sent_on: date, deadline: date
) -> None:
    assert guarantee_deadline(sent_on=sent_on, terms=TERMS) == deadline


def refused(
    posted_on: date | None,
    *,
    received_on: date | None = None,
    number: str = "1A 123",
    terms: TermsParameters = TERMS,
    campaign: LotFigures | None = None,
) -> ClaimRule | None:
    refusal = guarantee_refusal(
        campaign or lot(people(100, 50)),
        letter_number=number,
        posted_on=posted_on,
        received_on=received_on,
        deadline=DEADLINE,
        terms=terms,
    )
    return refusal.rule if refusal else None


def test_the_letter_counts_by_its_posting_to_the_last_day() -> None:
    after = DEADLINE + timedelta(days=1)

    assert refused(DEADLINE, received_on=after) is None
    assert refused(DEADLINE) is None
    assert refused(after) is ClaimRule.LATE_LETTER


def test_the_terms_may_count_the_reception() -> None:
    received = replace(TERMS, claim_letter_counts=LetterCounts.WHEN_RECEIVED)
    after = DEADLINE + timedelta(days=1)

    assert refused(SENT, received_on=DEADLINE, terms=received) is None
    assert refused(SENT, received_on=after, terms=received) is ClaimRule.LATE_LETTER
    assert refused(SENT, terms=received) is ClaimRule.LATE_LETTER


def test_without_a_registered_letter_nothing_is_looked_into() -> None:
    assert refused(None) is ClaimRule.NO_LETTER
    assert refused(SENT, number="  ") is ClaimRule.NO_LETTER


def test_the_clients_own_file_is_not_guaranteed() -> None:
    own = replace(lot(people(100, 100)), is_rented=False)

    assert refused(SENT, campaign=own) is ClaimRule.NOT_RENTED
    assert lot_dues(own, terms=TERMS) == ()


def test_a_late_letter_is_told_the_day_and_the_article() -> None:
    refusal = guarantee_refusal(
        lot(people(100, 50), channel=SMS),
        letter_number="1A 123",
        posted_on=date(2027, 1, 4),
        received_on=None,
        deadline=DEADLINE,
        terms=TERMS,
    )

    assert refusal is not None
    assert refusal.article == "CC.4"
    assert "30/12/2026" in refusal.sentence


@pytest.mark.parametrize(
    ("obtained", "owed", "billed"), [(0, 500, 0), (499, 1, 499), (500, 0, 500), (501, 0, 500)]
)
def test_clicks_are_owed_to_the_last_and_none_more_is_invoiced(
    obtained: int, owed: int, billed: int
) -> None:
    assert clicks_owed(guaranteed=500, obtained=obtained) == owed
    assert goes_on(guaranteed=500, obtained=obtained) == (owed > 0)
    assert billed_clicks(guaranteed=500, obtained=obtained) == billed
