"""An advisor, a client and what stands between them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from marketingconnect.accounts.models import User
from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.orders.models import Order
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.queries import quote_of, schedule_of
from marketingconnect.proposals.services import (
    Agreement,
    Conditions,
    accept,
    add_line,
    create_proposal,
    propose,
    set_conditions,
)
from tests.sale import NOON, Shop

TODAY = date(2026, 11, 23)
IBAN = "FR7630006000011234567890189"


@dataclass
class Desk:
    """Marc's desk: what he prepares, and what the client does with it."""

    shop: Shop

    @property
    def marc(self) -> Actor:
        return Actor.staff(self.shop.cast.marc.pk, "Marc")

    def draft(self, now: datetime = NOON, **item: Any) -> Proposal:
        marc, bakery = self.shop.cast.marc, self.shop.cast.bakery
        begun = create_proposal(company_id=bakery.pk, user_id=marc.pk, actor=self.marc, now=now)
        self.add(begun, self.shop.offer.add(bakery, **item))
        return begun

    def add(self, proposal: Proposal, item_id: int) -> None:
        who: dict[str, Any] = {"user_id": self.shop.cast.marc.pk, "actor": self.marc, "now": NOON}
        add_line(proposal.pk, offer="email", item_id=item_id, **who)

    def agree(self, proposal: Proposal, *, now: datetime = NOON, **changes: Any) -> Proposal:
        agreed: dict[str, Any] = {
            "payment_method": "transfer",
            "instalments": 1,
            "first_due_on": None,
            "validity_days": 30,
        }
        wanted = Conditions(**{**agreed, **changes})
        return set_conditions(proposal.pk, wanted, actor=self.marc, now=now)

    def sent(
        self, *, now: datetime = NOON, item: dict[str, Any] | None = None, **changes: Any
    ) -> Proposal:
        begun = self.agree(self.draft(now, **(item or {})), now=now, **changes)
        return propose(begun.pk, actor=self.marc, now=now)

    def agreement(self, proposal: Proposal, now: datetime = NOON, **changes: Any) -> Agreement:
        """What the page would send: it shows today's total, terms and schedule."""
        proposal.refresh_from_db()
        quote = quote_of(proposal, paris_date(now))
        plan = schedule_of(proposal, quote.total, paris_date(now))
        values: dict[str, Any] = {
            "request_uuid": uuid.uuid4(),
            "terms_sha256": quote.terms.sha256,
            "attestations": [asked.code for asked in quote.attestations],
            "shown_total_cents": quote.total.cents,
            "shown_first_due_on": plan[0][0] if plan else None,
            "iban": IBAN if proposal.payment_method == "debit" else "",
            "debtor": "Boulangerie Nadia",
        }
        return Agreement(**{**values, **changes})

    def accepted(
        self, proposal: Proposal, *, now: datetime = NOON, user: User | None = None, **changes: Any
    ) -> Order:
        return accept(
            proposal.pk,
            self.agreement(proposal, now, **changes),
            user_id=(user or self.shop.cast.alice).pk,
            ip_address="192.0.2.7",
            now=now,
        )


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)
