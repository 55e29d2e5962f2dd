"""What a payment does to the accounts: booked when it counts, in the same transaction."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Entry
from marketingconnect.ledger.queries import balance_of_document
from marketingconnect.ledger.rules.postings import (
    Postings,
    credit_spent_postings,
    receipt_postings,
)
from marketingconnect.ledger.services import NewEntry, book, book_all
from marketingconnect.ledger.states import ActKind, Role
from marketingconnect.payments.models import Payment
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod

_AT_ONCE: Final = 1000


def source_of(payment_id: int) -> str:
    """The name of a payment in the ledger: `payment:7`."""
    return f"payment:{payment_id}"


def book_payment(payment: Payment, *, at: datetime) -> Entry | None:
    """CGV II.1.b: book money that counts, or credit spent, in the transaction that validates it.

    None while the payment is not validated.
    """
    return book(_entry(payment), at=at) if payment.validated_on else None


def book_missing_payments(*, at: datetime) -> int:
    """Book the payments validated before the ledger was, oldest first; returns how many.

    Safe to repeat and to interrupt: each thousand is a transaction of its own.
    """
    total, last = 0, 0
    while batch := list(_unbooked().filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        with transaction.atomic():
            total += len(book_all([_entry(payment) for payment in batch], at=at))
    return total


def _unbooked() -> QuerySet[Payment]:
    source = Concat(Value("payment:"), Cast(OuterRef("pk"), CharField()))
    validated = Payment.objects.filter(
        ~Exists(Entry.objects.filter(source=source)), validated_on__isnull=False
    )
    return validated.select_related("order", "invoice", "credit_note__corrects").order_by("pk")


def _entry(payment: Payment) -> NewEntry:
    method = PaymentMethod(payment.method)
    paid = payment.invoice.number if payment.invoice else payment.order.reference
    return NewEntry(
        source=source_of(payment.pk),
        kind=ActKind.CREDIT_SPENT if payment.credit_note else ActKind.RECEIPT,
        company_id=payment.order.company_id,
        day=payment.validated_on or payment.received_on,
        piece_ref=payment.provider_ref,
        piece_date=payment.received_on,
        label=f"{METHOD_LABELS[method]} {payment.provider_ref[:100]} pour {paid}",
        postings=_postings(payment, method),
    )


def _postings(payment: Payment, method: PaymentMethod) -> Postings:
    amount = Money(payment.cents)
    order = payment.order.reference
    invoice = payment.invoice.number if payment.invoice else ""
    if payment.credit_note is not None:
        lowered = payment.credit_note.corrects or payment.credit_note
        return credit_spent_postings(
            amount=amount, corrected=lowered.number, order=order, invoice=invoice
        )
    place = Role.CHEQUES if method is PaymentMethod.CHEQUE else Role.BANK
    due = None
    if payment.invoice is None and (own := first_invoice_of(payment.order)) is not None:
        # Paid again after the bank took money back, or beyond what was due.
        invoice, due = own.number, balance_of_document(own.company_id, own.number)
    return receipt_postings(amount=amount, place=place, order=order, invoice=invoice, due=due)
