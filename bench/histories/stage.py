"""The least that a history needs: a client, its user, prices, terms, an offer, a bank."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Sum

from bench.leaflets import LeafletOffer
from bench.line_to_the_bank import LineToTheBank
from marketingconnect.accounts.models import Company, Membership, User
from marketingconnect.accounts.roles import MemberRole, StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.offers import registry
from marketingconnect.offers.contract import OrderFacts
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.gateways import BUILDERS
from marketingconnect.payments.models import Instalment, Payment, WriteOff
from marketingconnect.payments.services import activate_mandate, propose_mandate, sign_mandate
from marketingconnect.terms.services import ensure_terms_published

START: Final = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
CLERK: Final = Actor.system("histoires")


@dataclass
class WatchedOffer(LeafletOffer):
    """Says when it is launched for an order that is not validated, or did not receive enough."""

    unpaid_launches: list[str] = field(default_factory=list)

    def launch(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        reference = (self.items[item_id].ordered or ("", 0))[0]
        order = Order.objects.get(reference=reference)
        is_validated = order.state in {OrderState.VALIDATED, OrderState.IN_EXECUTION}
        if not is_validated or _received(order) < _enough(order):
            self.unpaid_launches.append(reference)
        super().launch(item_id, facts, now=now)


def _received(order: Order) -> int:
    """Straight from the rows: what was validated and kept, given up, or credited."""
    paid = Payment.objects.filter(
        order=order, invoice=None, validated_on__isnull=False, reversed_on=None
    )
    forgiven = WriteOff.objects.filter(order=order)
    sums = [rows.aggregate(sum=Sum("cents"))["sum"] or 0 for rows in (paid, forgiven)]
    credited = Invoice.objects.filter(corrects__order=order, corrects__instalment=1)
    sums.append(-(credited.aggregate(sum=Sum("total_cents"))["sum"] or 0))
    return sum(sums)


def _enough(order: Order) -> int:
    first = Instalment.objects.filter(order=order).order_by("number").first()
    starts_early = first is not None and order.sale == Sale.OFFLINE
    return first.cents if first is not None and starts_early else order.total_cents


@dataclass
class Stage:
    """Sells through the basket, as a client does."""

    company: Company
    user: User
    offer: WatchedOffer
    bank: LineToTheBank
    mandate_id: int
    """Of direct debit, in use."""
    accountant: User

    def order(self, method: str, quantity: int, now: datetime) -> Order:
        item_id = self.offer.add(self.company, quantity=quantity)
        add_to_cart(
            company_id=self.company.pk,
            user_id=self.user.pk,
            offer=self.offer.code,
            item_id=item_id,
            now=now,
        )
        cart = cart_of(self.company.pk, paris_date(now))
        return check_out(
            company_id=self.company.pk,
            user_id=self.user.pk,
            request_uuid=uuid.uuid4(),
            terms_sha256=cart.terms.sha256,
            attestations=[asked.code for asked in cart.attestations],
            payment_method=method,
            purchase_reference="",
            shown_total_cents=cart.total.cents,
            ip_address="192.0.2.7",
            now=now,
        )

    def forget(self) -> None:
        """What is kept in memory goes with the rows of a history."""
        self.offer.items.clear()
        self.offer.unpaid_launches.clear()
        fresh = LineToTheBank()
        self.bank.__dict__.update(fresh.__dict__)


@contextmanager
def staged(user: User | None = None, company: Company | None = None) -> Iterator[Stage]:
    """Publish what selling needs, and put the offer and the bank in the place of the real ones."""
    ensure_terms_published(START)
    publish_demo_operator(actor=CLERK, now=START)
    publish_demo_price_list(actor=CLERK, now=START)
    client = company or _company()
    buyer = user or _user(client)
    stage = Stage(client, buyer, WatchedOffer(), LineToTheBank(), _mandate(client), _accountant())
    offers: dict[str, Any] = dict(registry._offers)
    builders = dict(BUILDERS)
    registry.register(stage.offer)
    BUILDERS[stage.bank.name] = lambda: stage.bank
    try:
        yield stage
    finally:
        registry._offers.clear()
        registry._offers.update(offers)
        BUILDERS.clear()
        BUILDERS.update(builders)


def _company() -> Company:
    return Company.objects.create(
        reference="C-000001",
        siret="90000001900019",
        legal_name="Boulangerie Nadia",
        billing_street="12 RUE DU FOUR",
        billing_postal_code="69003",
        billing_city="LYON",
        territory="metropole",
        created_at=START,
    )


def _user(company: Company) -> User:
    user = User(
        email="nadia@example.org",
        first_name="Nadia",
        last_name="Essai",
        staff_role="",
        email_confirmed_at=START,
        joined_at=START,
    )
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, company=company, role=MemberRole.OWNER, since=START)
    return user


def _accountant() -> User:
    user = User(
        email="ines@example.org",
        first_name="Inès",
        last_name="Essai",
        staff_role=StaffRole.ACCOUNTING,
        email_confirmed_at=START,
        joined_at=START,
    )
    user.set_unusable_password()
    user.save()
    return user


def _mandate(company: Company) -> int:
    mandate = propose_mandate(
        company.pk,
        iban="FR7630006000011234567890189",
        debtor=company.legal_name,
        actor=CLERK,
        now=START,
    )
    day = paris_date(START)
    sign_mandate(mandate.pk, signed_on=day, signature="histoires", actor=CLERK, now=START)
    return activate_mandate(mandate.pk, actor=CLERK, now=START).pk
