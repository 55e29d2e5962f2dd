"""Schedules of orders (échéanciers): what is due by when, and what of it came (CGV II.2.b)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Min

from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, schedule_of_invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_awaiting_payment
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.models import Instalment
from marketingconnect.payments.queries.balances import balance_of, written_off_of
from marketingconnect.payments.rules import (
    due_by,
    due_now,
    enough_to_go_on,
    first_payment_due,
    first_payment_is_late,
    instalment_state,
    remaining,
    settled_by_instalment,
)
from marketingconnect.payments.states import GivenUp, InstalmentState
from marketingconnect.terms.queries import parameters_of

ENDED = {OrderState.CANCELLED, OrderState.TERMINATED}
_REMINDED_WITHIN: Final = timedelta(days=31)


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


@dataclass(frozen=True)
class ShownInstalment:
    """An instalment as screens show it."""

    number: int
    due_on: date
    amount: Money
    paid: Money
    """Received, credited or given up as a small difference."""
    state: InstalmentState

    @property
    def remaining(self) -> Money:
        return remaining(due=self.amount, received=self.paid)


def schedule_of(order: Order, on: date) -> list[ShownInstalment]:
    """CGV II.2.b: an order's instalments, as its receipts leave them on a day, first to last.

    Empty without a schedule, and for an order that ended before it was invoiced.
    """
    planned, invoice = _planned(order)
    if not planned or (invoice is None and order.state in ENDED):
        return []
    balance = balance_of(order)
    lost = Money.zero if invoice is None else written_off_of(invoice, GivenUp.BAD_DEBT)
    amounts = [amount for _, _, amount in planned]
    paid = settled_by_instalment(
        amounts=amounts, settled=balance.validated + balance.lowered - lost
    )
    unpaid = [amount - share for amount, share in zip(amounts, paid, strict=True)]
    given_up = settled_by_instalment(amounts=unpaid, settled=lost)
    return [
        ShownInstalment(
            number=number,
            due_on=day,
            amount=amount,
            paid=share,
            state=instalment_state(amount=amount, paid=share, given_up=part, due_on=day, on=on),
        )
        for (number, day, amount), share, part in zip(planned, paid, given_up, strict=True)
    ]


def payable_now(order: Order, on: date) -> Money:
    """CGV II.2.b: what the client pays of an order on a day; receipts not validated yet count.

    By instalments, all that is due by that day, else the next one; without a schedule, all that
    remains. Zero once nothing is asked.
    """
    balance = balance_of(order)
    owed = max(balance.remaining - balance.recorded, Money.zero)
    planned, _ = _planned(order)
    if not planned:
        return owed
    dated = [(day, amount) for _, day, amount in planned]
    settled = Money.total(amount for _, amount in dated) - owed
    return min(due_now(instalments=dated, settled=settled, on=on), owed)


def orders_to_remind(today: date) -> list[int]:
    """Ids of the orders with an instalment whose day has just passed, whether or not it came."""
    passed = Instalment.objects.filter(due_on__lt=today, due_on__gte=today - _REMINDED_WITHIN)
    return sorted(set(passed.values_list("order_id", flat=True)))


def late_instalments(order: Order, today: date) -> Money:
    """CGV II.2.b: what an order's schedule asked for before today and did not receive."""
    planned, _ = _planned(order)
    due = due_by(instalments=[(day, amount) for _, day, amount in planned], today=today)
    balance = balance_of(order)
    return remaining(due=due, received=balance.validated + balance.lowered)


def is_up_to_date(order: Order, today: date) -> bool:
    """CGV II.2.b: whether an order received enough to be worked on, its schedule considered."""
    planned, _ = _planned(order)
    balance = balance_of(order)
    dated = [(day, amount) for _, day, amount in planned]
    return enough_to_go_on(
        due=min(balance.due, Money(order.total_cents)),
        received=balance.validated + balance.lowered,
        first=first_instalment(order),
        due_before_today=due_by(instalments=dated, today=today),
    )


def first_instalment(order: Order) -> Money | None:
    """CGV II.2.b: what an order waits for to start, when its terms let it start before all is paid.

    None for an order sold on line, without a schedule, or whose terms do not.
    """
    if order.sale != Sale.OFFLINE or not parameters_of(order.terms).starts_on_first_instalment:
        return None
    first = Instalment.objects.filter(order=order).order_by("number").first()
    return None if first is None else Money(first.cents)


def missing_to_start(order: Order) -> Money:
    """What an order still waits for to start: all that remains, or of its first instalment."""
    balance, first = balance_of(order), first_instalment(order)
    due = balance.due if first is None else min(first, balance.due)
    return remaining(due=due, received=balance.validated)


def agreed_schedule(order: Order) -> list[tuple[date, Money]]:
    """The days and amounts agreed for an order; empty without a schedule."""
    rows = Instalment.objects.filter(order=order).order_by("number")
    return [(row.due_on, Money(row.cents)) for row in rows]


def _planned(order: Order) -> tuple[list[tuple[int, date, Money]], Invoice | None]:
    """Number, day and amount of each instalment, as invoiced once they are; and that invoice."""
    invoice = first_invoice_of(order)
    dated = agreed_schedule(order)
    if invoice is not None and invoice.schedule:
        dated = schedule_of_invoice(invoice)
    return [(number, *one) for number, one in enumerate(dated, start=1)], invoice
