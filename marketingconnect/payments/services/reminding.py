"""What the clock brings: instalments and first payments late are asked for, mandates expire."""

from datetime import datetime

from django.db import transaction

from marketingconnect.clock import paris_date
from marketingconnect.ledger.rules.late_payment import penalty_rate
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.queries import (
    ENDED,
    orders_without_first_payment,
    payable_now,
    schedule_of,
)
from marketingconnect.payments.services.mandates import expire_if_unused
from marketingconnect.payments.states import InstalmentState, MandateState
from marketingconnect.payments.telling import tell_first_payment_is_late, tell_instalment_is_late
from marketingconnect.terms.queries import law


@transaction.atomic
def remind_of_instalments(order_id: int, *, now: datetime) -> None:
    """CGV II.2.b: ask once for each instalment that is late; nothing else happens by itself.

    Of an order of which nothing came yet, the first payment is asked for instead.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    today = paris_date(now)
    if order.state in ENDED or not order.payments.exists():
        return
    rate = penalty_rate(on=today, facts=law())
    for instalment in schedule_of(order, today):
        if instalment.state is InstalmentState.OVERDUE:
            tell_instalment_is_late(order, instalment, rate, at=now)


def remind_of_first_payments(*, now: datetime) -> int:
    """CGV II.2.b: ask once for the first payment of each order that waits for it; how many wait."""
    today = paris_date(now)
    late = orders_without_first_payment(today)
    for order, due_on in late:
        amount = payable_now(order, today)
        if amount.cents:
            tell_first_payment_is_late(order, due_on, amount, at=now)
    return len(late)


def expire_mandates(*, now: datetime) -> int:
    """CGV II.2.b: void the mandates not used for the months that the scheme sets; how many."""
    used = [MandateState.SIGNED, MandateState.ACTIVE]
    mandates = DebitMandate.objects.filter(state__in=used).order_by("pk")
    return sum(expire_if_unused(mandate, now=now) for mandate in mandates)
