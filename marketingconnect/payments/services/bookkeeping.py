"""What a payment does to the accounts: booked when it counts, in the same transaction."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Entry
from marketingconnect.ledger.queries import balance_of_document
from marketingconnect.ledger.rules.postings import (
    Postings,
    credit_spent_postings,
    receipt_postings,
    reversed_receipt_postings,
)
from marketingconnect.ledger.services import NewEntry, book, book_all, reverse
from marketingconnect.ledger.states import ActKind, Role
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import share_of_invoice
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod

_AT_ONCE: Final = 1000


def source_of(payment_id: int) -> str:
    """The name of a payment in the ledger: `payment:7`."""
    return f"payment:{payment_id}"


def book_payment(payment: Payment, *, at: datetime) -> Entry | None:
    """CGV II.1.b: book money that counts, or credit spent, in the transaction that validates it.

    None while the payment is not validated.
    """
    if payment.validated_on is None:
        return None
    return book(_entry(payment, _postings(payment)), at=at)


def book_missing_payments(*, at: datetime) -> int:
    """Book the payments validated before the ledger was, oldest first; returns how many.

    Safe to repeat and to interrupt: each thousand is a transaction of its own.
    """
    total, last = 0, 0
    while batch := list(_unbooked().filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        with transaction.atomic():
            acts = [_entry(payment, _postings_of_before(payment)) for payment in batch]
            total += len(book_all(acts, at=at))
    return total


def _unbooked() -> QuerySet[Payment]:
    source = Concat(Value("payment:"), Cast(OuterRef("pk"), CharField()))
    validated = Payment.objects.filter(
        ~Exists(Entry.objects.filter(source=source)), validated_on__isnull=False
    )
    return validated.select_related("order", "invoice", "credit_note__corrects").order_by("pk")


def _entry(payment: Payment, postings: Postings) -> NewEntry:
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
        postings=postings,
    )


def _postings(payment: Payment) -> Postings:
    """What a payment just validated does: its order's first invoice uses it up to its total."""
    own = None if payment.invoice else first_invoice_of(payment.order)
    due = None if own is None else share_of_invoice(own, Money(payment.cents))
    return _posted(payment, payment.invoice or own, due)


def _postings_of_before(payment: Payment) -> Postings:
    """What a payment validated before the ledger was did: its invoice used what it still asked."""
    own = None if payment.invoice else first_invoice_of(payment.order)
    due = None if own is None else balance_of_document(own.company_id, own.number)
    return _posted(payment, payment.invoice or own, due)


def _posted(payment: Payment, invoice: Invoice | None, due: Money | None) -> Postings:
    amount = Money(payment.cents)
    order, number = payment.order.reference, invoice.number if invoice else ""
    if payment.credit_note is not None:
        lowered = payment.credit_note.corrects or payment.credit_note
        return credit_spent_postings(
            amount=amount, corrected=lowered.number, order=order, invoice=number
        )
    return receipt_postings(
        amount=amount, place=place_of(payment), order=order, invoice=number, due=due
    )


def place_of(payment: Payment) -> Role:
    """Where money is once received: in the bank, or a cheque in hand."""
    return Role.CHEQUES if payment.method == PaymentMethod.CHEQUE else Role.BANK


def book_taken_back(payment: Payment, *, on: date, at: datetime) -> None:
    """CGV II.2.b: book that the bank took a validated payment back, in the same transaction.

    What its order kept beyond its price goes first; the rest is due again.
    """
    postings = None
    if payment.invoice is None and payment.credit_note is None:
        own = first_invoice_of(payment.order)
        amount = Money(payment.cents)
        due_again = -share_of_invoice(own, -amount) if own else Money.zero
        postings = reversed_receipt_postings(
            amount=amount,
            place=place_of(payment),
            order=payment.order.reference,
            invoice=own.number if own else "",
            kept=amount - due_again,
        )
    method = METHOD_LABELS[PaymentMethod(payment.method)]
    reverse(
        source_of(payment.pk),
        cause=f"{source_of(payment.pk)}:unpaid",
        day=on,
        label=f"{method} {payment.provider_ref[:80]} impayé",
        at=at,
        postings=postings,
    )
