"""The terms that bind an order, and the changes a client is told of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.terms.models import ClientChange, TermsOrigin
from marketingconnect.terms.queries import parameters_of
from marketingconnect.terms.rules import ChangeKind
from marketingconnect.terms.services import announce_change, tell_clients
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


def test_a_client_reads_what_changes_and_until_when_it_may_refuse(
    shop: Shop, alice: Client
) -> None:
    shop.order(method="transfer", now=clock.now())
    address = reverse("client_area:account_terms")
    assert "Ce qui change" not in alice.get(address).text.split("<main")[1].split("<section")[1]
    change = announce_change(
        kind=ChangeKind.PRICES, number=1, in_force_from=clock.today(), now=clock.now()
    )
    tell_clients(change.pk, now=clock.now())
    told = ClientChange.objects.get(change=change)

    assert "Vous pouvez refuser" in alice.get(address).text
    assert "Tarif n° 1" in alice.get(address).text.replace("\u00a0", " ")
    ClientChange.objects.update(refuse_until=clock.today() - timedelta(days=1))
    assert "Accepté" in alice.get(address).text
    ClientChange.objects.filter(pk=told.pk).update(
        state="refused",
        posted_on=clock.today(),
        received_on=clock.today(),
        answered_at=clock.now(),
    )
    Order.objects.update(state="firm")
    assert "Refusé à temps" in alice.get(address).text
    assert f"{Order.objects.get().reference}</a>" in alice.get(address).text
    assert "Tarif" not in logged_in(shop.cast.charlie).get(address).text.split("<main")[1]
