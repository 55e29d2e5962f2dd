"""A card provider whose line can be cut, and how to start paying."""

from datetime import datetime

from bench.line_to_the_bank import LineToTheBank
from marketingconnect.audit.models import JournalEntry
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.services import start_card_payment
from tests.sale import CLERK, NOON, Shop

__all__ = ["LineToTheBank", "actions", "start"]


def start(order: Order, shop: Shop, now: datetime = NOON) -> PaymentAttempt:
    return start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=now)


def actions() -> list[str]:
    return list(JournalEntry.objects.values_list("action", flat=True))
