"""Figures for those who steer: invoiced, ordered and received by month, days to be paid.

Each is a sum of documents: invoices less credit notes without VAT, orders accepted, receipts that
count.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.timezone import get_default_timezone

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import COUNTS

_GIVEN_UP = (OrderState.CANCELLED, OrderState.TERMINATED)
_IN_PROGRESS = (OrderState.VALIDATED, OrderState.IN_EXECUTION, OrderState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of a month; `month` is its first day."""

    month: date
    invoiced: Money
    """Without VAT, credit notes deducted."""
    year_before: Money
    """The same month of the year before."""
    orders: int
    in_progress: int
    """Of these orders, those under way."""
    basket: Money | None
    """The mean order, without VAT; none without an order."""
    received: Money
    days_to_pay: int | None
    """From the issue of further invoices to their receipt; orders are paid before theirs."""


def months_until(last: date, *, count: int = 12) -> list[date]:
    """The first days of the months that end with that of `last`."""
    places = range(last.year * 12 + last.month - count, last.year * 12 + last.month)
    return [date(place // 12, place % 12 + 1, 1) for place in places]


def figures_by_month(months: list[date]) -> list[Month]:
    """The figures of months that follow one another, the oldest first."""
    if not months:
        return []
    before = [month.replace(year=month.year - 1) for month in months]
    invoiced, earlier = invoiced_by_month(months), invoiced_by_month(before)
    received = dict.fromkeys(months, Money.zero)
    for (month, _), amount in received_by_means(months).items():
        received[month] = received[month] + amount
    orders, days = _orders(months), _days_to_pay(months)
    return [
        Month(
            month=month,
            invoiced=invoiced.get(month, Money.zero),
            year_before=earlier.get(year_before, Money.zero),
            orders=orders[month]["count"],
            in_progress=orders[month]["in_progress"],
            basket=_mean(orders[month]),
            received=received[month],
            days_to_pay=days.get(month),
        )
        for month, year_before in zip(months, before, strict=True)
    ]


def invoiced_by_month(months: list[date]) -> dict[date, Money]:
    """Invoices less credit notes, without VAT, by the month of their issue."""
    documents = Invoice.objects.filter(issued_on__gte=months[0], issued_on__lt=_end(months))
    rows = documents.order_by().values(month=TruncMonth("issued_on"))
    return {row["month"]: Money(row["sum"]) for row in rows.annotate(sum=Sum("net_cents"))}


def received_by_means(months: list[date]) -> dict[tuple[date, str], Money]:
    """Receipts that count, by month and by means of payment."""
    receipts = Payment.objects.filter(
        COUNTS, received_on__gte=months[0], received_on__lt=_end(months)
    )
    rows = receipts.order_by().values("method", month=TruncMonth("received_on"))
    summed = rows.annotate(sum=Sum("cents"))
    return {(row["month"], row["method"]): Money(row["sum"]) for row in summed}


def ordered_by_offer(months: list[date]) -> dict[tuple[date, str], Money]:
    """Lines of the orders accepted, those given up left out, without VAT, by month and offer."""
    lines = OrderLine.objects.filter(order__in=_accepted(months)).order_by()
    rows = lines.values("offer", month=_month("order__accepted_at"))
    found: dict[tuple[date, str], Money] = defaultdict(lambda: Money.zero)
    for row in rows.annotate(sum=Sum("net_cents")):
        found[row["month"].date(), row["offer"]] += Money(row["sum"])
    return dict(found)


def _accepted(months: list[date]) -> QuerySet[Order]:
    accepted = Order.objects.exclude(state__in=_GIVEN_UP)
    return accepted.filter(accepted_at__date__gte=months[0], accepted_at__date__lt=_end(months))


def _orders(months: list[date]) -> dict[date, dict[str, Any]]:
    rows = _accepted(months).order_by().values(month=_month("accepted_at"))
    counted = rows.annotate(
        count=Count("pk"),
        in_progress=Count("pk", filter=Q(state__in=_IN_PROGRESS)),
        net=Sum("net_cents"),
    )
    nothing: dict[str, Any] = {"count": 0, "in_progress": 0, "net": 0}
    found: dict[date, dict[str, Any]] = dict.fromkeys(months, nothing)
    return found | {row["month"].date(): {**row} for row in counted}


def _mean(row: dict[str, Any]) -> Money | None:
    count = row["count"]
    return Money((2 * row["net"] + count) // (2 * count)) if count else None


def _days_to_pay(months: list[date]) -> dict[date, int]:
    waited = ExpressionWrapper(F("received_on") - F("invoice__issued_on"), DurationField())
    receipts = Payment.objects.filter(
        COUNTS, invoice__isnull=False, received_on__gte=months[0], received_on__lt=_end(months)
    )
    rows = receipts.order_by().values(month=TruncMonth("received_on"))
    return {row["month"]: row["mean"].days for row in rows.annotate(mean=Avg(waited))}


def _month(field: str) -> TruncMonth:
    return TruncMonth(field, tzinfo=get_default_timezone())


def _end(months: Iterable[date]) -> date:
    """The day after the last month."""
    last = max(months)
    return date(last.year + last.month // 12, last.month % 12 + 1, 1)
