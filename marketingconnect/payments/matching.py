"""What a movement of the bank may pay, and why: proposals for a person, who decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from marketingconnect.accounts.models import Company
from marketingconnect.kernel.money import Money
from marketingconnect.orders.queries import orders_awaiting_payment
from marketingconnect.payments.likeness import are_alike
from marketingconnect.payments.models import BankEntry, DebitMandate, Instalment
from marketingconnect.payments.queries import payable_now, unpaid_invoices
from marketingconnect.payments.reconciliation import Due, due_named, dues_named
from marketingconnect.payments.rules import documents_named
from marketingconnect.payments.states import EntryKind

_MOST: Final = 5
_MOST_OPEN: Final = 3000
_MOST_FOUND: Final = 20


class Why(StrEnum):
    """What speaks for a document."""

    NUMBER = "number"
    """The words of the transfer name it."""
    ACCOUNT = "account"
    """The client paid from this account before, or gave a mandate on it."""
    AMOUNT = "amount"
    """Exactly this amount remains of it."""
    NAME = "name"
    """The payer's name is like the client's."""


_WEIGHTS: Final = {Why.NUMBER: 8, Why.ACCOUNT: 3, Why.AMOUNT: 3, Why.NAME: 2}
_ENOUGH: Final = 3
"""A name alone proposes nothing."""


@dataclass(frozen=True)
class Proposal:
    """A document that a movement may pay."""

    due: Due
    amount: Money
    reasons: tuple[Why, ...]

    @property
    def weight(self) -> int:
        return sum(_WEIGHTS[why] for why in self.reasons)

    @property
    def left(self) -> Money:
        """What the document would still await."""
        return max(self.due.remaining - self.amount, Money.zero)

    @property
    def excess(self) -> Money:
        """What would be too much."""
        return max(self.amount - self.due.remaining, Money.zero)


@dataclass(frozen=True)
class _Open:
    """What awaits money, read once for many movements."""

    dues: tuple[Due, ...]
    companies: dict[str, set[int]]
    """By account, the clients it is known to belong to."""
    asked: dict[int, int]
    """By order paid by instalments, the cents asked today."""


def proposals_for(entries: Sequence[BankEntry], *, on: date) -> dict[int, list[Proposal]]:
    """CGV II.1.b: what each transfer may pay, the likeliest first; returns pay nothing."""
    transfers = [entry for entry in entries if entry.kind == EntryKind.TRANSFER]
    accounts = _companies_by_account({entry.counterparty_iban for entry in transfers} - {""})
    dues = tuple(_open_dues()) if transfers else ()
    known = _Open(dues, accounts, _asked(dues, on))
    return {entry.pk: _proposals(entry, known) for entry in transfers}


def _asked(dues: Sequence[Due], on: date) -> dict[int, int]:
    orders = {due.order.pk: due.order for due in dues}
    agreed = Instalment.objects.filter(order__in=orders).values_list("order_id", flat=True)
    return {pk: payable_now(orders[pk], on).cents for pk in agreed.distinct().order_by("order_id")}


def best_of(proposals: Sequence[Proposal]) -> Proposal | None:
    """The one that stands out; None when two are as likely, or when little speaks for it."""
    if not proposals or proposals[0].weight < _ENOUGH:
        return None
    is_alone = len(proposals) == 1 or proposals[0].weight > proposals[1].weight
    return proposals[0] if is_alone else None


def _proposals(entry: BankEntry, known: _Open) -> list[Proposal]:
    named = [due for due in dues_named(f"{entry.words} {entry.end_to_end}") if due.remaining.cents]
    numbers = {due.number for due in named}
    candidates = [*named, *(due for due in known.dues if due.number not in numbers)]
    found = [
        Proposal(due, Money(entry.cents), reasons)
        for due in candidates
        if (reasons := tuple(_reasons(entry, due, numbers, known)))
    ]
    return sorted(found, key=lambda one: -one.weight)[:_MOST]


def _reasons(entry: BankEntry, due: Due, numbers: set[str], known: _Open) -> Iterable[Why]:
    if due.number in numbers:
        yield Why.NUMBER
    if due.order.company_id in known.companies.get(entry.counterparty_iban, ()):
        yield Why.ACCOUNT
    if entry.cents in {due.remaining.cents, known.asked.get(due.order.pk)}:
        yield Why.AMOUNT
    if are_alike(entry.counterparty, due.order.company.legal_name):
        yield Why.NAME


def _open_dues() -> list[Due]:
    """Orders and further invoices that await money; the receipts to validate are deducted."""
    received = Sum(
        "payments__cents",
        filter=Q(payments__invoice=None, payments__reversed_on__isnull=True),
    )
    left = F("total_cents") - Coalesce(received, 0)
    open_orders = orders_awaiting_payment().annotate(left=left).filter(left__gt=0)
    found = [Due(order, None, Money(order.left)) for order in open_orders[:_MOST_OPEN]]
    return [*found, *(Due(invoice.order, invoice, owed) for invoice, owed in unpaid_invoices())]


def _companies_by_account(ibans: set[str]) -> dict[str, set[int]]:
    """Accounts that paid a client's documents, or that a client gave a mandate on."""
    placed = BankEntry.objects.filter(counterparty_iban__in=ibans, payment__isnull=False)
    paid = placed.values_list("counterparty_iban", "order__company_id").distinct()
    given = DebitMandate.objects.filter(iban__in=ibans).values_list("iban", "company_id")
    companies: dict[str, set[int]] = {}
    for iban, company_id in [*paid, *given]:
        companies.setdefault(iban, set()).add(company_id)
    return companies


def dues_found(typed: str, amount: Money | None) -> list[Due]:
    """CGV II.1.b: open documents by number, by what remains of them, or by client."""
    if numbers := documents_named(typed):
        named = (due_named(number) for number in numbers[:_MOST_FOUND])
        return [due for due in named if due is not None]
    if amount is not None:
        return [due for due in _open_dues() if due.remaining == amount][:_MOST_FOUND]
    return _dues_of_client(typed)[:_MOST_FOUND]


def _dues_of_client(typed: str) -> list[Due]:
    """Those of the clients whose number is typed, or whose name holds every word of it."""
    named = Q()
    for word in typed.split():
        named &= Q(legal_name__icontains=word)
    clients = Company.objects.filter(Q(reference__iexact=typed) | named)[:_MOST_FOUND]
    wanted = {client.pk for client in clients}
    return [due for due in _open_dues() if due.order.company_id in wanted]
