"""Reads of payments: what was received, what is awaited, what must be asked again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_awaiting_payment
from marketingconnect.payments.gateways.base import Outcome
from marketingconnect.payments.models import (
    Payment,
    PaymentAttempt,
    TransferRequirement,
    WebhookEvent,
)
from marketingconnect.payments.queries.balances import COUNTS, Balance, balance_of, overpaid_ids
from marketingconnect.payments.rules import transfer_is_required
from marketingconnect.payments.states import LIVE, PaymentMethod, WebhookVerdict
from marketingconnect.terms.queries import parameters_of


@dataclass(frozen=True)
class Awaited:
    """A row of accounting's queue."""

    order: Order
    balance: Balance
    receipts: Sequence[Payment]


def methods_of(order: Order) -> str:
    """How an order was paid, as its invoice says it: `card`, or `credit+card`."""
    payments = Payment.objects.filter(COUNTS, order=order, invoice=None)
    return "+".join(dict.fromkeys(payments.order_by("pk").values_list("method", flat=True)))


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
    """Orders that received more than they ask, and whose refund is not planned; latest first."""
    orders = Order.objects.filter(pk__in=list(overpaid_ids()[:100])).select_related("company")
    shown = orders.prefetch_related("payments").order_by("-accepted_at", "-pk")
    return [Awaited(order, balance_of(order), list(order.payments.all())) for order in shown]


def suspicious_callbacks() -> QuerySet[WebhookEvent]:
    """Callbacks refused as forged or contradictory, latest first."""
    return WebhookEvent.objects.filter(
        verdict__in=[WebhookVerdict.FORGED, WebhookVerdict.CONFLICT]
    ).order_by("-received_at")[:50]
