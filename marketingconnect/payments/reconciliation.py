"""Reads behind reconciliation: what a movement of the bank may pay, and what waits."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_awaiting_payment
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.models import BankEntry, PaymentAttempt
from marketingconnect.payments.queries import (
    agreed_schedule,
    balance_of,
    due_for,
    payable_now,
    unpaid_invoices,
    was_taken_back,
    written_off_of,
)
from marketingconnect.payments.rules import documents_named
from marketingconnect.payments.states import LIVE, EntryState

ENDED = {OrderState.CANCELLED, OrderState.TERMINATED}


@dataclass(frozen=True)
class Due:
    """A document that may be paid, and what no receipt covers yet, validated or not."""

    order: Order
    invoice: Invoice | None
    remaining: Money

    @property
    def number(self) -> str:
        return self.invoice.number if self.invoice else self.order.reference


def due_named(number: str) -> Due | None:
    """What remains of an order or of an invoice, by its number; None when there is no such one."""
    if number.startswith("BC"):
        order = Order.objects.filter(reference=number).first()
        return _due_of_order(order) if order else None
    invoice = Invoice.objects.filter(number=number).select_related("order").first()
    return Due(invoice.order, invoice, _claimable(invoice)) if invoice else None


def _claimable(invoice: Invoice) -> Money:
    """What is due, and what was given up as lost but may come after all."""
    return due_for(invoice) + written_off_of(invoice)


def dues_named(words: str) -> list[Due]:
    """The documents that the words of a transfer name, those that exist."""
    found = (due_named(number) for number in documents_named(words))
    return [due for due in found if due is not None]


def _due_of_order(order: Order) -> Due:
    """Nothing remains of an order that no longer awaits its payment.

    Unless it was taken back, or instalments are still to come.
    """
    awaits = order.state in {OrderState.ACCEPTED, OrderState.FIRM}
    invoiced = first_invoice_of(order)
    was_given_up = invoiced is not None and bool(written_off_of(invoiced).cents)
    may_owe = awaits or was_given_up or was_taken_back(order.pk) or bool(agreed_schedule(order))
    if not may_owe or order.state in ENDED:
        return Due(order, None, Money.zero)
    balance = balance_of(order)
    owed = balance.remaining if invoiced is None else _claimable(invoiced)
    return Due(order, None, max(owed - balance.recorded, Money.zero))


def expected_of(due: Due, amount: Money, on: date) -> Money:
    """CGV II.2.b: what a transfer is compared with: the instalments asked, when it pays just them.

    All that remains otherwise, and for a further invoice.
    """
    is_of_order = due.invoice is None or not due.invoice.cause
    asked = payable_now(due.order, on) if is_of_order else due.remaining
    return asked if amount == asked <= due.remaining else due.remaining


def dues_of_amount(amount: Money) -> list[Due]:
    """Orders and further invoices of which exactly this amount remains; two are enough to doubt."""
    orders = orders_awaiting_payment().filter(total_cents__gte=amount.cents)[:500]
    found = [due for order in orders if (due := _due_of_order(order)).remaining == amount]
    found += [
        Due(invoice.order, invoice, owed) for invoice, owed in unpaid_invoices() if owed == amount
    ]
    return found[:2]


def card_page_is_open(order: Order) -> bool:
    """Whether the client may still pay this order by card."""
    return PaymentAttempt.objects.filter(order=order, state__in=LIVE).exists()


def own_accounts() -> set[str]:
    """The IBANs that the operator has printed on its documents."""
    return set(OperatorIdentity.objects.values_list("iban", flat=True))


def entries_waiting() -> QuerySet[BankEntry]:
    """Accounting's queue of movements to place, oldest first."""
    return (
        BankEntry.objects.filter(state=EntryState.WAITING)
        .select_related("order__company", "invoice", "statement")
        .order_by("booked_on", "pk")
    )


def entries_decided() -> QuerySet[BankEntry]:
    """The latest movements that were placed or set aside."""
    return (
        BankEntry.objects.exclude(state=EntryState.WAITING)
        .select_related("order__company", "invoice", "decided_by")
        .order_by("-decided_at", "-pk")
    )


def entry_of(entry_id: int) -> BankEntry | None:
    """One movement."""
    return BankEntry.objects.select_related("order__company", "invoice").filter(pk=entry_id).first()


def dues_of_entry(entry: BankEntry) -> list[Due]:
    """The documents that a movement names or, naming none, those of which its amount remains."""
    return dues_named(f"{entry.words} {entry.end_to_end}") or dues_of_amount(Money(entry.cents))
