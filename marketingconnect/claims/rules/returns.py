"""Undeliverable mail (NPAI) and the claims about it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from marketingconnect.kernel.calendar import add_months, format_short_date_fr
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import LetterCounts


class ReturnRule(StrEnum):
    """Why a piece of returned mail is refused."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    TRAP = "trap"
    DUPLICATE = "duplicate"
    LATE = "late"
    NOT_MAILED = "not_mailed"


@dataclass(frozen=True, slots=True)
class ReturnRefusal:
    """The rule, its sentence for the client, its article."""

    rule: ReturnRule
    sentence: str
    article: str = "CL.6"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFacts:
    """What is known of one reference handed back."""

    is_well_formed: bool
    is_of_delivery: bool
    """Its reference names a row of a delivery of this client."""
    is_trap: bool
    was_handed_back: bool
    """An earlier return, accepted, names the same row; or an earlier line of the same list."""
    is_postal: bool
    """The file served for direct mail."""


def return_deadline(*, delivered_on: date, terms: TermsParameters) -> date:
    """CGV CL.6: returned mail is handed back within 3 months of the delivery, that day included.

    The delivery is the day the file is made available.
    """
    return add_months(delivered_on, terms.undeliverable_mail_months)


def return_refusal(
    facts: ReturnFacts, *, handed_back_on: date, delivered_on: date | None, terms: TermsParameters
) -> ReturnRefusal | None:
    """CGV CL.6: which returned mail counts: ours, once, in time; None when it does.

    Malformed, unknown, trap, duplicate and late ones are refused, in this order.
    """
    if not facts.is_well_formed:
        return _refused(ReturnRule.MALFORMED, "Cette référence est mal recopiée.")
    if not facts.is_of_delivery or delivered_on is None:
        return _refused(ReturnRule.UNKNOWN, "Cette référence n’est pas d’une de vos livraisons.")
    if facts.is_trap:
        return _refused(ReturnRule.TRAP, "Cette adresse ne vous a pas été facturée.")
    if facts.was_handed_back:
        return _refused(ReturnRule.DUPLICATE, "Ce pli a déjà été remis.")
    if not facts.is_postal:
        return _refused(ReturnRule.NOT_MAILED, "Ce fichier n’a pas été loué pour un publipostage.")
    deadline = return_deadline(delivered_on=delivered_on, terms=terms)
    if handed_back_on > deadline:
        return _refused(
            ReturnRule.LATE,
            f"Les plis se remettent jusqu’au {format_short_date_fr(deadline)}, "
            f"{terms.undeliverable_mail_months} mois après la livraison.",
        )
    return None


def _refused(rule: ReturnRule, sentence: str) -> ReturnRefusal:
    return ReturnRefusal(rule, non_breaking(sentence))


class ClaimRule(StrEnum):
    """Why a claim is not looked into, or obtains nothing."""

    NO_LETTER = "no_letter"
    LATE_LETTER = "late_letter"
    NO_RETURN = "no_return"
    BELOW_THRESHOLD = "below_threshold"
    NOT_RENTED = "not_rented"


@dataclass(frozen=True, slots=True)
class ClaimRefusal:
    rule: ClaimRule
    sentence: str
    article: str = "CL.6"


def letter_problems(*, number: str, posted_on: date, received_on: date | None) -> dict[str, str]:
    """CGV CL.6: a claim is made by registered letter: its number, when it was posted, received."""
    problems = {}
    if not number.strip():
        problems["number"] = "Indiquez le numéro de la lettre recommandée."
    if received_on is not None and received_on < posted_on:
        problems["received_on"] = "Une lettre ne peut pas être reçue avant d’être postée."
    return problems


def claim_refusal(
    *,
    letter_number: str,
    posted_on: date | None,
    received_on: date | None,
    delivered_on: date,
    terms: TermsParameters,
) -> ClaimRefusal | None:
    """CGV CL.6: a claim is admissible by registered letter within 3 months of the delivery.

    After that the client is deemed, irrebuttably, to have waived it. The terms say whether the
    day of posting or of receipt counts.
    """
    if not letter_number.strip() or posted_on is None:
        return ClaimRefusal(ClaimRule.NO_LETTER, "La réclamation se fait par lettre recommandée.")
    deadline = return_deadline(delivered_on=delivered_on, terms=terms)
    by_posting = terms.claim_letter_counts is LetterCounts.WHEN_POSTED
    counted_on = posted_on if by_posting else received_on
    if counted_on is None or counted_on > deadline:
        verb = "postée" if by_posting else "reçue"
        sentence = (
            f"La lettre devait être {verb} le {format_short_date_fr(deadline)} au plus tard : "
            "passé ce délai, vous êtes réputé avoir renoncé."
        )
        return ClaimRefusal(ClaimRule.LATE_LETTER, non_breaking(sentence))
    return None


def compensated_returns(*, accepted: int, delivered: int, terms: TermsParameters) -> int:
    """CGV CL.6: how many returns are compensated: those above the threshold, all when it is zero.

    The threshold is a part of the delivered quantity, to be exceeded strictly.
    """
    share = terms.undeliverable_mail_threshold_percent * delivered / 100
    allowed = int(share.to_integral_value(rounding=ROUND_FLOOR))
    return max(accepted - allowed, 0)


def compensation(*, returns: int, unit_price_per_thousand: Decimal, remaining: Money) -> Money:
    """CGV CL.6: the credit note of a claim: the unit price of each return, rounded once.

    It is the only compensation, and never more than what remains of the invoice.
    """
    return min(Money.from_decimal(unit_price_per_thousand * returns / 1000), remaining)


def claim_outcome_refusal(*, accepted: int, compensated: int) -> ClaimRefusal | None:
    """CGV CL.6: a claim without a return that counts obtains nothing."""
    if not accepted:
        return ClaimRefusal(ClaimRule.NO_RETURN, "Aucun pli remis n’a été accepté.")
    if not compensated:
        return ClaimRefusal(
            ClaimRule.BELOW_THRESHOLD, "Les plis acceptés ne dépassent pas le seuil convenu."
        )
    return None


class Compensation(StrEnum):
    """What staff pick for a claim: one or the other, never both."""

    CREDIT_NOTE = "credit_note"
    REPLACEMENT = "replacement"


def compensation_problems(*, choice: str, compensated: int) -> dict[str, str]:
    """CGV CL.6, CL.9: a credit note or replacement addresses, one per claim."""
    if choice not in set(Compensation):
        return {"choice": "Choisissez un avoir ou des adresses de remplacement."}
    if not compensated:
        return {"choice": "Cette réclamation n’ouvre droit à rien."}
    return {}
