"""When a campaign may leave, and what it still waits for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.kernel.working_days import add_working_days
from marketingconnect.offers.contract import Missing
from marketingconnect.sending.rules import FIRST_HOUR, LATEST_END
from marketingconnect.terms.parameters import TermsParameters

LAST_HOUR: Final = time(20)
SPREADS: Final = (0, 60, 120, 240, 480)
"""Minutes over which an envoi may be spread."""
TEST_PERCENTS: Final = (10, 20, 30, 50)
TEST_HOURS: Final = (1, 2, 4, 24)
FEWEST_TRIED: Final = 100
FURTHEST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class DayRefusal:
    """Why a day may not be chosen; `article` is empty when no clause decides."""

    reason: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class SendDay:
    """A day of the calendar, with what forbids it if anything does."""

    on: date
    refusal: DayRefusal | None


def earliest_send_date(*, payment_validated_on: date, terms: TermsParameters) -> date:
    """CGV B.1.4: sending starts at least 2 working days (jours ouvrés) after payment is validated.

    The day of validation is not counted.
    """
    return add_working_days(
        payment_validated_on, terms.send_lead_working_days, terms.working_day_territory
    )


def day_refusal(
    *, day: date, today: date, payment_validated_on: date | None, terms: TermsParameters
) -> DayRefusal | None:
    """CGV B.1.4: why a day may not be chosen; None when it may.

    Before the payment is validated, the day is judged as if a card payment were made today.
    """
    if day < today:
        return DayRefusal("Jour passé.")
    earliest = earliest_send_date(payment_validated_on=payment_validated_on or today, terms=terms)
    if day < earliest:
        return DayRefusal(_lead_sentence(terms, payment_validated_on), "B.1.4")
    if day > today + timedelta(days=FURTHEST_DAYS):
        sentence = "Plus d’un an à l’avance : choisissez un jour plus proche."
        return DayRefusal(non_breaking(sentence))
    return None


def _lead_sentence(terms: TermsParameters, payment_validated_on: date | None) -> str:
    lead = terms.send_lead_working_days
    days = f"{lead} jour{'s' if lead > 1 else ''} ouvré{'s' if lead > 1 else ''}"
    if payment_validated_on is None:
        return f"{days} au moins après votre paiement, même par carte aujourd’hui."
    return f"{days} au moins après la validation de votre paiement."


def hour_refusal(*, hour: time) -> str:
    """CGV B.1.4: the client chooses the hour within the day's sending hours; empty when it may."""
    if FIRST_HOUR <= hour <= LAST_HOUR:
        return ""
    return "Les envois commencent entre 7 h et 20 h."


def send_days(
    *,
    first: date,
    last: date,
    today: date,
    payment_validated_on: date | None,
    terms: TermsParameters,
) -> Iterator[SendDay]:
    """CGV B.1.4: every day from `first` to `last`, greyed with its reason where it is refused."""
    day = first
    while day <= last:
        yield SendDay(
            day,
            day_refusal(
                day=day, today=today, payment_validated_on=payment_validated_on, terms=terms
            ),
        )
        day += timedelta(days=1)


def spread_refusal(*, hour: time, minutes: int) -> str:
    """CGV B.1.4: an envoi that is spread ends the day it began, at a decent hour; empty if so."""
    if minutes not in SPREADS:
        return "Choisissez une des durées proposées."
    if hour.hour * 60 + hour.minute + minutes <= LATEST_END.hour * 60:
        return ""
    return "Un envoi étalé se termine à 22 h au plus tard : commencez plus tôt, ou étalez moins."


def comparison_refusal(
    *, is_same: bool, tracks_clicks: bool, addresses: int | None, percent: int, hours: int
) -> str:
    """CGV B.1.1: why two messages cannot be compared; empty when they can.

    Clicks of people decide, so they must be counted, and enough people must be asked.
    """
    if percent not in TEST_PERCENTS or hours not in TEST_HOURS:
        return "Choisissez une des parts et des durées proposées."
    if is_same:
        return "Choisissez un autre message que celui de la campagne."
    if not tracks_clicks:
        return "Le test se décide aux clics : comptez d’abord les clics sur les liens."
    asked = (addresses or 0) * percent // 100
    if asked < FEWEST_TRIED:
        return (
            f"Avec {format_number_fr(addresses or 0)} adresses, {percent}\u202f% n’en feraient que "
            f"{format_number_fr(asked)} : il en faut {FEWEST_TRIED} pour départager deux messages."
        )
    return ""


