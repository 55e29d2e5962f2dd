"""Money received for a further invoice: a balance, an amendment, file fees."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import ConflictingReplayError, ReceiptRefusedError
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import due_for
from marketingconnect.payments.rules import receipt_problems
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
    """CGV II.1.b: accounting records and validates what a further invoice received.

    The same reference with the same figures is one receipt. Raises ReceiptRefusedError or
    ConflictingReplayError.
    """
    invoice = Invoice.objects.get(pk=invoice_id)
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    if existing := Payment.objects.filter(provider=method, provider_ref=reference).first():
        if (existing.invoice_id, existing.cents) != (invoice.pk, amount.cents):
            raise ConflictingReplayError("Cette référence est déjà enregistrée autrement.")
        return existing
    problems = receipt_problems(
        received_on=received_on,
        validated_on=validated_on,
        ordered_on=invoice.issued_on,
        today=paris_date(now),
    )
    if method not in {PaymentMethod.TRANSFER, PaymentMethod.CHEQUE}:
        problems["method"] = "Choisissez virement ou chèque."
    if not Money.zero < amount <= due_for(invoice):
        problems["amount"] = f"Il reste {due_for(invoice)} à recevoir pour cette facture."
    if not reference.strip():
        problems["reference"] = "Indiquez la référence du virement ou le numéro du chèque."
    if problems:
        raise ReceiptRefusedError(problems)
    payment = Payment.objects.create(
        order=order,
        invoice=invoice,
        method=method,
        provider=method,
        provider_ref=reference.strip(),
        cents=amount.cents,
        payer=payer.strip(),
        received_on=received_on,
        validated_on=validated_on,
        recorded_by_id=actor.id,
        recorded_at=now,
        validated_by_id=actor.id,
        validated_at=now,
    )
    journal_payment("payment.validated", payment, actor, now)
    return payment
