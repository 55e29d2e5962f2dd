"""Issue an invoice: number, parties, figures and mentions frozen in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.invoices.errors import DepositRefusedError
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import deposits_of, first_invoice_of, remaining_of
from marketingconnect.invoices.rules import (
    composition_of_price,
    deposit_problem,
    invoice_law,
    totals,
    vat_for,
)
from marketingconnect.invoices.services import documents
from marketingconnect.invoices.services.documents import DocumentLine
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatRate
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.terms.law import Fact, vat_rates_of
from marketingconnect.terms.queries import law

_FLAT = "flat"


@transaction.atomic
def issue_invoice(
    order_id: int,
    *,
    paid: Money,
    payment_method: str,
    now: datetime,
    instalment: int = 1,
    schedule: Sequence[tuple[date, Money]] = (),
) -> Invoice:
    """CGV II.2.a, II.2.b: invoice an order once; asked again, the existing invoice comes back.

    `paid` is what was received and validated (TTC), deposits apart: what they asked is taken off,
    a line each. VAT is that of the day of issue: if its rate changed since the order, the invoice
    says what remains due. With a `schedule`, the rest is due by its dates. Its PDF is made by a
    job.
    """
    order = locked_order(order_id)
    kind = InvoiceKind.INVOICE
    if existing := Invoice.objects.filter(order=order, kind=kind, instalment=instalment).first():
        return existing
    lines = [_ordered(line) for line in order.lines.all()]
    lines += [line for deposit in deposits_of(order) for line in _taken_off(deposit)]
    return _issue(
        order,
        lines,
        instalment=instalment,
        paid=paid,
        payment_method=payment_method,
        cause="",
        reason="",
        now=now,
        schedule=schedule,
    )


@transaction.atomic
def issue_deposit(
    order_id: int, net: Money, *, paid: Money, payment_method: str, cause: str, now: datetime
) -> Invoice:
    """CGV II.2.a: invoice part of an order in advance (acompte), once a `cause`.

    `net` is HT; `paid` what was already received for it (TTC). The order's own invoice takes it
    off. Raises DepositRefusedError once that invoice exists, or beyond the price of the order.
    """
    order = locked_order(order_id)
    if existing := Invoice.objects.filter(cause=cause).first():
        return existing
    if first_invoice_of(order) is not None:
        raise DepositRefusedError("Cette commande est déjà facturée : un acompte vient avant.")
    earlier = Money.total(remaining_of(deposit).net for deposit in deposits_of(order))
    if problem := deposit_problem(net=net, ordered=Money(order.net_cents), deposited=earlier):
        raise DepositRefusedError(problem)
    label = f"Acompte sur la commande {order.reference}"
    line = DocumentLine(label=label, quantity=1, unit=_FLAT, unit_price=net.to_decimal(), net=net)
    return _issue(
        order,
        [line],
        instalment=documents.next_instalment(order, InvoiceKind.INVOICE),
        is_deposit=True,
        paid=paid,
        payment_method=payment_method,
        cause=cause,
        reason="",
        now=now,
    )


@transaction.atomic
def issue_supplement(
    order_id: int,
    lines: Sequence[DocumentLine],
    *,
    reason: str,
    cause: str,
    now: datetime,
    supplied_on: date | None = None,
    outside_vat: str = "",
) -> Invoice:
    """CGV II.2.a: invoice what an order owes beyond its first invoice, once a `cause`.

    A balance, an amendment, file fees: `reason` is printed. Nothing is paid yet: it is due within
    thirty days. `cause` names the act, such as `settlement:12`. `outside_vat` is the sentence that
    says why the amount is not subject to VAT, when it is not.
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
        supplied_on=supplied_on,
        now=now,
        outside_vat=outside_vat,
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
    is_deposit: bool = False,
    supplied_on: date | None = None,
    schedule: Sequence[tuple[date, Money]] = (),
    outside_vat: str = "",
) -> Invoice:
    kind, facts = InvoiceKind.INVOICE, law()
    identity = documents.identity(kind, now)
    today, operator = identity["issued_on"], operator_on(identity["issued_on"])
    vat = _vat(order, today, facts, outside_vat)
    of_today = invoice_law(on=today, facts=facts)
    by_rate = totals(lines=[(line.net, vat.percent) for line in lines])
    # What came beyond the total is not this document's: it is kept for the client.
    paid = min(paid, Money.total(total.gross for total in by_rate))
    invoice = Invoice.objects.create(
        instalment=instalment,
        is_deposit=is_deposit,
        cause=cause,
        reason=reason,
        supplied_on=supplied_on,
        paid_cents=paid.cents,
        paid_on=(today if is_deposit else order.payment_validated_on) if paid.cents else None,
        payment_label=payment_method,
        **identity,
        **documents.contract(order),
        **documents.figures(by_rate, paid, today, of_today, schedule),
        **documents.parties(order, operator, vat, kind, of_today, is_supply=not outside_vat),
    )
    documents.add_lines(invoice, lines, vat.percent)
    documents.finish(invoice, "invoice.issued", now)
    return invoice


def _vat(order: Order, today: date, facts: Sequence[Fact], outside_vat: str) -> VatRate:
    vat = vat_for(issued_on=today, territory=order.territory, rates=vat_rates_of(facts))
    return replace(vat, percent=Decimal(0), mention=outside_vat) if outside_vat else vat


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


def _taken_off(deposit: Invoice) -> list[DocumentLine]:
    """What a deposit asked, less its credit notes; its VAT was asked with it."""
    net = remaining_of(deposit).net
    if net == Money.zero:
        return []
    return [
        DocumentLine(
            label=f"Acompte facturé {deposit.number} du {deposit.issued_on:%d/%m/%Y}, déduit",
            quantity=1,
            unit=_FLAT,
            unit_price=-net.to_decimal(),
            net=-net,
        )
    ]
