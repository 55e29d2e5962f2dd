"""Continuous numbers: one locked counter a series and year, never `max + 1`."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from marketingconnect.invoices.models import InvoiceCounter
from marketingconnect.invoices.states import Series


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number taken, and the day that its document bears."""

    sequence: int
    day: date


def next_number(series: Series, day: date) -> Numbered:
    """The next number of a series in the year of `day`; dates follow numbers (CGI, art. 289).

    The counter stays locked until the issuing transaction ends: the day is known only then, as
    another may have taken a number past midnight since `day` was read. A transaction that rolls
    back gives its number back: there is no gap. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number must be taken by the transaction that uses it")
    InvoiceCounter.objects.get_or_create(series=series, year=day.year)
    counter = InvoiceCounter.objects.select_for_update().get(series=series, year=day.year)
    counter.last += 1
    counter.latest_on = max(day, counter.latest_on or day)
    counter.save(update_fields=["last", "latest_on"])
    return Numbered(counter.last, counter.latest_on)
