"""What every issued document has: number, parties, figures, lines, a line in the journal, a PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Max

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice, InvoiceLine
from marketingconnect.invoices.numbering import next_number
from marketingconnect.invoices.parties import buyer_of, seller_of
from marketingconnect.invoices.rules import (
    InvoiceLaw,
    due_day,
    invoiced_schedule,
    mentions,
    number_of,
)
from marketingconnect.invoices.services.bookkeeping import book_document
from marketingconnect.invoices.states import SERIES_OF, InvoiceKind
from marketingconnect.jobs import job
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatRate, VatTotal
from marketingconnect.orders.models import Order

ACCOUNTS = Actor.system("Facturation")
MAKE_PDF = "invoices.make_pdf"
_LONGEST_DETAIL: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A line to print. `net` is positive, also on a credit note, which turns it round."""

    label: str
    quantity: int
    unit: str
    unit_price: Decimal
    net: Money
    detail: str = ""


def identity(kind: InvoiceKind, now: datetime) -> dict[str, Any]:
    """The day and the next number of the document's own series.

    The counter is locked until the end. The day is the one before it when somebody issued a
    document of the series past midnight while this one began before: dates never step back.
    """
    series = SERIES_OF[kind]
    number = next_number(series, paris_date(now))
    return {
        "kind": kind,
        "series": series,
        "year": number.day.year,
        "sequence": number.sequence,
        "number": number_of(series=series, year=number.day.year, sequence=number.sequence),
        "issued_at": now,
        "issued_on": number.day,
    }


def next_instalment(order: Order, kind: InvoiceKind) -> int:
    """The place of a further document of the order, which the caller locked; the first is 1."""
    issued = Invoice.objects.filter(order=order, kind=kind)
    latest = issued.aggregate(latest=Max("instalment"))["latest"] or 0
    return max(latest, 1 if kind is InvoiceKind.INVOICE else 0) + 1


def contract(order: Order) -> dict[str, Any]:
    """What the document takes from its order."""
    return {
        "order": order,
        "company": order.company,
        "purchase_reference": order.purchase_reference,
        "terms_label": f"{order.terms.title}, version {order.terms.number}",
        "territory": order.territory,
    }


def figures(
    by_rate: Sequence[VatTotal],
    paid: Money,
    today: date,
    law: InvoiceLaw,
    schedule: Sequence[tuple[date, Money]] = (),
) -> dict[str, Any]:
    """Sums, VAT by rate and by when the rest is due: at once, or by the dates of a schedule."""
    net = Money.total(total.net for total in by_rate)
    vat = Money.total(total.vat for total in by_rate)
    rest = net + vat - paid
    planned = invoiced_schedule(instalments=schedule, total=net + vat) if rest.cents > 0 else ()
    due_on = due_day(issued_on=today, remaining=rest, law=law)
    return {
        "net_cents": net.cents,
        "vat_cents": vat.cents,
        "total_cents": (net + vat).cents,
        "due_on": max(planned[-1][0], today) if planned else due_on,
        "schedule": [{"due_on": f"{day}", "cents": amount.cents} for day, amount in planned],
        "vat_lines": [
            {
                "rate": str(total.percent),
                "net_cents": total.net.cents,
                "vat_cents": total.vat.cents,
            }
            for total in by_rate
        ],
    }


def parties(
    order: Order,
    operator: OperatorIdentity,
    vat: VatRate,
    kind: InvoiceKind,
    law: InvoiceLaw,
    *,
    is_supply: bool = True,
) -> dict[str, Any]:
    """Seller, buyer and the sentences the law asks for."""
    sentences = mentions(
        kind=kind,
        vat=vat,
        vat_on_debits=operator.vat_on_debits,
        law=law,
        is_supply=is_supply,
    )
    return {
        "seller": seller_of(operator),
        "buyer": buyer_of(order.company),
        "mentions": [one.text for one in sentences],
        "coded_mentions": {code: one.text for one in sentences for code in one.codes},
    }


def add_lines(
    invoice: Invoice, lines: Iterable[DocumentLine], vat_percent: Decimal, *, sign: int = 1
) -> None:
    """The lines as printed, numbered from 1."""
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            number=number,
            label=line.label,
            detail=line.detail[:_LONGEST_DETAIL],
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            net_cents=sign * line.net.cents,
            vat_rate=vat_percent,
        )
        for number, line in enumerate(lines, start=1)
    )


def finish(invoice: Invoice, action: str, now: datetime) -> None:
    """Write it in the journal, book it, and have it printed once all this is committed."""
    corrected = {"corrects": invoice.corrects.number} if invoice.corrects else {}
    record(
        action=action,
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
            "reason": invoice.reason,
            **corrected,
        },
    )
    book_document(invoice, at=now)
    job(MAKE_PDF, queue="documents").defer(invoice_id=invoice.pk)
