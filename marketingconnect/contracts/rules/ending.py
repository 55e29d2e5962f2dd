"""Suspension, formal notice (mise en demeure) and termination (résiliation) of an order."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from marketingconnect.contracts.rules.clocks import Stop, deadline_after_stops
from marketingconnect.orders.states import TRANSITIONS, OrderState
from marketingconnect.terms.parameters import TermsParameters


class Party(StrEnum):
    """Who acts."""

    OPERATOR = "operator"
    CLIENT = "client"


class Ground(StrEnum):
    """Why a contract is suspended or ends."""

    NON_PAYMENT = "non_payment"
    CONTENT = "content"
    FORCE_MAJEURE = "force_majeure"
    FORMAL_NOTICE = "formal_notice"
    CHANGE_REFUSED = "change_refused"
    """The client refused new terms or prices in time (CGV III.b)."""

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def article(self) -> str:
        return _ARTICLES.get(self, "III.g")


_LABELS: Final = {
    Ground.NON_PAYMENT: "Non-paiement",
    Ground.CONTENT: "Contenu illicite ou contraire aux conditions",
    Ground.FORCE_MAJEURE: "Force majeure",
    Ground.FORMAL_NOTICE: "Mise en demeure restée sans effet",
    Ground.CHANGE_REFUSED: "Changement refusé par le client",
}
_ARTICLES: Final = {Ground.FORCE_MAJEURE: "III.h", Ground.CHANGE_REFUSED: "III.b"}
AT_ONCE: Final = {Ground.NON_PAYMENT, Ground.CONTENT}
"""The operator needs no letter for these."""
BY_OPERATOR: Final = AT_ONCE | {Ground.FORCE_MAJEURE}
"""What the operator may terminate for; the rest ends a contract by right."""


def suspension_problems(*, ground: str, reason: str, state: OrderState) -> dict[str, str]:
    """CGV III.g, III.h: the operator suspends at once for non-payment, content, force majeure.

    Its reason is recorded; an order that is not binding yet, or has ended, has nothing to suspend.
    """
    problems = {}
    if ground not in BY_OPERATOR:
        problems["ground"] = "Choisissez le motif de la suspension."
    if not reason.strip():
        problems["reason"] = "Dites pourquoi : le client le lira."
    if OrderState.SUSPENDED not in TRANSITIONS[state]:
        problems["order"] = "Cette commande ne peut pas être suspendue dans son état."
    return problems


def state_to_resume(*, is_firm: bool, is_validated: bool, has_started: bool) -> OrderState:
    """CGV III.g, III.h: where an order goes on from when its suspension ends, by its own dates.

    A payment validated meanwhile counts: what it was before the suspension does not.
    """
    if has_started and is_validated:
        return OrderState.IN_EXECUTION
    return OrderState.VALIDATED if is_validated else OrderState.FIRM


def notice_deadline(
    *, received_on: date | None, stops: Sequence[Stop] = (), terms: TermsParameters
) -> date | None:
    """CGV III.g, III.l: the last day to put a breach right: 7 calendar days after reception.

    The day of reception is not counted, the last one is, working day or not. None while the
    letter is not received, or a case of force majeure holds the period.
    """
    if received_on is None:
        return None
    end = received_on + timedelta(days=terms.formal_notice_days)
    return deadline_after_stops(starts_on=received_on, deadline=end, stops=stops)


def is_without_effect(*, deadline: date | None, cured_on: date | None, today: date) -> bool:
    """CGV III.g: the breach was not put right by the last day: the contract ends by right."""
    if deadline is None or today <= deadline:
        return False
    return cured_on is None or cured_on > deadline


def notice_problems(*, breach: str, state: OrderState) -> dict[str, str]:
    """CGV III.g: a formal notice says which obligation is not met, for a contract that runs."""
    problems = {}
    if not breach.strip():
        problems["breach"] = "Dites quelle obligation n’est pas remplie."
    if OrderState.TERMINATED not in TRANSITIONS[state]:
        problems["order"] = "Cette commande ne peut pas être résiliée dans son état."
    return problems


def termination_problems(
    *,
    ground: str,
    reason: str,
    state: OrderState,
    notice_is_without_effect: bool = False,
    case_lasted_too_long: bool = False,
    letter_is_posted: bool = False,
) -> dict[str, str]:
    """CGV III.g, III.h: what a termination needs, by its ground.

    Nothing but a reason for non-payment and content; a formal notice that stayed without effect;
    for force majeure more than 90 working days and a registered letter, no notice.
    """
    problems = {}
    if ground not in BY_OPERATOR | {Ground.FORMAL_NOTICE}:
        problems["ground"] = "Choisissez le motif de la résiliation."
    elif ground == Ground.FORMAL_NOTICE and not notice_is_without_effect:
        problems["ground"] = "Aucune mise en demeure de cette commande n’est restée sans effet."
    elif ground == Ground.FORCE_MAJEURE and not case_lasted_too_long:
        problems["ground"] = "Ce cas de force majeure n’a pas encore duré assez longtemps."
    elif ground == Ground.FORCE_MAJEURE and not letter_is_posted:
        problems["letter"] = "Cette résiliation se fait par lettre recommandée."
    if not reason.strip():
        problems["reason"] = "Dites pourquoi : le client le lira."
    if OrderState.TERMINATED not in TRANSITIONS[state]:
        problems["order"] = "Cette commande ne peut pas être résiliée dans son état."
    return problems


def ends_with_refusal(
    *,
    state: OrderState,
    accepted_at: datetime,
    accepted_on: date,
    refused_at: datetime,
    ends_on: date,
    today: date,
) -> bool:
    """CGV III.b: a change refused in time ends, the day it would have applied, what still runs.

    `refused_at` is when the refusal was recorded: an order accepted after it is another contract,
    and so is one accepted once the change applied, however late a letter came. What is executed or
    closed is over, what is not binding yet waits for the client alone.
    """
    if OrderState.TERMINATED not in TRANSITIONS[state]:
        return False
    is_of_before = accepted_at <= refused_at and accepted_on < ends_on
    return is_of_before and today >= ends_on
