"""A shop in miniature: published terms, prices and operator, and an offer kept in memory."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bench.leaflets import Leaflet, LeafletOffer
from marketingconnect.accounts.models import User
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.clock import paris_date
from marketingconnect.offers import registry
from marketingconnect.orders.models import Order
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
CLERK = Actor.system("essai")
__all__ = ["CLERK", "NOON", "Leaflet", "LeafletOffer", "Shop", "shop"]


@dataclass
class Shop:
    """Everything needed to sell; `order` goes through the basket as a client does."""

    cast: Cast
    offer: LeafletOffer

    def fill_cart(self, user: User | None = None, **item: Any) -> int:
        company = self.cast.bakery
        item_id = self.offer.add(company, **item)
        buyer = user or self.cast.alice
        add_to_cart(
            company_id=company.pk, user_id=buyer.pk, offer="email", item_id=item_id, now=NOON
        )
        return item_id

    def check_out(
        self,
        *,
        request_uuid: uuid.UUID | None = None,
        method: str = "card",
        user: User | None = None,
        now: datetime = NOON,
        **changes: Any,
    ) -> Order:
        cart = cart_of(self.cast.bakery.pk, paris_date(now))
        values: dict[str, Any] = {
            "company_id": self.cast.bakery.pk,
            "user_id": (user or self.cast.alice).pk,
            "request_uuid": request_uuid or uuid.uuid4(),
            "terms_sha256": cart.terms.sha256,
            "attestations": [asked.code for asked in cart.attestations],
            "payment_method": method,
            "purchase_reference": "",
            "shown_total_cents": cart.total.cents,
            "ip_address": "192.0.2.7",
            "now": now,
        }
        return check_out(**{**values, **changes})

    def order(self, *, method: str = "card", now: datetime = NOON, **item: Any) -> Order:
        self.fill_cart(**item)
        return self.check_out(method=method, now=now)


@pytest.fixture
def shop(cast: Cast) -> Iterator[Shop]:
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    offer = LeafletOffer()
    before = dict(registry._offers)
    registry.register(offer)
    yield Shop(cast, offer)
    registry._offers.clear()
    registry._offers.update(before)
