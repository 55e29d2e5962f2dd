"""What every offer must be able to do for an order (one Protocol, no inheritance)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from marketingconnect.audit.actors import Actor
from marketingconnect.terms.parameters import TermsParameters


@dataclass(frozen=True)
class LineDescription:
    """What a basket or order line sells; `quantity` is in pieces, whatever the price's unit."""

    company_id: int
    """The client the item belongs to; nobody else may buy it."""
    label: str
    quantity: int
    price_code: str
    """Code of the price item in the price list (`email.own_file`)."""
    options: tuple[str, ...] = ()
    """Codes of the prices that options add to each piece (`list.phone`)."""
    uses: int = 1
    """How many times the whole is paid: the uses named on the order form (CGV CL.1)."""
    criteria: Mapping[str, Any] | None = None
    """Whom of the operator's base, as chosen; None when nobody of the base is written to."""


@dataclass(frozen=True)
class OrderFacts:
    """What an offer may know of the order around it."""

    order_reference: str
    payment_validated_on: date | None
    terms: TermsParameters
    quantity: int


@dataclass(frozen=True)
class Missing:
    """One thing without which a line does not leave, in the client's words."""

    code: str
    sentence: str
    """« Validez le bon à tirer de votre message. »"""
    article: str
    """Article of the terms that asks for it, such as `B.1.2`."""
    whose: str
    """Who must act: `client`, `operator`."""
    url_name: str = ""
    """Name of the page where it is mended, with the item's id as argument."""


@dataclass(frozen=True)
class Progress:
    """Where the work of a line stands: `waiting`, `scheduled`, `running`, `done` or `stopped`."""

    state: str
    scheduled_for: datetime | None = None


class Interruption(StrEnum):
    """What becomes of the work when its order is suspended, taken up again, or ended."""

    HOLD = "hold"
    GO_ON = "go_on"
    END = "end"


class Offer(Protocol):
    """An offer seen by orders; items are the offer's own rows, named by their id."""

    code: str

    def describe(self, item_id: int) -> LineDescription:
        """What would be sold now.

        Raises NotSellableError with a French sentence when it cannot be priced yet, LookupError
        when no such item exists.
        """

    def ordered(self, item_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
        """Freeze what was sold, in the transaction that places the order (CGV III.b)."""

    def validated(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        """The payment is validated: what that alone freezes may begin. Called again and again."""

    def missing(self, item_id: int, facts: OrderFacts) -> list[Missing]:
        """What the line still waits for, the payment included; empty when it may leave."""

    def launch(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        """Hand the work over to those who do it; called once nothing is missing. Idempotent."""

    def progress(self, item_id: int) -> Progress:
        """Where the work stands."""

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
        """Hold the work, let it go on or end it, at once, in the transaction of the order.

        False when nothing had to be done: it is over, or somebody else held it before. Only what
        was held here is asked to go on.
        """


class NotSellableError(Exception):
    """The item cannot be put in a basket or ordered yet; the message is for the client."""
