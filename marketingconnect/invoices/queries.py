"""Reads of issued documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum

from marketingconnect.invoices.models import EInvoice, Invoice, PaperCopy
from marketingconnect.invoices.states import EInvoiceState, InvoiceKind, PaperCopyState
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatTotal
from marketingconnect.ledger.models import Line
from marketingconnect.ledger.states import ActKind
from marketingconnect.orders.models import Order


@dataclass(frozen=True, slots=True)
class Remaining:
    """What no credit note has taken back yet of an invoice."""

    net: Money
    vat: Money

    @property
    def total(self) -> Money:
        return self.net + self.vat


def invoices_of(company_id: int) -> QuerySet[Invoice]:
    """A company's documents, latest first."""
    return Invoice.objects.filter(company_id=company_id).select_related("order")


def invoice_of(company_id: int, number: str) -> Invoice:
    """One document of a company. Raises Invoice.DoesNotExist, also for another company's."""
    return Invoice.objects.get(company_id=company_id, number=number)


def invoices_of_order(order: Order) -> QuerySet[Invoice]:
    """The documents of an order."""
    return Invoice.objects.filter(order=order)


def invoices_without_pdf() -> QuerySet[Invoice, int]:
    """Ids of issued documents not printed yet, oldest first."""
    return Invoice.objects.filter(pdf_path="").order_by("pk").values_list("pk", flat=True)


def documents_without_pdf(until: date) -> QuerySet[Invoice]:
    """Documents issued by a day and not printed yet."""
    return Invoice.objects.filter(pdf_path="", issued_on__lte=until)


def document_of(number: str) -> Invoice | None:
    """One document whoever's it is, for staff."""
    return Invoice.objects.select_related("company", "order").filter(number=number).first()


def first_invoice_of(order: Order) -> Invoice | None:
    """The invoice of what was ordered; None while the order is not paid."""
    return Invoice.objects.filter(order=order, kind=InvoiceKind.INVOICE, instalment=1).first()


def schedule_of_invoice(invoice: Invoice) -> list[tuple[date, Money]]:
    """The days and amounts by which an invoice is paid; empty when it is paid at once."""
    rows = invoice.schedule
    return [(date.fromisoformat(row["due_on"]), Money(row["cents"])) for row in rows]


def deposits_of(order: Order) -> QuerySet[Invoice]:
    """The deposits invoiced for an order, oldest first."""
    return Invoice.objects.filter(order=order, is_deposit=True).order_by("pk")


def deposits_deducted_from(invoice: Invoice) -> list[Invoice]:
    """The deposits that an order's own invoice takes off; none for any other document."""
    if invoice.kind != InvoiceKind.INVOICE or invoice.instalment != 1:
        return []
    return list(deposits_of(invoice.order))


def remaining_of(invoice: Invoice) -> Remaining:
    """What may still be credited of an invoice."""
    given = Invoice.objects.filter(corrects=invoice).aggregate(
        net=Sum("net_cents"), vat=Sum("vat_cents")
    )
    return Remaining(
        Money(invoice.net_cents + (given["net"] or 0)),
        Money(invoice.vat_cents + (given["vat"] or 0)),
    )


def credit_notes_of(company_id: int) -> QuerySet[Invoice]:
    """A company's credit notes, latest first."""
    return Invoice.objects.filter(
        company_id=company_id, kind=InvoiceKind.CREDIT_NOTE
    ).select_related("order", "corrects")


def paper_copies_to_post() -> QuerySet[PaperCopy]:
    """The invoices to post on paper, oldest request first."""
    waiting = PaperCopy.objects.filter(state=PaperCopyState.TO_POST)
    return waiting.select_related("invoice__company").order_by("requested_at", "pk")


def e_invoices_in_trouble() -> QuerySet[EInvoice]:
    """The documents that a platform rejected or a client refuses, disputes or suspends."""
    troubled = (
        EInvoiceState.REJECTED,
        EInvoiceState.REFUSED,
        EInvoiceState.DISPUTED,
        EInvoiceState.SUSPENDED,
    )
    found = EInvoice.objects.filter(state__in=troubled)
    return found.select_related("invoice__company").order_by("changed_at", "pk")


def totals_with_credits(invoice: Invoice) -> Iterator[VatTotal]:
    """The totals by rate of a document, then those of its credit notes, which are negative."""
    for document in (invoice, *Invoice.objects.filter(corrects=invoice).order_by("pk")):
        for row in document.vat_lines:
            yield VatTotal(Decimal(row["rate"]), Money(row["net_cents"]), Money(row["vat_cents"]))


def e_invoices_paid(states: list[EInvoiceState]) -> QuerySet[EInvoice]:
    """Invoices in one of these states of which the accounts ask nothing any more, oldest first.

    What was given up as a loss was never paid.
    """
    lines = Line.objects.filter(
        company=OuterRef("invoice__company"), document=OuterRef("invoice__number")
    )
    owed = (
        lines.order_by().values("document").annotate(sum=Sum(F("debit_cents") - F("credit_cents")))
    )
    found = EInvoice.objects.filter(state__in=states, invoice__kind=InvoiceKind.INVOICE)
    return (
        found.annotate(owed=Subquery(owed.values("sum")))
        .filter(~Exists(lines.filter(entry__kind=ActKind.WRITE_OFF)), owed__lte=0)
        .select_related("invoice")
        .order_by("pk")
    )
