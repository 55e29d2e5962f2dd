"""Verbs of an order."""

from marketingconnect.orders.services.advancing import advance_line
from marketingconnect.orders.services.placing import DraftLine, place_order
from marketingconnect.orders.services.transitions import (
    change_payment_method,
    change_state,
    mark_paid,
    receive_signed,
    stop_line,
    withdraw_order,
)

__all__ = [
    "DraftLine",
    "advance_line",
    "change_payment_method",
    "change_state",
    "mark_paid",
    "place_order",
    "receive_signed",
    "stop_line",
    "withdraw_order",
]
