"""What the balance page shows: what is open, when it falls due, what is left to spend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import balance_of_client
from marketingconnect.ledger.receivables import overdue_documents
from marketingconnect.ledger.statement import Movement
from marketingconnect.ledger.states import ActKind
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_of
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.queries import (
    Credit,
    ShownInstalment,
    credits_of,
    schedule_of,
    unpaid_invoices,
)
from marketingconnect.payments.queries.mandates import mandates_in
from marketingconnect.payments.states import INSTALMENT_LABELS, InstalmentState, MandateState
from marketingconnect.web.components import Kind

_ORDERS: Final = 25
KINDS: Final = {
    ActKind.INVOICE: "Facture",
    ActKind.CREDIT_NOTE: "Avoir",
    ActKind.RECEIPT: "Règlement",
    ActKind.CREDIT_SPENT: "Avoir utilisé",
    ActKind.REFUND: "Remboursement",
    ActKind.WRITE_OFF: "Abandon",
    ActKind.REVERSAL: "Annulation",
}
MANDATES: Final[dict[str, tuple[str, Kind]]] = {
    MandateState.PROPOSED: ("À signer", "warning"),
    MandateState.SIGNED: ("Signé, en cours de contrôle", "info"),
    MandateState.ACTIVE: ("En vigueur", "success"),
}
_KIND_OF: Final[dict[str, Kind]] = {
    InstalmentState.PAID: "success",
    InstalmentState.DUE: "neutral",
    InstalmentState.OVERDUE: "error",
    InstalmentState.WRITTEN_OFF: "neutral",
}


@dataclass(frozen=True)
class OpenDocument:
    """An invoice not settled."""

    invoice: Invoice
    owed: Money
    late: Money
    """The part whose day has passed; instalments to come are not in it."""


@dataclass(frozen=True)
class Plan:
    """An order paid by instalments, and each of them with its state in words."""

    order: Order
    rows: Sequence[tuple[ShownInstalment, str, Kind]]


@dataclass(frozen=True)
class BalancePage:
    """Where a client stands today."""

    total: Money
    documents: Sequence[OpenDocument]
    plans: Sequence[Plan]
    credits: Sequence[Credit]
    mandates: Sequence[tuple[DebitMandate, str, Kind]]

    @property
    def client_owes(self) -> Money:
        return max(self.total, Money.zero)

    @property
    def owed_to_client(self) -> Money:
        return max(-self.total, Money.zero)

    @property
    def late(self) -> Money:
        return Money.total(one.late for one in self.documents)


def balance_page(company_id: int, today: date) -> BalancePage:
    """Everything about a company's account on a day."""
    live = mandates_in([MandateState(one) for one in MANDATES]).filter(company_id=company_id)
    late = {one.document: one.unpaid for one in overdue_documents(today, company_id=company_id)}
    return BalancePage(
        total=balance_of_client(company_id),
        documents=[
            OpenDocument(invoice, owed, late.get(invoice.number, Money.zero))
            for invoice, owed in unpaid_invoices(company_id)
        ],
        plans=list(_plans(company_id, today)),
        credits=credits_of(company_id),
        mandates=[(one, *MANDATES[one.state]) for one in live],
    )


def _plans(company_id: int, today: date) -> Iterable[Plan]:
    orders = orders_of(company_id).filter(instalments__isnull=False).distinct()
    for order in orders.order_by("-pk")[:_ORDERS]:
        rows = schedule_of(order, today)
        if any(one.remaining.cents for one in rows):
            yield Plan(order, [(one, *_in_words(one.state)) for one in rows])


def _in_words(state: InstalmentState) -> tuple[str, Kind]:
    return INSTALMENT_LABELS[state], _KIND_OF[state]


def in_words(movement: Movement) -> str:
    """What an act is, for somebody who keeps no books."""
    return KINDS.get(ActKind(movement.kind), "Écriture")
