"""What was promised in numbers: messages that arrive (B.3, CC.4), clicks that come (A.1.4).

The figures are those of one lot, once they are final; whoever sends supplies them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final

from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.rules.returns import ClaimRefusal, ClaimRule
from marketingconnect.kernel.calendar import add_months, format_short_date_fr
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import Compensated, LetterCounts


class GuaranteedChannel(StrEnum):
    """What was sent to rented addresses or numbers."""

    EMAIL = "email"
    SMS = "sms"


ARTICLES: Final = {GuaranteedChannel.EMAIL: "B.3", GuaranteedChannel.SMS: "CC.4"}
_MESSAGES: Final = {GuaranteedChannel.EMAIL: "E-mails", GuaranteedChannel.SMS: "SMS"}
_WHOM: Final = {
    Population.CONSUMERS: "de particuliers",
    Population.PROFESSIONALS: "de professionnels",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationFigures:
    """One population of a lot: how many were rented, how many did not arrive, what they cost.

    `billed` is the price HT of all the rented ones on the invoice, discounts taken off.
    """

    population: Population
    rented: int
    undelivered: int
    billed: Money

    def __post_init__(self) -> None:
        if not 0 <= self.undelivered <= self.rented or self.billed < Money.zero:
            raise ValueError(f"impossible figures: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFigures:
    """A lot as it was sent; a population appears once at most.

    `is_rented` is false for the client's own file, which is not guaranteed.
    """

    channel: GuaranteedChannel
    sent_on: date
    is_rented: bool
    are_final: bool
    populations: tuple[PopulationFigures, ...]

    def __post_init__(self) -> None:
        if len({one.population for one in self.populations}) < len(self.populations):
            raise ValueError("a population is counted twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationDue:
    """What one population is owed, and how it was found."""

    figures: PopulationFigures
    threshold: Decimal | None
    """Percent; None where nothing is guaranteed."""
    compensated: int
    net: Money


def threshold_percent(
    *, channel: GuaranteedChannel, population: Population, terms: TermsParameters
) -> Decimal | None:
    """CGV B.3, CC.4: the part that may fail to arrive without compensation, in percent.

    10 % of consumers' e-mail addresses, 20 % of professionals', 5 % of consumers' numbers; None
    where nothing is guaranteed, as for professionals' numbers.
    """
    is_consumers = population is Population.CONSUMERS
    if channel is GuaranteedChannel.EMAIL:
        if is_consumers:
            return terms.email_undelivered_consumer_percent
        return terms.email_undelivered_professional_percent
    if is_consumers:
        return terms.sms_undelivered_consumer_percent
    return terms.sms_undelivered_professional_percent


def is_above_threshold(*, undelivered: int, rented: int, percent: Decimal) -> bool:
    """CGV B.3, CC.4: strictly above: exactly 10.0 % gives nothing. Compared in whole numbers."""
    return undelivered * 100 > percent * rented


def compensated_messages(
    *, undelivered: int, rented: int, percent: Decimal | None, terms: TermsParameters
) -> int:
    """CGV B.3, CC.4: how many undelivered messages are compensated: the excess alone.

    The threshold is cut down to whole messages, so that a part of one counts for the client.
    """
    if percent is None:
        return 0
    if not is_above_threshold(undelivered=undelivered, rented=rented, percent=percent):
        return 0
    if terms.undelivered_compensated is Compensated.ALL:
        return undelivered
    allowed = (percent * rented / 100).to_integral_value(rounding=ROUND_FLOOR)
    return undelivered - int(allowed)


def net_unit_price(figures: PopulationFigures) -> Decimal:
    """CGV B.3, CC.4: once the price invoiced for one address or number, in euros HT, to print.

    Per number, however many SMS the text took. Amounts are computed on what was billed, not on
    this rounded figure.
    """
    if not figures.rented:
        return Decimal("0.0000")
    return (figures.billed.to_decimal() / figures.rented).quantize(Decimal("0.0001"))


def compensation_net(figures: PopulationFigures, *, compensated: int) -> Money:
    """CGV B.3, CC.4: the net unit price of each compensated message, rounded half up once."""
    if not figures.rented:
        return Money.zero
    return Money.from_decimal(figures.billed.to_decimal() * compensated / figures.rented)


def lot_dues(lot: LotFigures, *, terms: TermsParameters) -> tuple[PopulationDue, ...]:
    """CGV B.3, CC.4: what each population of a lot is owed, counted apart; nothing for own files.

    Consumers' excess is never set off against professionals' good figures.
    """
    return tuple(_due(figures, lot.channel, terms) for figures in lot.populations if lot.is_rented)


def _due(
    figures: PopulationFigures, channel: GuaranteedChannel, terms: TermsParameters
) -> PopulationDue:
    percent = threshold_percent(channel=channel, population=figures.population, terms=terms)
    compensated = compensated_messages(
        undelivered=figures.undelivered, rented=figures.rented, percent=percent, terms=terms
    )
    return PopulationDue(
        figures=figures,
        threshold=percent,
        compensated=compensated,
        net=compensation_net(figures, compensated=compensated),
    )


def guarantee_deadline(*, sent_on: date, terms: TermsParameters) -> date:
    """CGV B.3, CC.4: one claims within 1 month of the sending of the lot, that day included.

    A calendar month, not 30 days: from 31 January, 28 or 29 February.
    """
    return add_months(sent_on, terms.claim_months)


def guarantee_refusal(
    lot: LotFigures,
    *,
    letter_number: str,
    posted_on: date | None,
    received_on: date | None,
    deadline: date,
    terms: TermsParameters,
) -> ClaimRefusal | None:
    """CGV B.3, CC.4: why a claim is inadmissible; None when it is looked into.

    The client's own file is not guaranteed; the claim is a registered letter, in time by the day
    the terms count, or else the client is deemed, irrebuttably, to have waived it.
    """
    article = ARTICLES[lot.channel]
    if not lot.is_rented:
        sentence = "Seules les adresses louées sont garanties, pas celles de votre fichier."
        return ClaimRefusal(ClaimRule.NOT_RENTED, sentence, article)
    if not letter_number.strip() or posted_on is None:
        sentence = "La réclamation se fait par lettre recommandée avec avis de réception."
        return ClaimRefusal(ClaimRule.NO_LETTER, sentence, article)
    by_posting = terms.claim_letter_counts is LetterCounts.WHEN_POSTED
    counted_on = posted_on if by_posting else received_on
    if counted_on is not None and counted_on <= deadline:
        return None
    verb = "postée" if by_posting else "reçue"
    sentence = (
        f"La lettre devait être {verb} le {format_short_date_fr(deadline)} au plus tard : "
        "passé ce délai, vous êtes réputé avoir renoncé."
    )
    return ClaimRefusal(ClaimRule.LATE_LETTER, non_breaking(sentence), article)


def guarantee_outcome_refusal(
    lot: LotFigures, dues: Sequence[PopulationDue]
) -> ClaimRefusal | None:
    """CGV B.3, CC.4: nothing is due when no population is strictly above its threshold.

    The sentence gives the figures of each population.
    """
    if any(due.compensated for due in dues):
        return None
    told = " ".join(_told(due, lot.channel) for due in dues)
    sentence = told or "Ce lot ne compte aucune adresse louée."
    return ClaimRefusal(ClaimRule.BELOW_THRESHOLD, non_breaking(sentence), ARTICLES[lot.channel])


def _told(due: PopulationDue, channel: GuaranteedChannel) -> str:
    figures = due.figures
    messages = f"{_MESSAGES[channel]} {_WHOM[figures.population]}"
    if due.threshold is None:
        return f"{messages} : aucune indemnité n’est prévue."
    return (
        f"{messages} : {format_number_fr(figures.undelivered)} non aboutis sur "
        f"{format_number_fr(figures.rented)} loués, ce qui ne dépasse pas "
        f"{format_number_fr(due.threshold.normalize() + 0)} %."
    )


def clicks_owed(*, guaranteed: int, obtained: int) -> int:
    """CGV A.1.4: the clicks still to come: the campaign goes on until they have, however long."""
    return max(guaranteed - obtained, 0)


def goes_on(*, guaranteed: int, obtained: int) -> bool:
    """CGV A.1.4: past its indicative length, a campaign goes on until its clicks are reached."""
    return clicks_owed(guaranteed=guaranteed, obtained=obtained) > 0


def billed_clicks(*, guaranteed: int, obtained: int) -> int:
    """CGV A.1.4: a click more than the guaranteed number is not invoiced."""
    return min(guaranteed, obtained)
