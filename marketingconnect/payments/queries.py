"""Reads of payments: what was received, what is awaited, what must be asked again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import credit_notes_of, remaining_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_awaiting_payment
from marketingconnect.payments.gateways.base import Outcome
from marketingconnect.payments.models import (
    Instalment,
    Payment,
    PaymentAttempt,
    TransferRequirement,
    WebhookEvent,
)
from marketingconnect.payments.rules import (
    due_by,
    first_payment_due,
    first_payment_is_late,
    overpaid,
    remaining,
    transfer_is_required,
)
from marketingconnect.payments.states import LIVE, PaymentMethod, WebhookVerdict
from marketingconnect.terms.queries import parameters_of

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


@dataclass(frozen=True)
class Credit:
    """A credit note and what remains of it, TTC."""

    note: Invoice
    unused: Money


@dataclass(frozen=True)
class Awaited:
    """A row of accounting's queue."""

    order: Order
    balance: Balance
    receipts: Sequence[Payment]


def validated_for(order: Order) -> Money:
    """The sum of an order's validated payments."""
    payments = Payment.objects.filter(COUNTS, order=order, invoice=None)
    return Money(payments.aggregate(sum=Sum("cents"))["sum"] or 0)


def methods_of(order: Order) -> str:
    """How an order was paid, as its invoice says it: `card`, or `credit+card`."""
    payments = Payment.objects.filter(COUNTS, order=order, invoice=None)
    return "+".join(dict.fromkeys(payments.order_by("pk").values_list("method", flat=True)))


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


def credits_of(company_id: int) -> list[Credit]:
    """A company's credit notes that still have something to spend, oldest first.

    A credit note on what was never paid only lowers what is due: it gives nothing to spend.
    """
    notes = credit_notes_of(company_id).order_by("issued_at", "pk")
    spent = dict(
        Payment.objects.filter(credit_note__in=notes)
        .values("credit_note")
        .annotate(sum=Sum("cents"))
        .values_list("credit_note", "sum")
    )
    overpaid_by: dict[int, Money] = {}
    credits = []
    for note in notes:
        if note.corrects is None:
            continue
        left = overpaid_by.setdefault(
            note.corrects.pk,
            overpaid(due=remaining_of(note.corrects).total, received=paid_for(note.corrects)),
        )
        given = min(Money(-note.total_cents), left)
        overpaid_by[note.corrects.pk] = left - given
        unused = given - Money(spent.get(note.pk, 0))
        if unused > Money.zero:
            credits.append(Credit(note, unused))
    return credits


def credit_of(company_id: int) -> Money:
    """CGV CL.6: what a company may set against its next invoices, TTC."""
    return Money.total(credit.unused for credit in credits_of(company_id))


def card_is_refused(order: Order) -> bool:
    """Whether the terms of this order require a bank transfer for its amount."""
    parameters = parameters_of(order.terms)
    return transfer_is_required(
        net=Money(order.net_cents),
        threshold=parameters.transfer_may_be_required_above,
        applies=transfer_applies(
            order.company_id,
            paris_date(order.accepted_at),
            default=parameters.transfer_required_by_default,
        ),
    )


def transfer_applies(company_id: int, on: date, *, default: bool) -> bool:
    """CGV II.1.b: whether a client pays by transfer above the threshold, as agreed for that day.

    `default` is what the terms say of clients with whom nothing is agreed.
    """
    agreed = TransferRequirement.objects.filter(company_id=company_id, in_force_from__lte=on)
    latest = agreed.order_by("in_force_from").last()
    return default if latest is None else latest.applies


def orders_without_first_payment(today: date) -> list[tuple[Order, date]]:
    """CGV II.2.b: orders of which nothing came by the last day for a first payment, and that day.

    Oldest first; the day of the first instalment when a schedule is agreed.
    """
    unpaid = orders_awaiting_payment().filter(payments__isnull=True).select_related("terms")
    late: list[tuple[Order, date]] = []
    for order in unpaid.annotate(agreed_on=Min("instalments__due_on")):
        within = parameters_of(order.terms).first_payment_within_months
        last_day = order.agreed_on or first_payment_due(
            accepted_on=paris_date(order.accepted_at), within_months=within
        )
        if first_payment_is_late(due_on=last_day, received=Money.zero, today=today):
            late.append((order, last_day))
    return late


