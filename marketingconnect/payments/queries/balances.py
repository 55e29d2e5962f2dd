"""What orders and invoices still ask, once what came is counted."""

from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Payment
from marketingconnect.payments.rules import overpaid, remaining

COUNTS = Q(validated_on__isnull=False, reversed_on__isnull=True)
"""Receipts that count: validated, and not taken back by the bank."""


@dataclass(frozen=True)
class Balance:
    """Where an order stands, in euros TTC; the sums are those of the receipts."""

    due: Money
    validated: Money
    recorded: Money
    """Received but not validated yet."""

    @property
    def remaining(self) -> Money:
        return remaining(due=self.due, received=self.validated)

    @property
    def excess(self) -> Money:
        return overpaid(due=self.due, received=self.validated)


def validated_for(order: Order) -> Money:
    """The sum of an order's validated payments."""
    payments = Payment.objects.filter(COUNTS, order=order, invoice=None)
    return Money(payments.aggregate(sum=Sum("cents"))["sum"] or 0)


def balance_of(order: Order) -> Balance:
    """What an order owes, and what came."""
    sums = Payment.objects.filter(order=order, invoice=None).aggregate(
        validated=Sum("cents", filter=COUNTS),
        recorded=Sum("cents", filter=Q(validated_on__isnull=True, reversed_on__isnull=True)),
    )
    return Balance(
        due=Money(order.total_cents),
        validated=Money(sums["validated"] or 0),
        recorded=Money(sums["recorded"] or 0),
    )


def paid_for(invoice: Invoice) -> Money:
    """What an invoice received: with its order when it was issued, and since."""
    payments = Payment.objects.filter(COUNTS, invoice=invoice)
    since = payments.aggregate(sum=Sum("cents"))["sum"] or 0
    return _paid_at_issue(invoice) + Money(since)


def _paid_at_issue(invoice: Invoice) -> Money:
    """What its order had received, less what the bank took back and the client did not pay again.

    Frozen in the document; only money taken back makes a difference.
    """
    paid = Money(invoice.paid_cents)
    is_first = not invoice.cause and paid.cents > 0
    if not is_first or not was_taken_back(invoice.order_id):
        return paid
    return min(paid, validated_for(invoice.order))


def was_taken_back(order_id: int) -> bool:
    """Whether the bank took back money that paid this order."""
    taken_back = Payment.objects.filter(
        order=order_id, invoice=None, validated_on__isnull=False, reversed_on__isnull=False
    )
    return taken_back.exists()


def due_for(invoice: Invoice) -> Money:
    """What an invoice still asks for, its credit notes deducted; zero for a credit note."""
    if invoice.kind != InvoiceKind.INVOICE:
        return Money.zero
    return remaining(due=remaining_of(invoice).total, received=paid_for(invoice))


def unpaid_invoices(company_id: int | None = None) -> list[tuple[Invoice, Money]]:
    """Further invoices (balances, amendments, file fees) not settled, with what remains due."""
    credited = Invoice.objects.filter(corrects=OuterRef("pk")).values("corrects")
    received = Payment.objects.filter(COUNTS, invoice=OuterRef("pk"))
    invoices = Invoice.objects.filter(kind=InvoiceKind.INVOICE).exclude(cause="")
    if company_id is not None:
        invoices = invoices.filter(company_id=company_id)
    owed = invoices.annotate(
        owed=F("total_cents")
        - F("paid_cents")
        + Coalesce(Subquery(credited.annotate(sum=Sum("total_cents")).values("sum")), 0)
        - Coalesce(Subquery(received.values("invoice").annotate(sum=Sum("cents")).values("sum")), 0)
    )
    unpaid = owed.filter(owed__gt=0).select_related("order__company").order_by("due_on", "pk")
    further = [(invoice, Money(int(invoice.owed))) for invoice in unpaid]
    return sorted([*_reopened(company_id), *further], key=lambda row: (row[0].due_on, row[0].pk))


def _reopened(company_id: int | None) -> list[tuple[Invoice, Money]]:
    """Invoices of orders whose payment the bank took back."""
    taken_back = Payment.objects.filter(
        invoice=None, validated_on__isnull=False, reversed_on__isnull=False
    )
    invoices = Invoice.objects.filter(
        kind=InvoiceKind.INVOICE, cause="", order__in=taken_back.values("order")
    ).select_related("order__company")
    if company_id is not None:
        invoices = invoices.filter(company_id=company_id)
    return [(invoice, owed) for invoice in invoices if (owed := due_for(invoice)).cents]
