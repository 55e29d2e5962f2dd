"""Terminate an order (résiliation), at once or after a formal notice (CGV III.g, III.h)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import InvalidFieldsError
from marketingconnect.contracts.models import FormalNotice, RegisteredLetter, Termination
from marketingconnect.contracts.notices import tell_order_is_terminated
from marketingconnect.contracts.queries import open_suspension_of
from marketingconnect.contracts.rules.clocks import has_lasted_too_long
from marketingconnect.contracts.rules.ending import Ground, Party, termination_problems
from marketingconnect.contracts.rules.letters import Direction, Purpose
from marketingconnect.contracts.services.lines import end_lines
from marketingconnect.contracts.services.suspending import close_suspension
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import change_state
from marketingconnect.orders.states import OrderState
from marketingconnect.terms.queries import parameters_of


@transaction.atomic
def terminate_order(
    order_id: int,
    *,
    ground: str,
    reason: str,
    damages: str = "",
    letter: RegisteredLetter | None = None,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> Termination:
    """CGV III.g, III.h: the operator terminates: at once for non-payment or content, by letter
    after more than 90 working days of force majeure.

    Running sends stop in the same transaction. Raises InvalidFieldsError.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    problems = termination_problems(
        ground=ground,
        reason=reason,
        state=OrderState(order.state),
        case_lasted_too_long=_has_lasted_too_long(order, now),
        letter_is_posted=_is_letter_for(letter, order),
    )
    if problems:
        raise InvalidFieldsError(problems)
    termination = Termination(
        order=order,
        ground=ground,
        by=Party.OPERATOR,
        reason=reason.strip()[:300],
        damages=damages.strip()[:300],
        letter=letter,
        terminated_at=now,
        terminated_by_id=user_id,
    )
    return end_contract(termination, actor=actor, now=now)


def end_contract(termination: Termination, *, actor: Actor, now: datetime) -> Termination:
    """CGV III.g, III.h: write a termination whose order is locked, and stop all its work."""
    order = termination.order
    article = Ground(termination.ground).article
    printed = non_breaking(f"{termination.reason} (CGV, art. {article}).")[:300]
    end_lines(order, article=article, reason=termination.reason, actor=actor, now=now)
    if suspension := open_suspension_of(order):
        close_suspension(
            suspension, reason="Résiliation.", user_id=termination.terminated_by_id, now=now
        )
    change_state(
        order, OrderState.TERMINATED, actor=actor, at=now, ended_at=now, end_reason=printed
    )
    termination.save(force_insert=True)
    tell_order_is_terminated(termination, at=now)
    return termination


def by_right(notice: FormalNotice, *, actor: Actor, now: datetime) -> Termination:
    """CGV III.g: the contract that a formal notice without effect ends; its order is locked."""
    termination = Termination(
        order=notice.order,
        ground=Ground.FORMAL_NOTICE,
        by=notice.by,
        reason=notice.breach,
        letter=notice.letter,
        notice=notice,
        terminated_at=now,
    )
    return end_contract(termination, actor=actor, now=now)


def _has_lasted_too_long(order: Order, now: datetime) -> bool:
    suspension = open_suspension_of(order)
    if suspension is None or suspension.case is None or suspension.case.ended_on is not None:
        return False
    return has_lasted_too_long(
        began_on=suspension.case.began_on,
        today=paris_date(now),
        terms=parameters_of(order.terms),
    )


def _is_letter_for(letter: RegisteredLetter | None, order: Order) -> bool:
    return (
        letter is not None
        and letter.company_id == order.company_id
        and letter.direction == Direction.SENT
        and letter.purpose == Purpose.FORCE_MAJEURE
    )
