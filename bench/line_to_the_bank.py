"""A card provider whose line can be cut, before or after it heard; it keeps its own truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from marketingconnect.payments.gateways.base import (
    ChargeRequest,
    GatewayEvent,
    GatewayUnavailableError,
    Kept,
    Outcome,
    StoredCharge,
    Verdict,
)


@dataclass
class LineToTheBank:
    """A provider whose line can be cut before or after it heard; it keeps its own truth."""

    name: str = "sandbox"
    truth: dict[str, Outcome] = field(default_factory=dict)
    is_down: bool = False
    loses_answers: bool = False
    calls: list[str] = field(default_factory=list)
    keeps: set[str] = field(default_factory=set)
    """Payments whose card is to be kept."""
    refuses_debits: str = ""
    """The code with which debits of kept cards are refused; none when they go through."""
    card_expires_on: date = date(2029, 11, 30)
    in_test_transaction: bool = True
    """False where the caller has no transaction of its own: calls inside one are then refused."""

    def create(self, request: ChargeRequest) -> Outcome:
        ref = f"pay_{request.key.hex}"
        self._reach("create")
        self.truth.setdefault(
            ref,
            Outcome(
                Verdict.PENDING, ref, request.amount, request.key, page_url=f"https://b.test/{ref}"
            ),
        )
        if request.save_card:
            self.keeps.add(ref)
        return self._answer(ref)

    def charge_stored(self, charge: StoredCharge) -> Outcome:
        ref = f"pay_{charge.key.hex}"
        self._reach("charge")
        code = self.refuses_debits
        verdict = Verdict.FAILED if code else Verdict.SUCCEEDED
        decided = Outcome(verdict, ref, charge.amount, charge.key, failure_code=code)
        self.truth.setdefault(ref, decided)
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
        paid = verdict is Verdict.SUCCEEDED
        kept = Kept(f"card_{ref}", "visa", "4242", self.card_expires_on)
        self.truth[ref] = Outcome(
            verdict,
            ref,
            before.amount,
            before.key,
            failure_code=code,
            kept=kept if paid and ref in self.keeps else None,
        )
        return self.truth[ref]

    def _reach(self, call: str) -> None:
        self.calls.append(call)
        if not self.in_test_transaction and connection.in_atomic_block:
            raise RuntimeError("the bank is called inside a transaction")
        if self.is_down:
            raise GatewayUnavailableError("down")

    def _answer(self, ref: str) -> Outcome:
        if self.loses_answers:
            raise GatewayUnavailableError("lost")
        return self.truth[ref]
