"""Transfers and cheques: accounting records that they came, then that they are validated."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import (
    AlreadyPaidError,
    ConflictingReplayError,
    ReceiptRefusedError,
)
from marketingconnect.payments.models import Payment
from marketingconnect.payments.notices import tell_payment_is_partial, tell_payment_is_received
from marketingconnect.payments.queries import missing_to_start
from marketingconnect.payments.rules import receipt_problems
from marketingconnect.payments.services.reopening import resume_if_paid_again
from marketingconnect.payments.services.settling import settle
from marketingconnect.payments.states import PaymentMethod

OFFLINE = (PaymentMethod.TRANSFER, PaymentMethod.CHEQUE)


@transaction.atomic
def record_offline_receipt(
    order_id: int,
    *,
    method: PaymentMethod,
    amount: Money,
    reference: str,
    payer: str,
    received_on: date,
    actor: Actor,
    now: datetime,
) -> Payment:
    """CGV II.1.b: record that a transfer or a cheque arrived; it validates nothing yet.

    `reference` is the bank's for a transfer, the number of a cheque: the same one twice with the
    same figures is one receipt. Raises ReceiptRefusedError or ConflictingReplayError.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    _must_stand(order, method, amount, reference, received_on, paris_date(now))
    payment, is_new = Payment.objects.get_or_create(
        provider=method,
        provider_ref=" ".join(reference.split()),
        defaults={
            "order": order,
            "method": method,
            "cents": amount.cents,
            "payer": payer.strip(),
            "received_on": received_on,
            "recorded_by_id": actor.id,
            "recorded_at": now,
        },
    )
    if (payment.order_id, payment.cents) != (order.pk, amount.cents):
        raise ConflictingReplayError(
            f"Cette référence est déjà enregistrée pour la commande {payment.order.reference}, "
            f"d’un montant de {Money(payment.cents)}."
        )
    if is_new:
        _journal("payment.received", payment, actor, now)
        tell_payment_is_received(order, payment, at=now)
    return payment


def _must_stand(
    order: Order,
    method: PaymentMethod,
    amount: Money,
    reference: str,
    received_on: date,
    today: date,
) -> None:
    problems = receipt_problems(
        received_on=received_on,
        validated_on=None,
        ordered_on=paris_date(order.accepted_at),
        today=today,
    )
    if method not in OFFLINE:
        problems["method"] = "Choisissez virement ou chèque."
    if amount.cents <= 0:
        problems["amount"] = "Le montant reçu doit être positif."
    if not reference.strip():
        problems["reference"] = "Indiquez la référence du virement ou le numéro du chèque."
    if problems:
        raise ReceiptRefusedError(problems)


@transaction.atomic
def validate_offline(
    payment_id: int, *, validated_on: date, actor: Actor, now: datetime
) -> Payment:
    """CGV II.1.b: accounting validates a receipt; the order is validated if all is there.

    Raises ReceiptRefusedError for a date that does not stand, AlreadyPaidError when this receipt
    was validated meanwhile, or refused by the bank.
    """
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.reversed_on is not None:
        raise AlreadyPaidError("La banque a refusé ce règlement : il ne peut plus être validé.")
    if payment.validated_on is not None:
        raise AlreadyPaidError("Ce règlement est déjà validé.")
    problems = receipt_problems(
        received_on=payment.received_on,
        validated_on=validated_on,
        ordered_on=paris_date(order.accepted_at),
        today=paris_date(now),
    )
    if problems:
        raise ReceiptRefusedError(problems)
    payment.validated_on = validated_on
    payment.validated_by_id = actor.id
    payment.validated_at = now
    payment.save(update_fields=["validated_on", "validated_by", "validated_at"])
    settle(order, payment, actor=actor, at=now)
    resume_if_paid_again(order, actor=actor, now=now)
    if order.state == OrderState.ACCEPTED and order.payment_validated_on is None:
        tell_payment_is_partial(order, payment, missing_to_start(order), at=now)
    return payment


def _journal(action: str, payment: Payment, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=payment.order.company_id,
        subject=f"order:{payment.order_id}",
        at=now,
        after={
            "payment": payment.pk,
            "method": payment.method,
            "reference": payment.provider_ref,
            "cents": payment.cents,
            "received_on": payment.received_on,
        },
    )
