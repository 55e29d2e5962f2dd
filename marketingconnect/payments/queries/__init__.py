"""Reads of payments: what is owed and was received, what is awaited or must be asked again."""

from marketingconnect.payments.queries.balances import (
    COUNTS,
    Balance,
    balance_of,
    due_for,
    paid_for,
    unpaid_invoices,
    validated_for,
    was_taken_back,
)
from marketingconnect.payments.queries.credits import (
    Credit,
    credit_of,
    credits_of,
)
from marketingconnect.payments.queries.receipts import (
    Awaited,
    attempt_behind,
    attempt_of,
    attempts_of,
    attempts_to_ask_again,
    card_is_refused,
    cheques_in_hand,
    last_attempt,
    methods_of,
    overpaid_orders,
    payment_of,
    payments_awaited,
    payments_of,
    suspicious_callbacks,
    transfer_applies,
)
from marketingconnect.payments.queries.schedules import (
    late_instalments,
    orders_without_first_payment,
)

__all__ = [
    "COUNTS",
    "Awaited",
    "Balance",
    "Credit",
    "attempt_behind",
    "attempt_of",
    "attempts_of",
    "attempts_to_ask_again",
    "balance_of",
    "card_is_refused",
    "cheques_in_hand",
    "credit_of",
    "credits_of",
    "due_for",
    "last_attempt",
    "late_instalments",
    "methods_of",
    "orders_without_first_payment",
    "overpaid_orders",
    "paid_for",
    "payment_of",
    "payments_awaited",
    "payments_of",
    "suspicious_callbacks",
    "transfer_applies",
    "unpaid_invoices",
    "validated_for",
    "was_taken_back",
]
