"""The page of an order paid in time: its schedule, what is asked now, the card that is kept."""

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import Sale
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.models import PaymentAttempt, StoredCard
from marketingconnect.payments.services import agree_on_instalments, ask_provider
from marketingconnect.payments.states import StoredCardState
from tests.cast import logged_in
from tests.payments.line_to_the_bank import LineToTheBank
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db


def sold(shop: Shop, method: str) -> Order:
    """By an advisor for 360 €, in three instalments from today, and signed."""
    now = clock.now()
    order = shop.order(now=now)
    facts = {"sale": Sale.OFFLINE, "payment_method": method, "form_signed_at": now}
    Order.objects.filter(pk=order.pk).update(**facts)
    agree_on_instalments(order.pk, count=3, first_on=clock.today(), actor=CLERK, now=now)
    return Order.objects.get(pk=order.pk)


def seen(client: Client, order: Order) -> str:
    page = client.get(reverse("client_area:order", args=[order.reference]))
    return " ".join(page.text.replace("\u00a0", " ").replace("\u202f", " ").split())


def pay(client: Client, order: Order, bank: LineToTheBank, verdict: Verdict) -> None:
    client.post(reverse("client_area:pay", args=[order.reference]))
    attempt = PaymentAttempt.objects.latest("pk")
    bank.decide(attempt.provider_ref, verdict)
    ask_provider(attempt.pk, now=clock.now())


def test_a_card_is_kept_by_paying_the_first_instalment_and_taken_back(
    shop: Shop, bank: LineToTheBank
) -> None:
    order, alice = sold(shop, "card_debit"), logged_in(shop.cast.alice)

    before = seen(alice, order)
    pay(alice, order, bank, Verdict.SUCCEEDED)
    card, after = StoredCard.objects.get(), seen(alice, order)
    revoke = reverse("client_area:card_revoke", args=[order.reference])
    asked = alice.get(revoke)
    alice.post(revoke)

    assert "À payer maintenant : <strong>120,00 €" in before
    assert "J’autorise Atelier Postal SAS à débiter la carte" in before
    assert "Payer et enregistrer ma carte" in before
    assert "chèque" not in before
    assert after.count("Réglée") == 1
    assert f"Prélevées sur <strong>{card.label}" in after
    assert "Paiement attendu" not in after
    assert "Plus rien ne sera prélevé" in asked.text.replace("\u00a0", " ")
    card.refresh_from_db()
    assert card.state == StoredCardState.REVOKED
    assert "Paiement attendu" in seen(alice, order)
    assert alice.get(revoke).status_code == 404


def test_a_refused_card_keeps_nothing_and_may_be_tried_again(
    shop: Shop, bank: LineToTheBank
) -> None:
    order, alice = sold(shop, "card_debit"), logged_in(shop.cast.alice)

    pay(alice, order, bank, Verdict.FAILED)

    assert not StoredCard.objects.exists()
    assert "n’a pas abouti" in seen(alice, order)
    assert "Payer et enregistrer ma carte" in seen(alice, order)


def test_only_the_clients_owner_or_editor_takes_the_card_back(
    shop: Shop, bank: LineToTheBank
) -> None:
    order = sold(shop, "card_debit")
    pay(logged_in(shop.cast.alice), order, bank, Verdict.SUCCEEDED)
    revoke = reverse("client_area:card_revoke", args=[order.reference])

    answers = [
        logged_in(person).post(revoke).status_code
        for person in (shop.cast.vera, shop.cast.charlie, shop.cast.marc)
    ]

    assert all(status in {302, 403, 404} for status in answers)
    assert StoredCard.objects.get().state == StoredCardState.ACTIVE


@pytest.mark.parametrize("method", ["transfer", "cheque"])
def test_the_page_asks_for_the_instalment_and_shows_them_all(shop: Shop, method: str) -> None:
    text = seen(logged_in(shop.cast.alice), sold(shop, method))

    assert "<strong>120,00 €</strong>, au plus tard le" in text
    assert text.count("À venir") == 3
    assert "Autrement" not in text
