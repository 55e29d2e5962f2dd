"""What an issued document does to the accounts: booked with it, from its frozen figures alone."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from marketingconnect.invoices.factur_x.codes import asks_penalties
from marketingconnect.invoices.models import Invoice, InvoiceLine
from marketingconnect.invoices.queries import schedule_of_invoice
from marketingconnect.invoices.rules import owed_by_date
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatTotal
from marketingconnect.ledger.models import Entry
from marketingconnect.ledger.rules.postings import (
    Postings,
    credit_note_postings,
    income_role,
    invoice_postings,
)
from marketingconnect.ledger.services import NewEntry, book, book_all
from marketingconnect.ledger.states import ActKind

_AT_ONCE: Final = 1000


def source_of(invoice_id: int) -> str:
    """The name of a document in the ledger, a credit note included: `invoice:12`."""
    return f"invoice:{invoice_id}"


def book_document(invoice: Invoice, *, at: datetime) -> Entry | None:
    """CGV II.2.a: book an invoice or a credit note, in the transaction that issues it.

    None for a document that moves nothing.
    """
    return book(_entry(invoice, _deducted([invoice])), at=at)


def book_missing_documents(*, at: datetime) -> int:
    """Book the documents issued before the ledger was, oldest first; returns how many.

    Safe to repeat and to interrupt: each thousand is a transaction of its own.
    """
    total, last = 0, 0
    while batch := list(_unbooked().filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        total += _book(batch, at)
    return total


@transaction.atomic
def _book(batch: Sequence[Invoice], at: datetime) -> int:
    deducted = _deducted(batch)
    return len(book_all([_entry(invoice, deducted) for invoice in batch], at=at))


def _unbooked() -> QuerySet[Invoice]:
    source = Concat(Value("invoice:"), Cast(OuterRef("pk"), CharField()))
    invoices = Invoice.objects.filter(~Exists(Entry.objects.filter(source=source)))
    return invoices.select_related("order", "corrects").order_by("pk")


def _deducted(invoices: Sequence[Invoice]) -> dict[int, int]:
    """Invoice -> cents HT of the deposits it takes off: its lines below zero."""
    issued = [one.pk for one in invoices if one.kind == InvoiceKind.INVOICE]
    lines = InvoiceLine.objects.filter(invoice__in=issued, net_cents__lt=0)
    return dict(
        lines.values("invoice").annotate(sum=Sum("net_cents")).values_list("invoice", "sum")
    )


def _entry(invoice: Invoice, deducted: dict[int, int]) -> NewEntry:
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    name = f"Avoir {invoice.number}" if is_credit else f"Facture {invoice.number}"
    return NewEntry(
        source=source_of(invoice.pk),
        kind=ActKind.CREDIT_NOTE if is_credit else ActKind.INVOICE,
        company_id=invoice.company_id,
        day=invoice.issued_on,
        piece_ref=invoice.number,
        piece_date=invoice.issued_on,
        label=f"{name} {invoice.buyer['legal_name']}",
        postings=_postings(invoice, Money(-deducted.get(invoice.pk, 0))),
    )


def _postings(invoice: Invoice, deducted: Money) -> Postings:
    by_rate = [
        VatTotal(Decimal(row["rate"]), Money(row["net_cents"]), Money(row["vat_cents"]))
        for row in invoice.vat_lines
    ]
    corrected = invoice.corrects or invoice
    income = income_role(
        is_credit=invoice.corrects is not None,
        is_deposit=corrected.is_deposit,
        cause=corrected.cause if asks_penalties(corrected) else invoice.cause,
    )
    if invoice.corrects is not None:
        return credit_note_postings(invoice=corrected.number, by_rate=by_rate, income=income)
    return invoice_postings(
        number=invoice.number,
        by_rate=by_rate,
        paid=Money(invoice.paid_cents),
        order=invoice.order.reference,
        due_on=invoice.due_on,
        income=income,
        deducted=deducted,
        schedule=owed_by_date(schedule=schedule_of_invoice(invoice), issued_on=invoice.issued_on),
    )
