"""Accounting records transfers and cheques, and validates them."""

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Payment
from marketingconnect.payments.services import take_payment_back
from tests.cast import logged_in
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer", now=clock.now())


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


def receipt(**changes: str) -> dict[str, str]:
    today = clock.today().isoformat()
    return {
        "method": "transfer",
        "amount": "360,00 €",
        "reference": "VIR 42",
        "payer": "Boulangerie Nadia",
        "received_on": today,
        **changes,
    }


def test_the_queue_lists_what_is_awaited(order: Order, ines: Client) -> None:
    page = ines.get(reverse("back_office:payments"))

    assert order.reference in page.text
    cheques = ines.get(reverse("back_office:payments"), {"moyen": "cheque"})
    assert order.reference not in cheques.text


def test_a_transfer_is_received_then_validated(order: Order, ines: Client) -> None:
    ines.post(reverse("back_office:payment_record", args=[order.reference]), receipt())
    payment = Payment.objects.get()
    assert (payment.cents, payment.validated_on) == (360_00, None)

    ines.post(
        reverse("back_office:payment_validate", args=[order.reference, payment.pk]),
        {"validated_on": clock.today().isoformat()},
    )

    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.state == "validated"
    assert payment.validated_by is not None
    assert payment.validated_by.first_name == "Inès"


def test_a_payment_that_the_bank_took_back_is_shown_so(order: Order, ines: Client) -> None:
    ines.post(reverse("back_office:payment_record", args=[order.reference]), receipt())
    payment = Payment.objects.get()
    take_payment_back(payment.pk, reason="AC04", on=clock.today(), actor=CLERK, now=clock.now())

    page = ines.get(reverse("back_office:payment_order", args=[order.reference]))

    assert "Refusé par la banque" in page.text
    assert "AC04" in page.text
    assert reverse("back_office:payment_validate", args=[order.reference, payment.pk]) not in (
        page.text
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "beaucoup"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-3"}, "amount"),
        ({"reference": " "}, "reference"),
        ({"received_on": "2020-01-01"}, "received_on"),
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"method": "card"}, "method"),
    ],
)
def test_what_does_not_stand_is_said_by_the_field(
    order: Order, ines: Client, changes: dict[str, str], field: str
) -> None:
    page = ines.post(
        reverse("back_office:payment_record", args=[order.reference]), receipt(**changes)
    )

    assert page.status_code == 400
    assert page.context["form"].errors[field]
    assert not Payment.objects.exists()


@pytest.mark.parametrize("who", ["marc", "paul", "lea", "sofia", "alice"])
def test_only_accounting_opens_it(shop: Shop, order: Order, who: str) -> None:
    browser = logged_in(getattr(shop.cast, who))

    assert browser.get(reverse("back_office:payments")).status_code == 403
    record = reverse("back_office:payment_record", args=[order.reference])
    assert browser.post(record, receipt()).status_code == 403


def test_an_order_that_does_not_exist_is_404(shop: Shop, ines: Client) -> None:
    page = ines.get(reverse("back_office:payment_order", args=["BC-2026-999999"]))

    assert page.status_code == 404
