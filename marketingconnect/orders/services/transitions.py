"""Change an order's state: compare-and-swap and journal, in one transaction."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.orders.errors import StaleStateError
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.rules import is_firm, withdrawal_refusal
from marketingconnect.orders.states import (
    LINE_TRANSITIONS,
    TRANSITIONS,
    LineState,
    OrderState,
)

DIRECT_DEBIT: Final = "debit"
"""The payment method of the same name; `payments` stands above this chapter."""


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

    `order` is locked by the caller. Both dates are civil dates in Paris. A suspended order stays
    so: its dates say that it is paid, and it goes on from there (CGV III.g).
    """
    if order.payment_validated_on is not None:
        return False
    becomes_firm = is_firm(paid_online=True, signed_order_form_received=order.firm_at is not None)
    facts = {
        "firm_at": order.firm_at or (at if becomes_firm else None),
        "payment_received_on": received_on,
        "payment_validated_on": validated_on,
    }
    if order.state == OrderState.SUSPENDED:
        _save(order, "order.paid_while_suspended", actor=actor, at=at, **facts)
    else:
        change_state(order, OrderState.VALIDATED, actor=actor, at=at, **facts)
    return True


def _save(order: Order, action: str, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """Write some facts of a locked order whose state stays."""
    before = {name: getattr(order, name) for name in facts}
    Order.objects.filter(pk=order.pk).update(**facts)
    record(
        action=action,
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=at,
        before=before,
        after={"reference": order.reference, **facts},
    )
    order.refresh_from_db()


@transaction.atomic
def receive_signed(
    order_id: int,
    *,
    form_signed_at: datetime | None = None,
    mandate_signed_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> Order:
    """CGV III.a: a signed order form, or a signed mandate, is received; both may make it firm.

    Either may come first, or again: the first reception counts. An order suspended meanwhile
    stays so. Raises StaleStateError once the order is cancelled or terminated.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state in {OrderState.CANCELLED, OrderState.TERMINATED}:
        raise StaleStateError(f"{order} is {order.state}")
    form = order.form_signed_at or form_signed_at
    mandate = order.mandate_signed_at or mandate_signed_at
    if (form, mandate) != (order.form_signed_at, order.mandate_signed_at):
        _save(
            order,
            "order.signed",
            actor=actor,
            at=at,
            form_signed_at=form,
            mandate_signed_at=mandate,
        )
    binds = is_firm(
        paid_online=False,
        signed_order_form_received=form is not None,
        paid_by_debit=order.payment_method == DIRECT_DEBIT,
        signed_mandate_received=mandate is not None,
    )
    if binds and order.state == OrderState.ACCEPTED:
        change_state(order, OrderState.FIRM, actor=actor, at=at, firm_at=at)
    return order


@transaction.atomic
def withdraw_order(order_id: int, *, actor: Actor, at: datetime) -> Order:
    """CGV III.a: the client gives up an order that does not bind it yet.

    Raises StaleStateError with the sentence to show once it is firm.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    refusal = withdrawal_refusal(state=OrderState(order.state), is_firm=order.firm_at is not None)
    if refusal:
        raise StaleStateError(refusal)
    reason = "Abandonnée par le client avant d’être ferme (CGV, art. III.a)."
    for line in order.lines.exclude(offer=""):
        stop_line(line, actor=actor, reason=reason, at=at)
    change_state(order, OrderState.CANCELLED, actor=actor, at=at, ended_at=at, end_reason=reason)
    return order


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