def resend_refusal(*, is_sent: bool, has_file: bool, opens_by_person: bool) -> str:
    """CGV B.5: why one may not write again to those who did not open; empty when one may.

    Who opened is known only where the recipients consented to be counted one by one.
    """
    if not is_sent:
        return "Attendez la fin de l’envoi : on ne sait pas encore qui a ouvert."
    if not has_file:
        return "Des adresses louées servent une fois : commandez une nouvelle campagne."
    if not opens_by_person:
        return (
            "Les ouvertures de cette campagne n’ont pas été comptées par personne : personne ne "
            "sait qui ne l’a pas ouverte."
        )
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """What decides whether a campaign may leave. Days are civil dates in Paris.

    `moderation` is empty, or the state of the request (`waiting`, `approved`, `refused`,
    `changes_asked`). `quantity` is what was ordered, None before the order.
    """

    addresses: int | None
    quantity: int | None
    has_message: bool
    is_validated: bool
    moderation: str
    send_on: date | None
    payment_validated_on: date | None
    today: date
    to_base: bool = False
    """To rented addresses of the operator's base, rather than to a file of the client."""
    is_frozen: bool = False
    """Whether the rows of the base are arrested."""
    says_origin: bool = False
    """Whether the message says where rented addresses come from."""
    variant: "VariantFacts | None" = None
    """The second message of a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """Where the second message of a test stands; `moderation` as for the first."""

    is_validated: bool
    moderation: str
    says_origin: bool


def missing_facts(*, facts: CampaignFacts, terms: TermsParameters) -> list[Missing]:
    """CGV B.1.2, B.1.3, B.1.4, B.2, B.5: everything a campaign waits for, in the client's words.

    Nothing leaves while the list is not empty.
    """
    return [
        *_recipients(facts),
        *_origin(facts),
        *_message(facts),
        *_variant(facts),
        *_date(facts, terms),
        *_payment(facts),
        *_selection(facts),
    ]


def _recipients(facts: CampaignFacts) -> Iterator[Missing]:
    page = "client_area:campaign_recipients"
    if not facts.addresses:
        sentence = "Choisissez à qui écrire."
        yield Missing("file", sentence, "B.1.3", "client", page)
    elif facts.quantity is not None and facts.addresses != facts.quantity:
        sentence = (
            f"Votre commande porte sur {format_number_fr(facts.quantity)} adresses et le fichier "
            f"choisi en compte {format_number_fr(facts.addresses)} : reprenez le fichier commandé."
        )
        yield Missing("quantity", non_breaking(sentence), "B.1.3", "client", page)


def _selection(facts: CampaignFacts) -> Iterator[Missing]:
    """The rows of the base are arrested with the order, a moment later (CGV B.1.3)."""
    if facts.to_base and facts.quantity is not None and not facts.is_frozen:
        sentence = "Nous arrêtons votre sélection, adresse par adresse."
        yield Missing("selection", sentence, "B.1.3", "operator")


def _origin(facts: CampaignFacts) -> Iterator[Missing]:
    """GDPR 14: rented addresses are told where they come from, and only they."""
    page = "client_area:campaign_message"
    if not facts.has_message or facts.to_base == facts.says_origin:
        return
    if facts.to_base:
        sentence = (
            "Votre message doit dire d’où viennent les adresses louées : dans ses mentions, "
            "choisissez « À des adresses louées »."
        )
    else:
        sentence = (
            "Votre message parle d’adresses louées, mais part à votre fichier : dans ses "
            "mentions, choisissez « À mes propres contacts »."
        )
    yield Missing("origin", non_breaking(sentence), "B.5", "client", page)


def _variant(facts: CampaignFacts) -> Iterator[Missing]:
    """The second message of a test is validated and moderated like the first."""
    if facts.variant is None:
        return
    page = "client_area:campaign_test"
    if facts.variant.says_origin != facts.to_base:
        sentence = "Accordez les mentions du second message à celles du premier."
        yield Missing("variant", sentence, "B.5", "client", page)
    elif facts.variant.moderation in {"refused", "changes_asked"}:
        sentence = "Modifiez le second message du test comme la modération le demande."
        yield Missing("variant", sentence, "B.2", "client", page)
    elif not facts.variant.is_validated:
        sentence = "Recevez le bon à tirer du second message du test et validez-le."
        yield Missing("variant", sentence, "B.1.2", "client", page)
    elif facts.variant.moderation != "approved":
        sentence = "Notre modération relit le second message du test."
        yield Missing("variant", sentence, "B.2", "operator", page)


def _message(facts: CampaignFacts) -> Iterator[Missing]:
    page = "client_area:campaign_message"
    if not facts.has_message:
        yield Missing("message", "Choisissez ou composez votre message.", "B.1.1", "client", page)
    elif facts.moderation in {"refused", "changes_asked"}:
        sentence = "Modifiez votre message comme la modération le demande."
        yield Missing("moderation", sentence, "B.2", "client", page)
    elif not facts.is_validated:
        sentence = "Recevez le bon à tirer de votre message et validez-le."
        yield Missing("validation", sentence, "B.1.2", "client", page)
    elif facts.moderation != "approved":
        sentence = "Notre modération relit votre message avant qu’il parte."
        yield Missing("moderation", sentence, "B.2", "operator", page)


def _date(facts: CampaignFacts, terms: TermsParameters) -> Iterator[Missing]:
    page = "client_area:campaign_calendar"
    if facts.send_on is None:
        yield Missing("date", "Choisissez le jour et l’heure d’envoi.", "B.1.4", "client", page)
        return
    if facts.send_on < facts.today:
        sentence = "La date choisie est passée : choisissez-en une autre."
        yield Missing("date", non_breaking(sentence), "B.1.4", "client", page)
        return
    paid_on = facts.payment_validated_on or facts.today
    earliest = earliest_send_date(payment_validated_on=paid_on, terms=terms)
    if facts.send_on < earliest:
        sentence = (
            f"Le jour choisi est trop proche : choisissez une date à partir du "
            f"{format_date_fr(earliest)}."
        )
        yield Missing("date", non_breaking(sentence), "B.1.4", "client", page)


def _payment(facts: CampaignFacts) -> Iterator[Missing]:
    if facts.payment_validated_on is None:
        ordered = facts.quantity is not None
        sentence = "Payez votre commande." if ordered else "Commandez, puis payez."
        yield Missing("payment", sentence, "II.1.b", "client", "client_area:campaign")
