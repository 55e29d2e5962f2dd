"""Suspend an order and let it go on (CGV III.g, III.h)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import (
    ContractError,
    InvalidFieldsError,
    StaleContractError,
)
from marketingconnect.contracts.models import ForceMajeure, Suspension
from marketingconnect.contracts.notices import tell_order_goes_on, tell_order_is_suspended
from marketingconnect.contracts.queries import open_suspension_of
from marketingconnect.contracts.rules.ending import Ground, state_to_resume, suspension_problems
from marketingconnect.contracts.services.lines import go_on_with, hold_lines
from marketingconnect.contracts.unpaid import owes_again
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import change_state
from marketingconnect.orders.states import OrderState

_OWES = (
    "La banque a repris un règlement de cette commande, qui n’est plus payée : elle reprendra"
    " d’elle-même au règlement."
)
_TAKEN_BACK = "Un règlement a été refusé par la banque pendant la suspension."


@transaction.atomic
def suspend_order(
    order_id: int,
    *,
    ground: str,
    reason: str,
    case: ForceMajeure | None = None,
    user_id: int | None,
    actor: Actor,
    now: datetime,
    tells_client: bool = True,
) -> Suspension:
    """CGV III.g, III.h: everything under way stops at once; ground, reason and author are kept.

    `tells_client` is false when another mail of the same act says it. Raises InvalidFieldsError
    when it is not for this, or the order has nothing to suspend.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    problems = suspension_problems(ground=ground, reason=reason, state=OrderState(order.state))
    if (ground == Ground.FORCE_MAJEURE) != (case is not None):
        problems["ground"] = "Un cas de force majeure se déclare d’abord."
    if problems:
        raise InvalidFieldsError(problems)
    said = reason.strip()[:300]
    change_state(order, OrderState.SUSPENDED, actor=actor, at=now)
    article = Ground(ground).article
    suspension = Suspension.objects.create(
        order=order,
        ground=ground,
        reason=said,
        case=case,
        held_lines=hold_lines(order, article=article, reason=said, actor=actor, now=now),
        began_at=now,
        began_by_id=user_id,
    )
    if tells_client:
        tell_order_is_suspended(suspension, at=now)
    return suspension


@transaction.atomic
def resume_order(
    order_id: int, *, reason: str, user_id: int | None, actor: Actor, now: datetime
) -> Order:
    """CGV III.g, III.h: the suspension ends; the order goes on from what its dates say.

    Nothing goes on unpaid: while the bank took its money back, a suspension for that stays, and
    any other one becomes that. Raises StaleContractError when it is not suspended, ContractError
    when it owes.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    suspension = open_suspension_of(order)
    if suspension is None or order.state != OrderState.SUSPENDED:
        raise StaleContractError
    owes = owes_again(order, paris_date(now))
    if owes and suspension.ground == Ground.NON_PAYMENT:
        raise ContractError(_OWES, article="II.2.b")
    close_suspension(suspension, reason=reason, user_id=user_id, now=now)
    reached = state_to_resume(
        is_firm=order.firm_at is not None,
        is_validated=order.payment_validated_on is not None,
        has_started=order.started_at is not None,
    )
    change_state(order, reached, actor=actor, at=now)
    go_on_with(
        order,
        suspension.held_lines,
        article=Ground(suspension.ground).article,
        reason=suspension.end_reason,
        actor=actor,
        now=now,
    )
    if owes:
        ground = Ground.NON_PAYMENT
        suspend_order(
            order_id, ground=ground, reason=_TAKEN_BACK, user_id=None, actor=actor, now=now
        )
        order.refresh_from_db()
        return order
    tell_order_goes_on(suspension, at=now)
    return order


def close_suspension(
    suspension: Suspension, *, reason: str, user_id: int | None, now: datetime
) -> None:
    """CGV III.g, III.h: write the end of a suspension whose order is locked."""
    suspension.ended_at, suspension.ended_by_id = now, user_id
    suspension.end_reason = reason.strip()[:300] or "Le motif n’existe plus."
    suspension.save(update_fields=["ended_at", "ended_by", "end_reason"])
