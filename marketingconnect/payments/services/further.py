"""Money received for an invoice: a balance, an amendment, file fees, an order's own invoice."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import ConflictingReplayError, ReceiptRefusedError
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import counted_for, due_for, written_off_of
from marketingconnect.payments.rules import receipt_problems
from marketingconnect.payments.services.offline import OFFLINE
from marketingconnect.payments.services.reopening import resume_if_paid_again
from marketingconnect.payments.services.settling import journal_payment
from marketingconnect.payments.states import PaymentMethod


@transaction.atomic
def record_invoice_receipt(
    invoice_id: int,
    *,
    method: PaymentMethod,
    amount: Money,
    reference: str,
    payer: str,
    received_on: date,
    validated_on: date,
    actor: Actor,
    now: datetime,
) -> Payment:
    """CGV II.1.b: accounting records and validates what an invoice received, once.

    What an order's own invoice receives, its order does. What was written off may come after all.

    Raises ReceiptRefusedError, or ConflictingReplayError for a reference used otherwise.
    """
    invoice = Invoice.objects.get(pk=invoice_id)
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    if known := _known(invoice, method, amount, reference):
        return known
    dates = {"received_on": received_on, "validated_on": validated_on}
    problems = receipt_problems(**dates, ordered_on=invoice.issued_on, today=paris_date(now))
    if problems := problems | _problems(invoice, method, amount, reference):
        raise ReceiptRefusedError(problems)
    payment = Payment.objects.create(
        order=order,
        invoice=counted_for(invoice),
        method=method,
        provider=method,
        provider_ref=reference.strip(),
        cents=amount.cents,
        payer=payer.strip(),
        **dates,
        **_signed(actor, now),
    )
    journal_payment("payment.validated", payment, actor, now)
    resume_if_paid_again(order, actor=actor, now=now)
    return payment


def _known(
    invoice: Invoice, method: PaymentMethod, amount: Money, reference: str
) -> Payment | None:
    """The same receipt, recorded before."""
    known = Payment.objects.filter(provider=method, provider_ref=reference.strip()).first()
    if known is None:
        return None
    same = (known.order_id, known.cents) == (invoice.order_id, amount.cents)
    if not same or known.invoice != counted_for(invoice):
        raise ConflictingReplayError("Cette référence est déjà enregistrée autrement.")
    return known


def _signed(actor: Actor, now: datetime) -> dict[str, Any]:
    """Recorded and validated in one act."""
    return {
        "recorded_by_id": actor.id,
        "recorded_at": now,
        "validated_by_id": actor.id,
        "validated_at": now,
    }


def _problems(
    invoice: Invoice, method: PaymentMethod, amount: Money, reference: str
) -> dict[str, str]:
    problems = {}
    if method not in OFFLINE:
        problems["method"] = "Choisissez virement ou chèque."
    due = due_for(invoice) + written_off_of(invoice)
    if not Money.zero < amount <= due:
        problems["amount"] = f"Il reste {due} à recevoir pour cette facture."
    if not reference.strip():
        problems["reference"] = "Indiquez la référence du virement ou le numéro du chèque."
    return problems
