"""A shop in miniature: published terms, prices and operator, and an offer of the tests' own.

The offer keeps its items in memory and fulfils the same contract as the product's offers.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.clock import paris_date
from marketingconnect.offers import registry
from marketingconnect.offers.contract import (
    Interruption,
    LineDescription,
    Missing,
    NotSellableError,
    OrderFacts,
    Progress,
)
from marketingconnect.orders.models import Order
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
CLERK = Actor.system("essai")


@dataclass(frozen=True)
class Leaflet:
    """An item of the offer under test."""

    company_id: int
    quantity: int = 6_000
    label: str = "EmailConnect : « Portes ouvertes »"
    lacks: tuple[str, ...] = ()
    state: str = "waiting"
    ordered: tuple[str, int] | None = None
    launches: int = 0
    options: tuple[str, ...] = ()
    uses: int = 1
    validated_on: date | None = None
    held: bool = False


@dataclass
class LeafletOffer:
    """What the contract asks, over a dictionary."""

    code: str = "email"
    items: dict[int, Leaflet] = field(default_factory=dict)

    def add(self, company: Company, **values: Any) -> int:
        item_id = len(self.items) + 1
        self.items[item_id] = Leaflet(company.pk, **values)
        return item_id

    def change(self, item_id: int, **values: Any) -> None:
        self.items[item_id] = replace(self.items[item_id], **values)

    def describe(self, item_id: int) -> LineDescription:
        item = self.items[item_id]
        if item.quantity == 0:
            raise NotSellableError("Choisissez un fichier de contacts.")
        return LineDescription(
            item.company_id, item.label, item.quantity, "email.own_file", item.options, item.uses
        )

    def ordered(self, item_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
        self.change(item_id, ordered=(order_reference, quantity))

    def validated(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        self.change(item_id, validated_on=facts.payment_validated_on)

    def missing(self, item_id: int, facts: OrderFacts) -> list[Missing]:
        lacks = list(self.items[item_id].lacks)
        if facts.payment_validated_on is None:
            lacks.append("payment")
        return [Missing(code, f"Il manque : {code}.", "B.1.2", "client") for code in lacks]

    def launch(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        self.change(item_id, state="scheduled", launches=self.items[item_id].launches + 1)

    def progress(self, item_id: int) -> Progress:
        return Progress(self.items[item_id].state)

    def interrupt(
        self,
        item_id: int,
        interruption: Interruption,
        *,
        article: str,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> bool:
        item = self.items[item_id]
        if interruption is Interruption.END:
            self.change(item_id, state="stopped", held=False)
            return True
        holds = interruption is Interruption.HOLD
        if item.state not in {"scheduled", "running"} or item.held == holds:
            return False
        self.change(item_id, held=holds)
        return True


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
