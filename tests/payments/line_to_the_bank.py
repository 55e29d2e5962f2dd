"""A card provider whose line can be cut, and how to start paying."""

from datetime import datetime

import pytest

from bench.line_to_the_bank import LineToTheBank
from marketingconnect.audit.models import JournalEntry
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways import BUILDERS
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.services import start_card_payment
from tests.sale import CLERK, NOON, Shop

__all__ = ["LineToTheBank", "actions", "bank", "start"]


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> LineToTheBank:
    """Speaks in place of the sandbox bank, under its name."""
    line = LineToTheBank()
    monkeypatch.setitem(BUILDERS, line.name, lambda: line)
    return line


def start(order: Order, shop: Shop, now: datetime = NOON) -> PaymentAttempt:
    return start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=now)


def actions() -> list[str]:
    return list(JournalEntry.objects.values_list("action", flat=True))