def late_instalments(order: Order, today: date) -> Money:
    """CGV II.2.b: what an order's schedule asked for before today and did not receive."""
    rows = Instalment.objects.filter(order=order).values_list("due_on", "cents")
    agreed = [(day, Money(cents)) for day, cents in rows]
    due = due_by(instalments=agreed, today=today)
    return remaining(due=due, received=validated_for(order))


def payments_of(order: Order) -> QuerySet[Payment]:
    """An order's receipts, in the order they were recorded."""
    return Payment.objects.filter(order=order).select_related("recorded_by", "validated_by")


def payment_of(order: Order, payment_id: int) -> Payment | None:
    """One receipt of an order."""
    return Payment.objects.filter(order=order, pk=payment_id).first()


def attempts_of(order: Order) -> QuerySet[PaymentAttempt]:
    """An order's tries by card, first to last."""
    return PaymentAttempt.objects.filter(order=order)


def last_attempt(order: Order) -> PaymentAttempt | None:
    """The latest try by card."""
    return attempts_of(order).last()


def attempt_of(order: Order, key: uuid.UUID) -> PaymentAttempt | None:
    """One try of an order, by its key."""
    return attempts_of(order).filter(key=key).first()


def attempt_behind(gateway: str, outcome: Outcome) -> PaymentAttempt | None:
    """The attempt a provider speaks of: by our key, else by its own reference.

    The callback may come before its reference is written down; the key is always known.
    """
    attempts = PaymentAttempt.objects.filter(gateway=gateway)
    by_reference = attempts.filter(provider_ref=outcome.provider_ref).first()
    if by_reference or outcome.key is None:
        return by_reference
    return attempts.filter(key=outcome.key).first()


def attempts_to_ask_again(now: datetime) -> QuerySet[PaymentAttempt, int]:
    """Ids of the attempts whose outcome is not known and whose turn has come."""
    return (
        PaymentAttempt.objects.filter(state__in=LIVE, ask_again_at__lte=now)
        .order_by("ask_again_at")
        .values_list("pk", flat=True)[:50]
    )


def payments_awaited(method: str = "") -> list[Awaited]:
    """Accounting's queue: orders not paid yet by transfer or cheque, oldest first."""
    methods = [method] if method else [PaymentMethod.TRANSFER, PaymentMethod.CHEQUE]
    orders = (
        orders_awaiting_payment()
        .filter(payment_method__in=methods)
        .prefetch_related("payments")[:200]
    )
    return [Awaited(order, balance_of(order), list(order.payments.all())) for order in orders]


def cheques_in_hand() -> QuerySet[Payment]:
    """Cheques received and not yet on a slip for the bank, oldest first."""
    return (
        Payment.objects.filter(
            method=PaymentMethod.CHEQUE, reversed_on__isnull=True, cheque__isnull=True
        )
        .select_related("order__company")
        .order_by("received_on", "pk")
    )


def overpaid_orders() -> list[Awaited]:
    """Orders for which more was validated than was due."""
    orders = (
        Order.objects.annotate(
            received=Sum(
                "payments__cents",
                filter=Q(
                    payments__validated_on__isnull=False,
                    payments__reversed_on__isnull=True,
                    payments__invoice=None,
                ),
            )
        )
        .filter(received__gt=F("total_cents"))
        .select_related("company")
        .order_by("-accepted_at")[:100]
    )
    return [Awaited(order, balance_of(order), list(order.payments.all())) for order in orders]


def suspicious_callbacks() -> QuerySet[WebhookEvent]:
    """Callbacks refused as forged or contradictory, latest first."""
    return WebhookEvent.objects.filter(
        verdict__in=[WebhookVerdict.FORGED, WebhookVerdict.CONFLICT]
    ).order_by("-received_at")[:50]
