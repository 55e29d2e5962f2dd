"""Rentals composed, sold, paid and delivered, with files really made from invented people."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.base.models import Release
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.clock import paris_date
from marketingconnect.invoices.services import issue_invoice
from marketingconnect.kernel.money import Money
from marketingconnect.offers.list_rental.delivery_files.spec import Source
from marketingconnect.offers.list_rental.models import Delivery, ListRental, MessageSample
from marketingconnect.offers.list_rental.services import (
    choose_target,
    choose_uses,
    judge_sample,
    start_rental,
    submit_sample,
)
from marketingconnect.offers.list_rental.services.freezing import note_frozen, selection_reference
from marketingconnect.offers.list_rental.services.preparing import make_files, publish_delivery
from marketingconnect.offers.list_rental.states import DeliveryState
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.services import advance_line, mark_paid
from marketingconnect.targeting.context import ChannelRight
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import Selection
from tests.cast import Cast
from tests.offers.list_rental.delivery_files.made import (
    NOW,
    PHONE_DAY,
    TODAY,
    consumers,
    in_batches,
)

CLIENT = Actor.system("client")
RELEASE = "consumers-2026-11-20-01"


def criteria(**changes: Any) -> Criteria:
    value = {
        "version": 1,
        "population": "consumers",
        "channel": "post",
        "use": "rental",
        "where": {"field": "departement", "in": ["69"]},
    }
    return Criteria.from_json({**value, **changes})


@dataclass
class Renter:
    """A company, who orders for it, and the moderator of its messages."""

    company: Company
    user: User
    moderator: User

    @classmethod
    def of(cls, cast: Cast) -> "Renter":
        return cls(cast.bakery, cast.alice, cast.paul)

    def compose(
        self, *, counted: int = 5_000, uses: tuple[str, ...] = ("direct_mail",), times: int = 1
    ) -> ListRental:
        rental = start_rental(
            company_id=self.company.pk,
            name="Lyon",
            user_id=self.user.pk,
            actor=CLIENT,
            now=NOW,
        )
        choose_target(
            rental.pk,
            criteria=criteria(),
            counted=counted,
            release=RELEASE,
            actor=CLIENT,
            now=NOW,
        )
        choose_uses(rental.pk, uses=uses, times=times, actor=CLIENT, now=NOW)
        rental.refresh_from_db()
        return rental

    def sample(self, rental: ListRental, content: bytes = b"%PDF-1.7 essai") -> MessageSample:
        return submit_sample(
            rental.pk,
            original_name="courrier.pdf",
            chunks=[content],
            user_id=self.user.pk,
            actor=CLIENT,
            now=NOW,
        )

    def approve(self, rental: ListRental) -> None:
        judge_sample(
            self.sample(rental).pk,
            decision="approved",
            user_id=self.moderator.pk,
            actor=CLIENT,
            now=NOW,
        )

    def order(self, rental: ListRental, now: datetime = NOW) -> Order:
        put_in_cart(self, rental)
        cart = cart_of(self.company.pk, paris_date(now))
        return check_out(
            company_id=self.company.pk,
            user_id=self.user.pk,
            request_uuid=uuid.uuid4(),
            terms_sha256=cart.terms.sha256,
            attestations=[asked.code for asked in cart.attestations],
            payment_method="transfer",
            purchase_reference="",
            shown_total_cents=cart.total.cents,
            ip_address="192.0.2.7",
            now=now,
        )

    def sell(self, **changes: Any) -> tuple[ListRental, Order]:
        """Composed, its message approved, ordered and paid; its selection is not arrested."""
        rental = self.compose(**changes)
        self.approve(rental)
        order = self.order(rental)
        pay(order)
        advance(order)
        rental.refresh_from_db()
        return rental, order

    def deliver(self, rows: int = 4_900, **changes: Any) -> Delivery:
        """The whole way: `rows` addresses made available for 5,000 ordered."""
        rental, order = self.sell(**changes)
        arrest(rental)
        advance(order)
        delivery = rental.deliveries.get()
        publish(delivery, rows=rows)
        advance(order)
        delivery.refresh_from_db()
        return delivery


def arrest(rental: ListRental) -> bool:
    """Freeze a selection of the wanted size that no release stands behind."""
    release, _ = Release.objects.get_or_create(
        name=RELEASE,
        defaults={
            "population": "consumers",
            "as_of": TODAY,
            "vintage": TODAY,
            "started_at": NOW,
        },
    )
    selection, _ = Selection.objects.get_or_create(
        order_reference=selection_reference(rental),
        defaults={
            "company": rental.company,
            "population": "consumers",
            "release": release,
            "criteria": rental.criteria,
            "context": {},
            "available": rental.ordered_quantity or 0,
            "count": rental.ordered_quantity or 0,
            "seed": 1,
            "frozen_at": NOW,
        },
    )
    return note_frozen(rental.pk, selection_id=selection.pk, now=NOW)


def put_in_cart(renter: Renter, rental: ListRental) -> None:
    add_to_cart(
        company_id=renter.company.pk,
        user_id=renter.user.pk,
        offer="list_rental",
        item_id=rental.pk,
        now=NOW,
    )


def pay(order: Order, at: datetime = NOW) -> None:
    mark_paid(order, received_on=TODAY, validated_on=TODAY, actor=CLIENT, at=at)
    issue_invoice(order.pk, paid=Money(order.total_cents), payment_method="transfer", now=at)


def advance(order: Order, now: datetime = NOW) -> OrderLine:
    line = order.lines.get(offer="list_rental")
    advance_line(line.pk, now=now)
    return order.lines.get(pk=line.pk)


def publish(delivery: Delivery, *, rows: int, seed: int = 1, now: datetime = NOW) -> bool:
    """Make the files from `rows` invented people, and publish them."""
    assert delivery.state == DeliveryState.PREPARING
    prepared = make_files(
        Delivery.objects.select_related("rental__company").get(pk=delivery.pk),
        in_batches(consumers(rows, seed)),
        sources=[Source("Foyers de France", TODAY, "Droit d’usage n° 12.")],
        phone_right=ChannelRight(frozenset({4}), PHONE_DAY - 30, PHONE_DAY + 200),
        now=now,
    )
    return publish_delivery(delivery.pk, prepared, release=RELEASE, now=now)
