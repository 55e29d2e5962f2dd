"""What orders and invoices still ask, once what came, went back or was given up is counted.

What an order receives (`invoice` is none) is used by its first invoice, up to that invoice's total;
what is beyond is kept for the client, to give back. The ledger says the same.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, remaining_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.models import Payment, Refund, WriteOff
from marketingconnect.payments.rules import overpaid, remaining
from marketingconnect.payments.states import GivenUp, RefundSource, RefundState

COUNTS = Q(validated_on__isnull=False, reversed_on__isnull=True)
"""Receipts that count: validated, and not taken back by the bank."""
_TAKEN_BACK: Final = Q(invoice=None, validated_on__isnull=False, reversed_on__isnull=False)
_ASKS_NOTHING: Final = (OrderState.CANCELLED, OrderState.TERMINATED)
"""States in which an order that was not invoiced asks nothing: what came is to give back."""


@dataclass(frozen=True)
class Balance:
    """Where an order stands, in euros TTC; the sums are those of the receipts."""

    due: Money
    """Its price; the total of its invoice once there is one."""
    validated: Money
    """Less what was given back."""
    recorded: Money
    """Received but not validated yet."""
    lowered: Money = Money.zero
    """What its invoice no longer asks: credit notes, write-offs."""
    promised: Money = Money.zero
    """Refunds planned and not paid yet."""

    @property
    def remaining(self) -> Money:
        return remaining(due=self.due, received=self.validated + self.lowered)

    @property
    def excess(self) -> Money:
        """What is to give back, and no refund is planned for."""
        return overpaid(due=self.due + self.promised, received=self.validated)


def validated_for(order: Order) -> Money:
    """The sum of an order's validated payments, less what was given back of it."""
    payments = Payment.objects.filter(COUNTS, order=order, invoice=None)
    return _sum(payments) - _given_back(order)


def balance_of(order: Order) -> Balance:
    """What an order owes, and what came."""
    sums = Payment.objects.filter(order=order, invoice=None).aggregate(
        validated=Sum("cents", filter=COUNTS),
        recorded=Sum("cents", filter=Q(validated_on__isnull=True, reversed_on__isnull=True)),
    )
    invoice = first_invoice_of(order)
    return Balance(
        due=_asked(order, invoice),
        validated=Money(sums["validated"] or 0) - _given_back(order),
        recorded=Money(sums["recorded"] or 0),
        lowered=Money.zero if invoice is None else _lowered(invoice),
        promised=_sum(_overpayments_of(order).filter(state=RefundState.TO_PAY)),
    )


def _asked(order: Order, invoice: Invoice | None) -> Money:
    if invoice is not None:
        return Money(invoice.total_cents)
    return Money(0 if order.state in _ASKS_NOTHING else order.total_cents)


def _lowered(invoice: Invoice) -> Money:
    credited = Money(invoice.total_cents) - remaining_of(invoice).total
    return credited + written_off_of(invoice) + _sum(_paid_directly(invoice))


def _given_back(order: Order) -> Money:
    """Refunds paid, and the cents that accounting kept."""
    kept = _sum(WriteOff.objects.filter(order=order, invoice=None))
    return _sum(_overpayments_of(order).filter(state=RefundState.PAID)) - kept


def _overpayments_of(order: Order) -> QuerySet[Refund]:
    return Refund.objects.filter(order=order, source=RefundSource.OVERPAYMENT)


def paid_for(invoice: Invoice) -> Money:
    """What an invoice received: from its order's money, and by itself."""
    return _used(invoice) + _sum(_paid_directly(invoice))


def _used(invoice: Invoice) -> Money:
    """What the first invoice uses of what its order received; what another had at its issue.

    Never less than the document says, unless the bank took money back.
    """
    frozen, total = Money(invoice.paid_cents), Money(invoice.total_cents)
    if invoice.cause or invoice.kind != InvoiceKind.INVOICE:
        return frozen
    if frozen >= total and not was_taken_back(invoice.order_id):
        return frozen
    return _use(invoice, validated_for(invoice.order))


def counted_for(invoice: Invoice) -> Invoice | None:
    """What a payment of an invoice is recorded for: none when it is the order's own invoice.

    Its money and its order's are one.
    """
    return None if invoice.instalment == 1 and not invoice.cause else invoice


def was_taken_back(order_id: int) -> bool:
    """Whether the bank took back money that paid this order."""
    return Payment.objects.filter(_TAKEN_BACK, order=order_id).exists()


def written_off_of(invoice: Invoice, kind: GivenUp | None = None) -> Money:
    """What accounting gave up of an invoice, less what came after all."""
    rows = WriteOff.objects.filter(invoice=invoice)
    return _sum(rows if kind is None else rows.filter(kind=kind))


