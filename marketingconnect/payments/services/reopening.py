"""Money taken back by the bank: what it paid is due again, and the work stands still."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.contracts.queries import open_suspension_of
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.orders.models import Order
from marketingconnect.orders.rules import may_be_worked_on
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import ReceiptRefusedError
from marketingconnect.payments.models import Payment
from marketingconnect.payments.notices import tell_payment_is_taken_back
from marketingconnect.payments.queries import is_up_to_date
from marketingconnect.payments.services.bookkeeping import book_taken_back


@transaction.atomic
def take_payment_back(
    payment_id: int, *, reason: str, on: date, actor: Actor, now: datetime
) -> Payment:
    """CGV II.2.b: an unpaid cheque or a rejected debit reopens what it paid, once; work stops.

    The order is suspended when it is no longer paid, or is late by its schedule, and not executed
    yet. `on` is the day of the bank's refusal. Raises ReceiptRefusedError for a day before the
    receipt, or without a reason.
    """
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.reversed_on is not None:
        return payment
    _must_stand(payment, reason, on)
    payment.reversed_on, payment.reversal_reason = on, " ".join(reason.split())[:120]
    payment.save(update_fields=["reversed_on", "reversal_reason"])
    if payment.validated_on is not None:
        book_taken_back(payment, on=on, at=now)
    record(
        action="payment.taken_back",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={"payment": payment.pk, "cents": payment.cents, "reason": payment.reversal_reason},
    )
    tell_payment_is_taken_back(order, payment, at=now)
    _stand_still(order, payment, actor, now)
    return payment


def _must_stand(payment: Payment, reason: str, on: date) -> None:
    if not reason.strip():
        raise ReceiptRefusedError({"reason": "Dites pourquoi la banque a refusé ce règlement."})
    if on < payment.received_on:
        raise ReceiptRefusedError({"on": "Le refus ne peut pas précéder la réception."})


def _stand_still(order: Order, payment: Payment, actor: Actor, now: datetime) -> None:
    """What runs stops in the same transaction; the mail of the payment says so already."""
    may_work = may_be_worked_on(state=OrderState(order.state))
    if not may_work or is_up_to_date(order, paris_date(now)):
        return
    suspend_order(
        order.pk,
        ground=Ground.NON_PAYMENT,
        reason=f"Règlement refusé par la banque : {payment.reversal_reason}",
        user_id=None,
        actor=actor,
        now=now,
        tells_client=False,
    )
    order.refresh_from_db()


@transaction.atomic
def resume_if_paid_again(order: Order, *, actor: Actor, now: datetime) -> bool:
    """CGV II.2.b: an order suspended for money taken back goes on once nothing is late again.

    `order` is locked by the caller. False when it stands still for another reason, or still owes.
    """
    was_taken_back = Payment.objects.filter(
        order=order, invoice=None, reversed_on__isnull=False
    ).exists()
    suspension = open_suspension_of(order)
    is_paid = is_up_to_date(order, paris_date(now))
    for_money = suspension is not None and suspension.ground == Ground.NON_PAYMENT
    if not for_money or not was_taken_back or not is_paid:
        return False
    reason = "La commande est payée de nouveau."
    resume_order(order.pk, reason=reason, user_id=None, actor=actor, now=now)
    order.refresh_from_db()
    return True
