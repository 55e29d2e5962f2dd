import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from marketingconnect.invoices.models import Invoice
from marketingconnect.notices.models import Notice
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.models import Payment
from marketingconnect.payments.services import (
    ask_provider,
    receive_webhook,
)
from tests.payments.line_to_the_bank import LineToTheBank, actions, start
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_webhooks_return_page_and_sweeper_at_once_pay_once(shop: Shop, bank: LineToTheBank) -> None:
    bank.in_test_transaction = False
    order = shop.order()
    attempt = start(order, shop)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    def hook(event: str) -> Callable[[], object]:
        return lambda: receive_webhook(
            bank, {}, f"{event} {attempt.provider_ref}".encode(), now=NOON
        )

    asks = [lambda: ask_provider(attempt.pk, now=NOON)] * 4
    at_once([hook("evt_1"), hook("evt_1"), hook("evt_2"), hook("evt_3"), *asks])

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert Payment.objects.count() == 1
    assert Invoice.objects.count() == 1
    assert Notice.objects.filter(key=f"order-paid:{order.pk}").count() == 1
    assert actions().count("payment.validated") == 1


@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_open_one_payment(shop: Shop, bank: LineToTheBank) -> None:
    bank.in_test_transaction = False
    order = shop.order()

    attempts = at_once([lambda: start(order, shop).pk] * 6)

    assert len(set(attempts)) == 1
    assert len(bank.truth) == 1
