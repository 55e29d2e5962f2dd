"""What a card provider must be able to do, and the words all of them are translated into."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from marketingconnect.kernel.money import Money


class GatewayUnavailableError(Exception):
    """The call may or may not have been heard: the truth must be asked again."""


class GatewayRefusedError(Exception):
    """The provider heard and refused; nothing was opened. `code` is its own word."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class ForgedWebhookError(Exception):
    """A callback the provider did not sign, or signed too long ago."""


@dataclass(frozen=True)
class ChargeRequest:
    """What to collect. `key` is our idempotency key: the same one opens the same payment."""

    key: uuid.UUID
    amount: Money
    reference: str
    description: str
    return_url: str
    """Where the payer comes back; reached or not, it proves nothing."""
    cancel_url: str
    save_card: bool = False
    """Whether the payer lets us debit this card again, without being there."""


@dataclass(frozen=True)
class StoredCharge:
    """A debit of a card kept earlier; `key` is our idempotency key, as for any payment."""

    key: uuid.UUID
    amount: Money
    reference: str
    description: str
    token: str


@dataclass(frozen=True)
class Kept:
    """A card that the provider keeps; `token` debits it and is worth nothing elsewhere."""

    token: str
    brand: str
    last4: str
    expires_on: date
    """The last day of its month."""


class Verdict(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """Where a payment stands, as the provider says. `key` is None when it no longer tells it."""

    verdict: Verdict
    provider_ref: str
    amount: Money
    key: uuid.UUID | None = None
    failure_code: str = ""
    page_url: str = ""
    """Where to send the payer; empty when our own page shows the provider's fields."""
    client_secret: str = ""
    kept: Kept | None = None
    """Once paid, when keeping the card was asked; a callback may leave it out."""


@dataclass(frozen=True)
class GatewayEvent:
    """A genuine callback. `outcome` is None when it is about something else than a payment."""

    event_id: str
    outcome: Outcome | None


class CardGateway(Protocol):
    """A card provider. Calls raise GatewayUnavailableError or GatewayRefusedError."""

    @property
    def name(self) -> str:
        """The word kept with attempts and receipts."""

    def create(self, request: ChargeRequest) -> Outcome:
        """Open a payment; repeating the same request gives the same one."""

    def charge_stored(self, charge: StoredCharge) -> Outcome:
        """Debit a card kept earlier, its holder absent; repeating the same gives the same one."""

    def fetch(self, provider_ref: str) -> Outcome:
        """Ask where a payment stands."""

    def cancel(self, provider_ref: str) -> Outcome:
        """Close a payment that must no longer be paid; the outcome may be that it already was."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent:
        """Read a callback. Raises ForgedWebhookError."""
