"""Accounting takes cheques to the bank on slips and records its answers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import ChequeRemittance, Payment, RemittedCheque
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.slip_form import render_slip, slip_content
from marketingconnect.payments.states import ChequeState, PaymentMethod
from tests.cast import logged_in
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="cheque", now=clock.now())


@pytest.fixture
def cheque(order: Order) -> Payment:
    now, today = clock.now(), clock.today()
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.CHEQUE,
        amount=Money(360_00),
        reference="0001234",
        payer="Boulangerie Nadia",
        received_on=today,
        actor=CLERK,
        now=now,
    )
    return validate_offline(payment.pk, validated_on=today, actor=CLERK, now=now)


def at(name: str, *keys: object) -> str:
    return reverse(f"back_office:{name}", args=keys)


def state_of(cheque: Payment) -> str:
    return RemittedCheque.objects.get(payment=cheque).state


def test_cheques_go_on_a_slip_and_come_back(cheque: Payment, order: Order, ines: Client) -> None:
    today = clock.today()
    assert cheque.provider_ref in ines.get(at("cheques")).text
    for typed in ({"on": today}, {"cheque": cheque.pk, "on": today + timedelta(days=1)}):
        assert ines.post(at("cheques"), typed).status_code == 400
    assert not ChequeRemittance.objects.exists()

    ines.post(at("cheques"), {"cheque": cheque.pk, "on": today})
    slip = ChequeRemittance.objects.get()
    listed = ines.get(at("cheques"))
    assert "Aucun chèque en main" in listed.text
    assert [(one.count, one.cents, one.waiting) for one in listed.context["slips"]] == [
        (1, 360_00, 1)
    ]
    assert "0001234;" in ines.get(at("cheque_slip_csv", slip.pk)).getvalue().decode()

    ines.post(at("cheques_cleared", slip.pk), {"on": today})
    assert state_of(cheque) == ChequeState.REMITTED
    ines.post(at("cheques_cleared", slip.pk), {"cheque": cheque.pk, "on": today})
    assert state_of(cheque) == ChequeState.CLEARED

    asked = ines.get(at("cheque_unpaid", cheque.pk))
    assert f"La commande {order.reference} sera suspendue" in asked.text
    for typed in ({"on": today}, {"reason": "Opposition", "on": today + timedelta(days=1)}):
        assert ines.post(at("cheque_unpaid", cheque.pk), typed).status_code == 400
    ines.post(at("cheque_unpaid", cheque.pk), {"reason": "Opposition", "on": today})
    assert state_of(cheque) == ChequeState.UNPAID
    order.refresh_from_db()
    assert order.state == "suspended"
    assert ines.get(at("cheque_unpaid", cheque.pk)).status_code == 409


def test_the_slip_is_printed_the_same_each_time(cheque: Payment, ines: Client) -> None:
    ines.post(at("cheques"), {"cheque": cheque.pk, "on": clock.today()})
    slip = ChequeRemittance.objects.get()

    answer = ines.get(at("cheque_slip_pdf", slip.pk))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer.content == render_slip(slip)
    said = slip_content(slip)
    assert (said["count"], said["total"]) == (1, str(Money(360_00)))
    assert said["cheques"][0]["payer"] == "Boulangerie Nadia"


def test_only_accounting_opens_them(shop: Shop, cheque: Payment, ines: Client) -> None:
    for who in (shop.cast.marc, shop.cast.sofia, shop.cast.alice):
        browser = logged_in(who)
        assert browser.get(at("cheques")).status_code == 403
        assert browser.post(at("cheque_unpaid", cheque.pk)).status_code == 403
    assert ines.get(at("cheque_slip", 999)).status_code == 404
    assert ines.get(at("cheque_unpaid", cheque.pk)).status_code == 404
