"""Schedules of orders (échéanciers): what is due by when, and what of it came (CGV II.2.b)."""

from datetime import date

from django.db.models import Min

from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_awaiting_payment
from marketingconnect.payments.models import Instalment
from marketingconnect.payments.queries.balances import validated_for
from marketingconnect.payments.rules import (
    due_by,
    first_payment_due,
    first_payment_is_late,
    remaining,
)
from marketingconnect.terms.queries import parameters_of


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
