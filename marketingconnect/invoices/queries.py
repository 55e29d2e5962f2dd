"""Reads of issued documents."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from marketingconnect.invoices.models import EInvoice, Invoice, PaperCopy
from marketingconnect.invoices.states import EInvoiceState, InvoiceKind, PaperCopyState
from marketingconnect.kernel.money import Money
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


def first_invoice_of(order: Order) -> Invoice | None:
    """The invoice of what was ordered; None while the order is not paid."""
    return Invoice.objects.filter(order=order, kind=InvoiceKind.INVOICE, instalment=1).first()


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
