"""Issue an invoice: number, parties, figures and mentions frozen in one transaction."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice, InvoiceLine
from marketingconnect.invoices.numbering import next_sequence
from marketingconnect.invoices.parties import buyer_of, seller_of
from marketingconnect.invoices.rules import due_day, mentions, number_of, totals, vat_for
from marketingconnect.invoices.states import SERIES_OF, InvoiceKind
from marketingconnect.jobs import job
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatRate, VatTotal
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.terms.queries import vat_rates

ACCOUNTS = Actor.system("Facturation")
MAKE_PDF = "invoices.make_pdf"


@transaction.atomic
def issue_invoice(
    order_id: int, *, paid: Money, payment_method: str, now: datetime, instalment: int = 1
) -> Invoice:
    """CGV II.2.a: invoice an order once; asked again, the existing invoice comes back.

    `paid` is what was received and validated (TTC). VAT is that of the day of issue: if its rate
    changed since the order, the invoice says what remains due. Its PDF is made by a job.
    """
    orders = Order.objects.select_related("company", "terms")
    # Of the order alone: its company and terms are shared with orders invoiced at the same time.
    order = orders.select_for_update(of=("self",)).get(pk=order_id)
    kind = InvoiceKind.INVOICE
    if existing := Invoice.objects.filter(order=order, kind=kind, instalment=instalment).first():
        return existing
    today = paris_date(now)
    vat = vat_for(issued_on=today, territory=order.territory, rates=vat_rates())
    lines = list(order.lines.all())
    by_rate = totals(lines=[(Money(line.net_cents), vat.percent) for line in lines])
    invoice = Invoice.objects.create(
        instalment=instalment,
        paid_cents=paid.cents,
        paid_on=order.payment_validated_on if paid.cents else None,
        payment_label=payment_method,
        **_identity(kind, today),
        **_contract(order, now),
        **_figures(by_rate, paid, today),
        **_parties(order, operator_on(today), vat, kind),
    )
    _copy_lines(invoice, lines, vat)
    _journal(invoice, now)
    job(MAKE_PDF, queue="documents").defer(invoice_id=invoice.pk)
    return invoice


def _identity(kind: InvoiceKind, today: date) -> dict[str, Any]:
    series = SERIES_OF[kind]
    sequence = next_sequence(series, today.year)
    return {
        "kind": kind,
        "series": series,
        "year": today.year,
        "sequence": sequence,
        "number": number_of(series=series, year=today.year, sequence=sequence),
    }


def _contract(order: Order, now: datetime) -> dict[str, Any]:
    return {
        "order": order,
        "company": order.company,
        "issued_at": now,
        "issued_on": paris_date(now),
        "purchase_reference": order.purchase_reference,
        "terms_label": f"{order.terms.title}, version {order.terms.number}",
        "territory": order.territory,
    }


def _figures(by_rate: tuple[VatTotal, ...], paid: Money, today: date) -> dict[str, Any]:
    net = Money.total(total.net for total in by_rate)
    vat = Money.total(total.vat for total in by_rate)
    return {
        "net_cents": net.cents,
        "vat_cents": vat.cents,
        "total_cents": (net + vat).cents,
        "due_on": due_day(issued_on=today, remaining=net + vat - paid),
        "vat_lines": [
            {
                "rate": str(total.percent),
                "net_cents": total.net.cents,
                "vat_cents": total.vat.cents,
            }
            for total in by_rate
        ],
    }


def _parties(
    order: Order, operator: OperatorIdentity, vat: VatRate, kind: InvoiceKind
) -> dict[str, Any]:
    return {
        "seller": seller_of(operator),
        "buyer": buyer_of(order.company),
        "mentions": mentions(
            kind=kind,
            vat=vat,
            vat_on_debits=operator.vat_on_debits,
            late_penalty=operator.late_penalty,
        ),
    }


def _copy_lines(invoice: Invoice, lines: list[OrderLine], vat: VatRate) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            number=line.number,
            label=line.label,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            net_cents=line.net_cents,
            vat_rate=vat.percent,
        )
        for line in lines
    )


def _journal(invoice: Invoice, now: datetime) -> None:
    record(
        action="invoice.issued",
        actor=ACCOUNTS,
        company_id=invoice.company_id,
        subject=f"order:{invoice.order_id}",
        at=now,
        after={
            "number": invoice.number,
            "net_cents": invoice.net_cents,
            "vat_cents": invoice.vat_cents,
            "total_cents": invoice.total_cents,
            "paid_cents": invoice.paid_cents,
        },
    )
