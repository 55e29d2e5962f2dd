"""A client who may not be able to pay (CGV III.c)."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from marketingconnect.kernel.calendar import format_short_date_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.terms.parameters import TermsParameters


class Guarantee(StrEnum):
    """What the operator may ask for."""

    PREPAYMENT = "prepayment"
    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    BANK_GUARANTEE = "bank_guarantee"

    @property
    def label(self) -> str:
        return _GUARANTEES[self]


_GUARANTEES: Final = {
    Guarantee.PREPAYMENT: "Paiement d’avance",
    Guarantee.TRANSFER: "Paiement par virement",
    Guarantee.DEPOSIT: "Dépôt de garantie",
    Guarantee.BANK_GUARANTEE: "Caution d’une banque",
}


def solvency_deadline(*, accepted_on: date, terms: TermsParameters) -> date:
    """CGV III.c: the client is told within 30 calendar days of acceptance, that day not counted."""
    return accepted_on + timedelta(days=terms.solvency_notice_days)


def guarantee_problems(
    *,
    guarantees: Collection[str],
    reason: str,
    answer_by: date,
    today: date,
    deadline: date | None,
) -> dict[str, str]:
    """CGV III.c: guarantees are named, with their reason, before the right to ask lapses.

    `deadline` is None while a case of force majeure holds the period. The clause gives the client
    no period to answer: one is set with the request.
    """
    problems = {}
    if deadline is not None and today > deadline:
        problems["guarantees"] = non_breaking(
            f"Il fallait informer le client le {format_short_date_fr(deadline)} au plus tard : "
            "ce droit est éteint."
        )
    elif not guarantees or not set(guarantees) <= set(Guarantee):
        problems["guarantees"] = "Indiquez au moins une garantie possible."
    if not reason.strip():
        problems["reason"] = "Dites ce que montre l’examen : le client le lira."
    if answer_by <= today:
        problems["answer_by"] = "Laissez au client au moins jusqu’à demain."
    return problems


def answer_problems(*, guarantee: str, asked: Collection[str], words: str) -> dict[str, str]:
    """CGV III.c: the client says which guarantee it gives, among those asked.

    French sentences by field; the words say how and when, for the operator to check it.
    """
    problems = {}
    if guarantee not in asked:
        problems["guarantee"] = "Choisissez une des garanties demandées, ou refusez."
    if not words.strip():
        problems["words"] = "Dites comment et quand vous la fournissez, pour que nous vérifiions."
    return problems


def is_not_provided(*, refused: bool, answer_by: date, today: date) -> bool:
    """CGV III.c: guarantees are missing once the client refuses them, or lets the day set pass."""
    return refused or today > answer_by