def due_for(invoice: Invoice) -> Money:
    """What an invoice still asks for, credit notes and write-offs deducted; zero for a credit note.

    By instalments, all of them.
    """
    if invoice.kind != InvoiceKind.INVOICE:
        return Money.zero
    settled = paid_for(invoice) + written_off_of(invoice)
    return remaining(due=remaining_of(invoice).total, received=settled)


def unpaid_invoices(company_id: int | None = None) -> list[tuple[Invoice, Money]]:
    """Invoices not settled with what remains due: balances, amendments, fees, instalments to come.

    And those of orders whose payment the bank took back. By the day they are due.
    """
    taken_back = Payment.objects.filter(_TAKEN_BACK)
    may_owe = ~Q(cause="") | Q(paid_cents__lt=F("total_cents"))
    invoices = Invoice.objects.filter(
        may_owe | Q(order__in=taken_back.values("order")), kind=InvoiceKind.INVOICE
    )
    if company_id is not None:
        invoices = invoices.filter(company_id=company_id)
    unpaid = _with_owed(invoices).filter(owed__gt=0).select_related("order__company")
    return [(invoice, Money(int(invoice.owed))) for invoice in unpaid.order_by("due_on", "pk")]


def _with_owed(invoices: QuerySet[Invoice]) -> QuerySet[Any]:
    """`due_for` in one statement, not floored at zero."""
    of_order = {"order": OuterRef("order"), "invoice": None}
    refunds = Refund.objects.filter(
        order=OuterRef("order"), source=RefundSource.OVERPAYMENT, state=RefundState.PAID
    )
    kept = (
        _added(Payment.objects.filter(COUNTS, **of_order), "order")
        - _added(refunds, "order")
        + _added(WriteOff.objects.filter(**of_order), "order")
    )
    from_order = Least(F("kept"), F("total_cents"))
    used = Case(
        When(~Q(cause=""), then=F("paid_cents")),
        When(Exists(Payment.objects.filter(_TAKEN_BACK, order=OuterRef("order"))), then=from_order),
        default=Greatest(F("paid_cents"), from_order),
        output_field=BigIntegerField(),
    )
    return invoices.annotate(kept=kept).annotate(
        owed=F("total_cents")
        + _added(Invoice.objects.filter(corrects=OuterRef("pk")), "corrects", "total_cents")
        - used
        - _added(Payment.objects.filter(COUNTS, invoice=OuterRef("pk")), "invoice")
        - _added(WriteOff.objects.filter(invoice=OuterRef("pk")), "invoice")
    )


def share_of_invoice(invoice: Invoice, amount: Money) -> Money:
    """Of money that its order just received, what its first invoice uses; the rest is kept.

    Negative for money just taken back: so much of it is due again.
    """
    after = validated_for(invoice.order)
    return _use(invoice, after) - _use(invoice, after - amount)


def _use(invoice: Invoice, received: Money) -> Money:
    used = min(received, Money(invoice.total_cents))
    is_whole = not was_taken_back(invoice.order_id)
    return max(Money(invoice.paid_cents), used) if is_whole else used


def overpaid_ids(company_id: int | None = None) -> QuerySet[Order, int]:
    """Ids of the orders that received more than they ask, refunds deducted; latest first."""
    invoice = Invoice.objects.filter(order=OuterRef("pk"), kind=InvoiceKind.INVOICE, instalment=1)
    of_order = {"order": OuterRef("pk"), "invoice": None}
    refunds = Refund.objects.filter(order=OuterRef("pk"), source=RefundSource.OVERPAYMENT)
    received = (
        _added(Payment.objects.filter(COUNTS, **of_order), "order")
        - _added(refunds.exclude(state=RefundState.CANCELLED), "order")
        + _added(WriteOff.objects.filter(**of_order), "order")
    )
    price = Case(
        When(state__in=_ASKS_NOTHING, then=Value(0)),
        default=F("total_cents"),
        output_field=BigIntegerField(),
    )
    asked = Coalesce(Subquery(invoice.values("total_cents")[:1]), price)
    orders = Order.objects.annotate(received=received, asked=asked)
    if company_id is not None:
        orders = orders.filter(company_id=company_id)
    return (
        orders.filter(received__gt=F("asked"))
        .order_by("-accepted_at", "-pk")
        .values_list("pk", flat=True)
    )


def _added(rows: QuerySet[Any], by: str, field: str = "cents") -> Coalesce:
    sums = rows.order_by().values(by).annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(sums), 0, output_field=BigIntegerField())


def _paid_directly(invoice: Invoice) -> QuerySet[Payment]:
    return Payment.objects.filter(COUNTS, invoice=invoice)


def _sum(rows: QuerySet[Any]) -> Money:
    return Money(rows.aggregate(sum=Sum("cents"))["sum"] or 0)
