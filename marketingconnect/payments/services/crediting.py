"""Set a company's credit notes against what it owes next (CGV CL.6)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import StillUnknownError
from marketingconnect.payments.models import Payment, PaymentAttempt
from marketingconnect.payments.queries import balance_of, credits_of, due_for
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
    payments = _spend(order, None, balance_of(order).remaining, now)
    for payment in payments:
        settle(order, payment, actor=actor, at=now)
    return Money.total(Money(payment.cents) for payment in payments)


@transaction.atomic
def spend_credit_on_invoice(invoice_id: int, *, actor: Actor, now: datetime) -> Money:
    """CGV CL.6: a client's credit pays a further invoice: a balance, an amendment, file fees."""
    invoice = Invoice.objects.select_related("order").get(pk=invoice_id)
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    payments = _spend(order, invoice, due_for(invoice), now)
    for payment in payments:
        journal_payment("payment.validated", payment, actor, now)
    return Money.total(Money(payment.cents) for payment in payments)


def _spend(order: Order, invoice: Invoice | None, due: Money, now: datetime) -> list[Payment]:
    """One payment a credit note; the company is locked, so that nothing is spent twice."""
    Company.objects.select_for_update().get(pk=order.company_id)
    today = paris_date(now)
    payments = []
    for credit in credits_of(order.company_id):
        amount = min(credit.unused, due)
        if amount <= Money.zero:
            break
        due = due - amount
        paid = invoice.number if invoice else order.reference
        payments.append(
            Payment.objects.create(
                order=order,
                invoice=invoice,
                credit_note=credit.note,
                method=PaymentMethod.CREDIT,
                provider=PaymentMethod.CREDIT,
                provider_ref=f"{credit.note.number} {paid}",
                cents=amount.cents,
                received_on=today,
                validated_on=today,
                recorded_at=now,
                validated_at=now,
            )
        )
    return payments
