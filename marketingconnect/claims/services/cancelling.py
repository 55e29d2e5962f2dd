"""End what was sold: the line stops, its price is credited, file fees are billed when due."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.claims.rules.settlement import cancellation_credit
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, remaining_of
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_file_fee,
)
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.services import change_state, stop_line
from marketingconnect.orders.states import TRANSITIONS, LineState, OrderState
from marketingconnect.payments.services import spend_credit_on_invoice
from marketingconnect.terms.queries import parameters_of


@transaction.atomic
def cancel_line(
    line: OrderLine,
    *,
    reason: str,
    article: str,
    cause: str,
    with_file_fee: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """CGV CL.2, CL.6, CL.7: a line is not performed: credit it and, where due, bill file fees.

    Its order is cancelled with its last line. `reason` and `article` are printed; `cause` names
    the act, which credits and bills once.
    """
    order = Order.objects.select_for_update().get(pk=line.order_id)
    line.refresh_from_db()
    stop_line(line, actor=actor, reason=reason, at=now)
    printed = non_breaking(f"{reason} (CGV, art. {article}).")
    if invoice := first_invoice_of(order):
        _credit(line, order, invoice, printed, cause, now)
    if with_file_fee:
        _bill_file_fee(order, printed, f"{cause}:fee", actor, now)
    is_last = not order.lines.exclude(offer="").exclude(state=LineState.STOPPED).exists()
    if is_last and OrderState.CANCELLED in TRANSITIONS[OrderState(order.state)]:
        change_state(
            order,
            OrderState.CANCELLED,
            actor=actor,
            at=now,
            ended_at=now,
            end_reason=printed[:300],
        )


def _credit(
    line: OrderLine, order: Order, invoice: Invoice, reason: str, cause: str, now: datetime
) -> None:
    """What the order costs less without the line, its minimum billing included."""
    going_on = order.lines.exclude(offer="").exclude(pk=line.pk).exclude(state=LineState.STOPPED)
    asked = cancellation_credit(
        line_net=Money(line.net_cents),
        top_up=Money.total(Money(one.net_cents) for one in order.lines.filter(offer="")),
        others=Money.total(Money(one.net_cents) for one in going_on),
        minimum=parameters_of(order.terms).minimum_order,
    )
    net = min(asked, remaining_of(invoice).net)
    if net <= Money.zero:
        return
    credited = DocumentLine(
        label=f"Prestation non exécutée : {line.label}"[:200],
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=net,
    )
    issue_credit_note(invoice, [credited], reason=reason[:300], cause=cause, now=now)


def _bill_file_fee(order: Order, reason: str, cause: str, actor: Actor, now: datetime) -> None:
    invoice = issue_file_fee(order.pk, reason=reason, cause=cause, now=now)
    # What the client paid and was just credited pays the fees first.
    spend_credit_on_invoice(invoice.pk, actor=actor, now=now)
