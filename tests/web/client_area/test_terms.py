"""The terms that bind an order, and the changes a client is told of."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.terms.models import TermsOrigin
from marketingconnect.terms.queries import parameters_of
from marketingconnect.terms.services.texts import publish_text
from marketingconnect.terms.texts import parse_terms
from tests.cast import logged_in
from tests.sale import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


def test_an_order_shows_the_terms_that_bind_it_beside_those_in_force(
    shop: Shop, alice: Client
) -> None:
    order = shop.order(method="transfer", now=clock.now())
    address = reverse("client_area:order_terms", args=[order.reference])

    assert address in alice.get(reverse("client_area:order", args=[order.reference])).text
    page = alice.get(address).text
    assert order.acceptance.sha256 in page
    assert "Ce sont les conditions en vigueur" in page
    newer = replace(parse_terms(order.terms.text), number=9)
    publish_text(
        replace(newer, text=newer.text.replace("7 jours calendaires", "9 jours calendaires")),
        parameters_of(order.terms),
        in_force_from=clock.today(),
        origin=TermsOrigin.OPERATOR,
        by=None,
        now=clock.now(),
    )
    page = alice.get(address).text
    assert "Comparées à celles en vigueur, la version 9" in page
    assert "<del>7</del> <ins>9</ins>" in page
    assert logged_in(shop.cast.charlie).get(address).status_code == 404
