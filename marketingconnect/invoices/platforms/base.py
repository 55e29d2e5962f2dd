"""What an approved platform must be able to do, and the words all of them are translated into."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from marketingconnect.invoices.states import EInvoiceState
from marketingconnect.kernel.money import Money


class PlatformUnavailableError(Exception):
    """The call may or may not have been heard: the platform must be asked."""


class PlatformRefusedError(Exception):
    """The platform heard and rejected the document; the message is its reason."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A document to transmit. `key` is our own: the same one deposits the same document."""

    key: uuid.UUID
    number: str
    document_type: str
    seller_siren: str
    buyer_siren: str
    sha256: str
    content: bytes
    """The Factur-X file."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a platform says of a document, in the statuses of the reform."""

    key: uuid.UUID
    state: EInvoiceState
    at: datetime
    reason: str = ""


class Platform(Protocol):
    """A platform. Calls raise PlatformUnavailableError or PlatformRefusedError."""

    def deposit(self, document: Deposit) -> str:
        """Transmit a document; the platform's own reference of it."""

    def find(self, key: uuid.UUID) -> str:
        """The reference of a document deposited before; empty when it is not known."""

    def statuses(self) -> Iterator[Status]:
        """What became of the documents; the same status may come several times."""

    def report_cashed(
        self, key: uuid.UUID, amounts: Sequence[tuple[Decimal, Money]], at: datetime
    ) -> None:
        """Tell that a document is paid: TTC by rate of VAT, once or more with the same effect."""
