"""Guarantees asked, force majeure declared and ended, references: ours, and what clients read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.contracts.models import ForceMajeure, SolvencyCheck
from marketingconnect.contracts.services.lasting import oppose_reference
from marketingconnect.contracts.states import SolvencyState
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import mark_paid
from marketingconnect.orders.states import OrderState
from tests.cast import logged_in
from tests.sale import CLERK, NOON, Shop
from tests.web.reading import page

pytestmark = pytest.mark.django_db
TODAY = clock.paris_date(NOON)


@pytest.fixture
def order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    placed = shop.order()
    mark_paid(placed, received_on=TODAY, validated_on=TODAY, actor=CLERK, at=NOON)
    return placed


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


def theirs(order: Order) -> str:
    return reverse("client_area:order", args=[order.reference])


def test_guarantees_are_asked_refused_and_the_order_is_not_performed(
    order: Order, ines: Client, alice: Client
) -> None:
    ask = reverse("back_office:solvency_ask", args=[order.reference])
    fields = {"guarantees": ["deposit"], "reason": "Impayés.", "answer_by": TODAY.isoformat()}
    assert "30 jours" in page(ines.get(ask)) or "Dernier jour" in page(ines.get(ask))
    assert "au moins jusqu’à demain" in page(ines.post(ask, fields))

    ines.post(ask, {**fields, "answer_by": (TODAY + timedelta(days=8)).isoformat()})

    check = SolvencyCheck.objects.get()
    told = page(alice.get(theirs(order)))
    assert "Des garanties vous sont demandées" in told
    assert "Dépôt de garantie" in told
    answer = reverse("back_office:solvency_answer", args=[check.pk])
    decline = reverse("back_office:solvency_decline", args=[check.pk])
    assert ines.post(answer, {"answer": "peut-être"}).status_code == 409
    assert ines.post(decline).status_code == 409
    ines.post(answer, {"answer": "refused"})
    ines.post(decline)
    check.refresh_from_db()
    order.refresh_from_db()
    assert check.state == SolvencyState.DECLINED
    assert order.state == OrderState.CANCELLED


def test_a_case_holds_its_orders_until_it_ends(order: Order, ines: Client, alice: Client) -> None:
    address = reverse("back_office:force_majeure")
    fields = {"label": "Crue du fleuve.", "began_on": TODAY.isoformat()}
    assert "au moins une commande touchée" in page(ines.post(address, fields))

    ines.post(address, {**fields, "orders": [order.pk]})

    case = ForceMajeure.objects.get()
    one = reverse("back_office:force_majeure_case", args=[case.pk])
    assert "au-delà de 90 jours ouvrés" in page(ines.get(one)).replace("\u00a0", " ")
    told = page(alice.get(theirs(order)))
    assert "Votre commande est suspendue" in told
    assert "III.h" in told
    before = (TODAY - timedelta(days=1)).isoformat()
    assert ines.post(one, {"ended_on": before}).status_code == 400
    ines.post(one, {"ended_on": TODAY.isoformat()})
    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert "Votre commande est suspendue" not in page(alice.get(theirs(order)))


def test_clients_are_cited_until_they_oppose(order: Order, ines: Client) -> None:
    address = reverse("back_office:references")
    assert order.reference in page(ines.get(address))

    oppose_reference(order.company_id, actor=CLERK, now=NOON)

    text = page(ines.get(address))
    assert order.reference not in text
    assert order.company.legal_name in text
