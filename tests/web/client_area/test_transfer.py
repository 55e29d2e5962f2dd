"""The page of an order to pay by transfer."""

import pytest
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.notices.models import Notice
from marketingconnect.payments.rules import creditor_reference
from tests.cast import logged_in
from tests.sale import Shop

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_reference_and_a_code_that_needs_no_style(shop: Shop) -> None:
    order = shop.order(method="transfer", now=clock.now())
    reference = creditor_reference(order.reference)

    page = logged_in(shop.cast.alice).get(reverse("client_area:order", args=[order.reference]))

    code = page.text[page.text.index("<svg width=") :].partition("</svg>")[0]
    assert reference in page.text
    assert "Code QR du virement" in code
    assert "style=" not in code
    assert "<script" not in code
    assert reference in Notice.objects.get(template="how_to_pay").text


@pytest.mark.parametrize("method", ["card", "cheque"])
def test_another_means_shows_no_code(shop: Shop, method: str) -> None:
    order = shop.order(method=method, now=clock.now())

    page = logged_in(shop.cast.alice).get(reverse("client_area:order", args=[order.reference]))

    assert "Code QR" not in page.text


def test_another_company_sees_nothing(shop: Shop) -> None:
    order = shop.order(method="transfer", now=clock.now())

    page = logged_in(shop.cast.charlie).get(reverse("client_area:order", args=[order.reference]))

    assert page.status_code == 404
