"""What may happen to payments, one at a time, each change written before it is told."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketingconnect.sandbox.bank.journal import Journal, Record
from marketingconnect.sandbox.bank.records import (
    BEHAVIOURS,
    MOST_WRONG_CODES,
    Payment,
    Refund,
    Status,
)
from marketingconnect.sandbox.bank.webhooks import Delivery, Outbox


class Conflict(Exception):
    """The bank refuses; ``code`` is the API's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Tell:
    """One webhook to send: after ``delay`` seconds, ``copies`` times.

    ``is_past``: the event is about an earlier moment of the payment, when it was processing.
    """

    type: str
    delay: float = 0.0
    copies: int = 1
    is_past: bool = False


class Bank:
    """Payments and refunds; safe to call from several threads."""

    def __init__(self, folder: Path, *, bank_url: str, outbox: Outbox) -> None:
        self.bank_url = bank_url
        self._journal = Journal(folder)
        self._outbox = outbox
        self._lock = threading.RLock()
        self._payments: dict[str, Payment] = {}
        self._payment_ids: dict[str, str] = {}
        self._cards: dict[str, str] = {}
        self._refunds: dict[str, Refund] = {}
        self._replay()

    def close(self) -> None:
        """Stop telling the merchant anything, then let go of the folder."""
        self._outbox.close()
        self._journal.close()

    # -- asking ----------------------------------------------------------------------------------

    def payment(self, number: str) -> Payment | None:
        return self._payments.get(number)

    def payment_for_key(self, key: str) -> Payment | None:
        return self._payments.get(self._payment_ids.get(key, ""))

    def keeper_of(self, token: str) -> Payment | None:
        """The payment during which that card was kept, if it was made."""
        payment = self._payments.get(self._cards.get(token, ""))
        return payment if payment and payment.status is Status.SUCCEEDED else None

    def refund_for_key(self, key: str) -> Refund | None:
        return self._refunds.get(key)

    # -- changing --------------------------------------------------------------------------------

    def create(self, key: str, asked: dict[str, Any]) -> tuple[Payment, bool]:
        """The payment of that key, and whether it is new. Raises Conflict on another body."""
        with self._lock:
            known = self.payment_for_key(key)
            if known is not None:
                if any(getattr(known, name) != value for name, value in asked.items()):
                    raise Conflict(
                        "idempotency_conflict", "Clé d’idempotence déjà utilisée autrement."
                    )
                return known, False
            payment = Payment(
                id=f"pay_{uuid.uuid4().hex}",
                status=Status.CREATED,
                refunded_cents=0,
                idempotency_key=key,
                refusal_code="",
                created_at=timestamp(),
                decided_at=None,
                **asked,
            )
            self._keep(payment)
            return payment, True

    def use_card(self, number: str, behaviour: str) -> Payment:
        """The payer's card, which the bank keeps if the payment is made."""
        return self._change(number, lambda p: replace(p, behaviour=behaviour))

    def charge(self, key: str, asked: dict[str, Any]) -> tuple[Payment, bool]:
        """Debit a kept card, decided at once, and whether it is new. Raises Conflict."""
        with self._lock:
            payment, new = self.create(key, {**asked, "return_url": "", "cancel_url": ""})
            return (self._decide(payment) if payment.is_open else payment), new

    def _decide(self, payment: Payment) -> Payment:
        keeper = self.keeper_of(payment.card)
        code = BEHAVIOURS[keeper.behaviour].refusal_code if keeper else "do_not_honor"
        if code:
            return self.refuse(payment.id, code, Tell("payment.refused"))
        return self.succeed(payment.id, Tell("payment.succeeded"))

    def succeed(self, number: str, *tell: Tell) -> Payment:
        return self._change(number, lambda p: p.decided(Status.SUCCEEDED, timestamp()), *tell)

    def refuse(self, number: str, code: str, *tell: Tell) -> Payment:
        return self._change(
            number, lambda p: p.decided(Status.REFUSED, timestamp(), refusal_code=code), *tell
        )

    def cancel(self, number: str) -> Payment:
        """Cancelled, once or again. Raises Conflict when it is decided otherwise."""
        with self._lock:
            payment = self._payments[number]
            if payment.status is Status.CANCELLED:
                return payment
            if not payment.is_open:
                raise Conflict("already_decided", "Ce paiement est déjà décidé.")
            return self._change(
                number,
                lambda p: p.decided(Status.CANCELLED, timestamp()),
                Tell("payment.cancelled"),
            )

    def ask_confirmation(self, number: str) -> Payment:
        with self._lock:
            if self._payments[number].status is not Status.CREATED:
                return self._payments[number]
            return self._change(
                number,
                lambda p: replace(p, status=Status.PROCESSING),
                Tell("payment.processing"),
            )

    def confirm(self, number: str, code: str) -> Payment:
        """Right code: succeeded. Third wrong one: refused."""
        with self._lock:
            payment = self._payments[number]
            if payment.status is not Status.PROCESSING:
                return payment
            if code == payment.confirmation_code:
                return self.succeed(number, Tell("payment.succeeded"))
            if payment.wrong_codes + 1 >= MOST_WRONG_CODES:
                return self.refuse(number, "authentication_failed", Tell("payment.refused"))
            return self._change(number, lambda p: replace(p, wrong_codes=p.wrong_codes + 1))

    def refund(self, number: str, key: str, cents: int, reason: str) -> tuple[Refund, bool]:
        """The refund of that key, and whether it is new. Raises Conflict."""
        with self._lock:
            known = self._refunds.get(key)
            if known is not None:
                if (known.payment, known.amount_cents, known.reason) != (number, cents, reason):
                    raise Conflict(
                        "idempotency_conflict", "Clé d’idempotence déjà utilisée autrement."
                    )
                return known, False
            payment = self._payments[number]
            if payment.status is not Status.SUCCEEDED:
                raise Conflict("payment_not_refundable", "Ce paiement n’a pas été encaissé.")
            if cents > payment.refundable_cents:
                raise Conflict("amount_too_large", "Le montant dépasse ce qui reste à rembourser.")
            refund = Refund(f"ref_{uuid.uuid4().hex}", number, cents, reason, key, timestamp())
            changed = replace(payment, refunded_cents=payment.refunded_cents + cents)
            self._keep(changed, refund, tell=[Tell("refund.succeeded")])
            return refund, True

    # -- memory ----------------------------------------------------------------------------------

    def _change(self, number: str, change: Callable[[Payment], Payment], *tell: Tell) -> Payment:
        """Apply the change to a payment still open; one decided meanwhile is given back as is."""
        with self._lock:
            payment = self._payments[number]
            if not payment.is_open:
                return payment
            changed = change(payment)
            self._keep(changed, tell=list(tell))
            return changed

    def _keep(
        self, payment: Payment, refund: Refund | None = None, tell: list[Tell] | None = None
    ) -> None:
        """Write the change and the webhooks it causes together; then remember and send."""
        records: list[Record] = [{"kind": "payment", "payment": payment.as_record()}]
        if refund is not None:
            records.append({"kind": "refund", "refund": refund.__dict__})
        deliveries = [
            delivery for one in tell or [] for delivery in self._deliveries(one, payment, refund)
        ]
        records += [{"kind": "delivery", "delivery": one.as_record()} for one in deliveries]
        self._journal.write(*records)
        for record in records:
            self._remember(record)
        for delivery in deliveries:
            self._outbox.add(delivery)

    def _deliveries(self, tell: Tell, payment: Payment, refund: Refund | None) -> list[Delivery]:
        data: dict[str, Any] = {"payment": self._as_it_was(tell, payment)}
        if refund is not None:
            data["refund"] = refund.as_json()
        event = {
            "object": "event",
            "id": f"evt_{uuid.uuid4().hex}",
            "type": tell.type,
            "created_at": payment.created_at if tell.is_past else timestamp(),
            "data": data,
        }
        now = time.time()
        return [
            Delivery(f"dlv_{uuid.uuid4().hex}", event, due=now + tell.delay + 0.5 * copy)
            for copy in range(tell.copies)
        ]

    def _as_it_was(self, tell: Tell, payment: Payment) -> dict[str, Any]:
        """The payment at the moment the event is about: an event out of order tells the past."""
        if tell.is_past:
            payment = replace(payment, status=Status.PROCESSING, decided_at=None, refusal_code="")
        return payment.as_json(self.bank_url)

    def _replay(self) -> None:
        pending: dict[str, Delivery] = {}
        for record in self._journal.read():
            self._remember(record)
            if record["kind"] == "delivery":
                delivery = Delivery.from_record(record["delivery"])
                pending[delivery.id] = delivery
            elif record["kind"] == "settled":
                pending.pop(record["delivery"], None)
        self._outbox.start(pending.values(), settled=self._settled)

    def _remember(self, record: Record) -> None:
        if record["kind"] == "payment":
            payment = Payment.from_record(record["payment"])
            self._payments[payment.id] = payment
            self._payment_ids[payment.idempotency_key] = payment.id
            if payment.save_card:
                self._cards[payment.token] = payment.id
        elif record["kind"] == "refund":
            refund = Refund(**record["refund"])
            self._refunds[refund.idempotency_key] = refund

    def _settled(self, delivery: Delivery, received: bool) -> None:
        """A webhook was received, or given up after the last try."""
        with self._lock:
            self._journal.write({"kind": "settled", "delivery": delivery.id, "received": received})


def timestamp() -> str:
    """The bank is an outside party: it lives by the machine's clock, not by the platform's."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="microseconds")
