"""A card provider whose line can be cut, before or after it heard; and how to start paying."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways.base import (
    ChargeRequest,
    GatewayEvent,
    GatewayUnavailableError,
    Outcome,
    Verdict,
)
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.services import start_card_payment
from tests.sale import CLERK, NOON, Shop


@dataclass
class LineToTheBank:
    """A provider whose line can be cut before or after it heard; it keeps its own truth."""

    name: str = "sandbox"
    truth: dict[str, Outcome] = field(default_factory=dict)
    is_down: bool = False
    loses_answers: bool = False
    calls: list[str] = field(default_factory=list)

    def create(self, request: ChargeRequest) -> Outcome:
        ref = f"pay_{request.key.hex}"
        self._reach("create")
        self.truth.setdefault(
            ref,
            Outcome(
                Verdict.PENDING, ref, request.amount, request.key, page_url=f"https://b.test/{ref}"
            ),
        )
        return self._answer(ref)

    def fetch(self, provider_ref: str) -> Outcome:
        self._reach("fetch")
        return self._answer(provider_ref)

    def cancel(self, provider_ref: str) -> Outcome:
        self._reach("cancel")
        if self.truth[provider_ref].verdict is Verdict.PENDING:
            self.decide(provider_ref, Verdict.FAILED, "cancelled")
        return self._answer(provider_ref)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent:
        event_id, _, ref = body.decode().partition(" ")
        return GatewayEvent(event_id, self.truth[ref])

    def decide(self, ref: str, verdict: Verdict, code: str = "") -> Outcome:
        before = self.truth[ref]
        self.truth[ref] = Outcome(verdict, ref, before.amount, before.key, failure_code=code)
        return self.truth[ref]

    def _reach(self, call: str) -> None:
        self.calls.append(call)
        assert not transaction.get_connection().in_atomic_block or self.in_test_transaction
        if self.is_down:
            raise GatewayUnavailableError("down")

    def _answer(self, ref: str) -> Outcome:
        if self.loses_answers:
            raise GatewayUnavailableError("lost")
        return self.truth[ref]

    in_test_transaction: bool = True


def start(order: Order, shop: Shop, now: datetime = NOON) -> PaymentAttempt:
    return start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=now)


def actions() -> list[str]:
    return list(JournalEntry.objects.values_list("action", flat=True))
