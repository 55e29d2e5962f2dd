"""Issue an invoice: number, parties, figures and mentions frozen in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.rules import composition_of_price, totals, vat_for
from marketingconnect.invoices.services import documents
from marketingconnect.invoices.services.documents import DocumentLine
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.terms.queries import vat_rates


@transaction.atomic
def issue_invoice(
    order_id: int, *, paid: Money, payment_method: str, now: datetime, instalment: int = 1
) -> Invoice:
    """CGV II.2.a: invoice an order once; asked again, the existing invoice comes back.

    `paid` is what was received and validated (TTC). VAT is that of the day of issue: if its rate
    changed since the order, the invoice says what remains due. Its PDF is made by a job.
    """
    order = locked_order(order_id)
    kind = InvoiceKind.INVOICE
    if existing := Invoice.objects.filter(order=order, kind=kind, instalment=instalment).first():
        return existing
    lines = [_ordered(line) for line in order.lines.all()]
    return _issue(
        order,
        lines,
        instalment=instalment,
        paid=paid,
        payment_method=payment_method,
        cause="",
        reason="",
        now=now,
    )


@transaction.atomic
def issue_supplement(
    order_id: int, lines: Sequence[DocumentLine], *, reason: str, cause: str, now: datetime
) -> Invoice:
    """CGV II.2.a: invoice what an order owes beyond its first invoice, once a `cause`.

    A balance, an amendment, file fees: `reason` is printed. Nothing is paid yet: it is due within
    thirty days. `cause` names the act, such as `settlement:12`.
    """
    order = locked_order(order_id)
    if existing := Invoice.objects.filter(cause=cause).first():
        return existing
    return _issue(
        order,
        lines,
        instalment=documents.next_instalment(order, InvoiceKind.INVOICE),
        paid=Money.zero,
        payment_method="",
        cause=cause,
        reason=reason,
        now=now,
    )


def locked_order(order_id: int) -> Order:
    """The order alone: its company and terms are shared with orders invoiced at the same time."""
    orders = Order.objects.select_related("company", "terms")
    return orders.select_for_update(of=("self",)).get(pk=order_id)


def _issue(
    order: Order,
    lines: Sequence[DocumentLine],
    *,
    instalment: int,
    paid: Money,
    payment_method: str,
    cause: str,
    reason: str,
    now: datetime,
) -> Invoice:
    today, kind = paris_date(now), InvoiceKind.INVOICE
    vat = vat_for(issued_on=today, territory=order.territory, rates=vat_rates())
    by_rate = totals(lines=[(line.net, vat.percent) for line in lines])
    invoice = Invoice.objects.create(
        instalment=instalment,
        cause=cause,
        reason=reason,
        paid_cents=paid.cents,
        paid_on=order.payment_validated_on if paid.cents else None,
        payment_label=payment_method,
        **documents.identity(kind, today),
        **documents.contract(order, now),
        **documents.figures(by_rate, paid, today),
        **documents.parties(order, operator_on(today), vat, kind),
    )
    documents.add_lines(invoice, lines, vat.percent)
    documents.finish(invoice, "invoice.issued", now)
    return invoice


def _ordered(line: OrderLine) -> DocumentLine:
    parts = [(part["label"], part["unit_price"]) for part in line.parts]
    return DocumentLine(
        label=line.label,
        detail=composition_of_price(parts=parts, uses=line.uses),
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=Money(line.net_cents),
    )
