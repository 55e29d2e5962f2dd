"""Change an order's state: compare-and-swap and journal, in one transaction."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.orders.errors import StaleStateError
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.rules import is_firm
from marketingconnect.orders.states import (
    LINE_TRANSITIONS,
    TRANSITIONS,
    LineState,
    OrderState,
)


@transaction.atomic
def change_state(
    order: Order, new: OrderState, *, actor: Actor, at: datetime, **facts: Any
) -> None:
    """Move an order on, with the dates that say so. Raises StaleStateError; updates `order`."""
    old = OrderState(order.state)
    if new not in TRANSITIONS[old]:
        raise StaleStateError(f"{order}: {old} -> {new}")
    if not Order.objects.filter(pk=order.pk, state=old).update(state=new, **facts):
        raise StaleStateError(f"{order} is no longer {old}")
    record(
        action=f"order.{new}",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=at,
        before={"state": old},
        after={"state": new, "reference": order.reference, **facts},
    )
    order.refresh_from_db()


@transaction.atomic
def mark_paid(
    order: Order, *, received_on: date, validated_on: date, actor: Actor, at: datetime
) -> bool:
    """CGV II.1.b: validate an order whose payment is. False when it already was validated.

    `order` is locked by the caller. Both dates are civil dates in Paris.
    """
    if order.payment_validated_on is not None:
        return False
    becomes_firm = is_firm(paid_online=True, signed_order_form_received=order.firm_at is not None)
    change_state(
        order,
        OrderState.VALIDATED,
        actor=actor,
        at=at,
        firm_at=order.firm_at or (at if becomes_firm else None),
        payment_received_on=received_on,
        payment_validated_on=validated_on,
    )
    return True


@transaction.atomic
def stop_line(line: OrderLine, *, actor: Actor, reason: str, at: datetime) -> bool:
    """CGV III.a: end a line whose work will not be done; False once it is done or stopped.

    The order is locked by the caller. What the client is owed is for the caller to credit.
    """
    old = LineState(line.state)
    if LineState.STOPPED not in LINE_TRANSITIONS[old]:
        return False
    if not OrderLine.objects.filter(pk=line.pk, state=old).update(state=LineState.STOPPED):
        raise StaleStateError(f"line {line.pk} is no longer {old}")
    record(
        action="order_line.stopped",
        actor=actor,
        company_id=line.order.company_id,
        subject=f"order:{line.order_id}",
        at=at,
        before={"line": line.number, "state": old},
        after={"line": line.number, "state": LineState.STOPPED, "reason": reason},
    )
    line.state = LineState.STOPPED
    return True


@transaction.atomic
def change_payment_method(order_id: int, *, method: str, actor: Actor, at: datetime) -> Order:
    """Pay otherwise than first chosen. Raises StaleStateError once the order is paid or ended."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state not in {OrderState.ACCEPTED, OrderState.FIRM}:
        raise StaleStateError(f"{order} is {order.state}")
    if order.payment_method == method:
        return order
    record(
        action="order.payment_method_changed",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=at,
        before={"payment_method": order.payment_method},
        after={"payment_method": method},
    )
    Order.objects.filter(pk=order_id).update(payment_method=method)
    order.payment_method = method
    return order
