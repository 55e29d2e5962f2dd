"""An order's schedule, what is asked now, and the card that pays the instalments (CGV II.2.b)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.models import CardDebit, StoredCard
from marketingconnect.payments.queries import ShownInstalment, payable_now, schedule_of
from marketingconnect.payments.queries.cards import card_debits_of, stored_card_of
from marketingconnect.payments.services.cards import consent_for
from marketingconnect.payments.states import (
    INSTALMENT_LABELS,
    CardDebitState,
    InstalmentState,
    PaymentMethod,
)
from marketingconnect.web.components import Kind

COLOURS: Final[dict[InstalmentState, Kind]] = {
    InstalmentState.DUE: "neutral",
    InstalmentState.PAID: "success",
    InstalmentState.OVERDUE: "error",
    InstalmentState.WRITTEN_OFF: "neutral",
}
_ENDED: Final = {OrderState.CANCELLED, OrderState.TERMINATED}


@dataclass(frozen=True)
class Instalments:
    """What the page of an order says of its payments in time."""

    rows: Sequence[tuple[ShownInstalment, str, Kind]]
    to_pay: Money
    """What is asked on the day: the whole order when it has no schedule."""
    card: StoredCard | None
    coming: CardDebit | None
    """The next debit announced on that card."""
    refused: CardDebit | None
    """The debit that the bank refused for good and that is still unpaid."""
    consent: str
    """What the client agrees to by giving a card; empty when none is to be kept."""
    is_late: bool
    is_over: bool
    method: str

    @property
    def next_due(self) -> date | None:
        """The day of the first instalment not paid yet."""
        return next((row.due_on for row, _, _ in self.rows if row.remaining.cents), None)

    @property
    def asks_client(self) -> bool:
        """Whether the client has something to do: nothing is debited by itself."""
        if self.is_over or not self.to_pay.cents or self.method == PaymentMethod.DEBIT:
            return False
        return self.method != PaymentMethod.CARD_DEBIT or self.card is None or self.is_late


def instalments_of(order: Order, today: date) -> Instalments:
    """An order's schedule on a day, with an empty list of rows when it is paid in one go."""
    rows = schedule_of(order, today)
    debits = list(card_debits_of(order))
    is_late = any(row.state is InstalmentState.OVERDUE for row in rows)
    return Instalments(
        rows=[(row, INSTALMENT_LABELS[row.state], COLOURS[row.state]) for row in rows],
        to_pay=payable_now(order, today),
        card=stored_card_of(order),
        coming=_last(debits, CardDebitState.ANNOUNCED),
        refused=_last(debits, CardDebitState.STOPPED) if is_late else None,
        consent=consent_for(order, today),
        is_late=is_late,
        is_over=order.state in _ENDED,
        method=order.payment_method,
    )


def _last(debits: Sequence[CardDebit], state: CardDebitState) -> CardDebit | None:
    return next((one for one in reversed(debits) if one.state == state), None)
