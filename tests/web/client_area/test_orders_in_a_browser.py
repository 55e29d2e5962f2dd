"""The pages of a sale in a real browser: no fault at any width in any theme."""

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.signature.models import SignatureRequest
from tests.browser import OpenPage
from tests.cast import logged_in
from tests.sale import Shop
from tests.signature.desk import Desk
from tests.web.axe import problems_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_basket_and_checkout_have_no_fault(shop: Shop, open_page: OpenPage) -> None:
    shop.fill_cart()
    alice = logged_in(shop.cast.alice)

    for name in ("client_area:cart", "client_area:checkout"):
        assert problems_everywhere(open_page(alice, reverse(name))) == []


def test_an_order_that_waits_for_its_payment_has_no_fault(shop: Shop, open_page: OpenPage) -> None:
    order = shop.order(method="transfer", now=clock.now(), lacks=("proof",))
    page = open_page(
        logged_in(shop.cast.alice), reverse("client_area:order", args=[order.reference])
    )

    assert problems_everywhere(page) == []


def test_accounting_s_queue_and_order_have_no_fault(shop: Shop, open_page: OpenPage) -> None:
    order = shop.order(method="cheque", now=clock.now())
    ines = logged_in(shop.cast.ines)

    for path in (
        reverse("back_office:payments"),
        reverse("back_office:payment_order", args=[order.reference]),
    ):
        assert problems_everywhere(open_page(ines, path)) == []


def test_the_pages_of_a_signature_have_no_fault(
    shop: Shop, signing: Path, settings: Settings, tmp_path: Path, open_page: OpenPage
) -> None:
    """To identify oneself, to type the code, then signed; the documents kept."""
    desk = Desk(shop.order(method="card", now=clock.now()), shop.cast, tmp_path, settings)
    alice = logged_in(shop.cast.alice)
    address = reverse("client_area:signing", args=[desk.order.reference])
    assert problems_everywhere(open_page(alice, address)) == []
    request = desk.identify(SignatureRequest.objects.get(), now=clock.now())
    code = desk.ask(request, now=clock.now())
    assert problems_everywhere(open_page(alice, address)) == []
    desk.type(request, code, now=clock.now())
    for page in (address, reverse("client_area:documents")):
        assert problems_everywhere(open_page(alice, page)) == []
