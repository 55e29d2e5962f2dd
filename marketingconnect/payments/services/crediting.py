"""Set a company's credit notes against what it owes next (CGV CL.6)."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import CreditRefusedError, StillUnknownError
from marketingconnect.payments.models import Payment, PaymentAttempt
from marketingconnect.payments.queries import Credit, balance_of, counted_for, credits_of, due_for
from marketingconnect.payments.rules import may_be_spent_on
from marketingconnect.payments.services.settling import journal_payment, settle
from marketingconnect.payments.states import LIVE, PaymentMethod


@transaction.atomic
def spend_credit_on_order(order_id: int, *, actor: Actor, now: datetime) -> Money:
    """CGV CL.6: a client's credit pays its next order first, oldest credit note first.

    Returns what was spent, zero when there is none or the order is paid. Raises StillUnknownError
    while a payment by card is open: its amount is already asked.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state not in {OrderState.ACCEPTED, OrderState.FIRM}:
        return Money.zero
    if PaymentAttempt.objects.filter(order=order, state__in=LIVE).exists():
        raise StillUnknownError("Un paiement par carte est ouvert : terminez-le d’abord.")
    spent = Money.zero
    for payment in _spend(order, None, balance_of(order).remaining, now):
        settle(order, payment, actor=actor, at=now)
        spent = spent + Money(payment.cents)
    return spent


@transaction.atomic
def spend_credit_on_invoice(invoice_id: int, *, actor: Actor, now: datetime) -> Money:
    """CGV CL.6: a client's credit pays a further invoice: a balance, an amendment, file fees.

    Only what is invoiced after the credit note, or with it. Raises CreditRefusedError when the
    client has credit notes, all issued after this invoice.
    """
    invoice = Invoice.objects.select_related("order").get(pk=invoice_id)
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    spent = Money.zero
    for payment in _spend(order, invoice, due_for(invoice), now):
        journal_payment("payment.validated", payment, actor, now)
        spent = spent + Money(payment.cents)
    return spent


def _spend(order: Order, invoice: Invoice | None, due: Money, now: datetime) -> Iterator[Payment]:
    """One payment a credit note; the company is locked, so that nothing is spent twice.

    The next one is made once the caller has counted this one: an invoice that one of them issues
    says what came until then, and no more.
    """
    Company.objects.select_for_update().get(pk=order.company_id)
    for credit in _usable(order.company_id, invoice, due):
        amount = min(credit.unused, due)
        if amount <= Money.zero:
            break
        due = due - amount
        yield _payment(order, invoice, credit.note, amount, now)


def _usable(company_id: int, invoice: Invoice | None, due: Money) -> list[Credit]:
    """Oldest first; what is not invoiced yet will be after any of them."""
    credits = credits_of(company_id)
    if invoice is None:
        return credits
    usable = [
        one
        for one in credits
        if may_be_spent_on(note_issued_at=one.note.issued_at, invoice_issued_at=invoice.issued_at)
    ]
    if credits and due.cents and not usable:
        raise CreditRefusedError(
            f"Un avoir paie les factures qui le suivent (CGV, art. CL.6) : {invoice.number} est "
            "plus ancienne."
        )
    return usable


def _payment(
    order: Order, invoice: Invoice | None, note: Invoice, amount: Money, now: datetime
) -> Payment:
    today = paris_date(now)
    paid = invoice.number if invoice else order.reference
    return Payment.objects.create(
        order=order,
        invoice=counted_for(invoice) if invoice else None,
        credit_note=note,
        method=PaymentMethod.CREDIT,
        provider=PaymentMethod.CREDIT,
        provider_ref=f"{note.number} {paid}",
        cents=amount.cents,
        received_on=today,
        validated_on=today,
        recorded_at=now,
        validated_at=now,
    )
