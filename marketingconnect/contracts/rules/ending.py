"""Suspension, formal notice (mise en demeure) and termination (résiliation) of an order."""

from collections.abc import Sequence
from datetime import date, timedelta
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

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def article(self) -> str:
        return "III.h" if self is Ground.FORCE_MAJEURE else "III.g"


_LABELS: Final = {
    Ground.NON_PAYMENT: "Non-paiement",
    Ground.CONTENT: "Contenu illicite ou contraire aux conditions",
    Ground.FORCE_MAJEURE: "Force majeure",
    Ground.FORMAL_NOTICE: "Mise en demeure restée sans effet",
}
AT_ONCE: Final = {Ground.NON_PAYMENT, Ground.CONTENT}
"""The operator needs no letter for these."""


def suspension_problems(*, ground: str, reason: str, state: OrderState) -> dict[str, str]:
    """CGV III.g, III.h: the operator suspends at once for non-payment, content, force majeure.

    Its reason is recorded; an order that is not binding yet, or has ended, has nothing to suspend.
    """
    problems = {}
    if ground not in AT_ONCE | {Ground.FORCE_MAJEURE}:
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
    if ground not in set(Ground):
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
