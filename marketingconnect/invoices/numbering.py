"""Continuous numbers: one locked counter a series and year, never `max + 1`."""

from django.db import transaction

from marketingconnect.invoices.models import InvoiceCounter
from marketingconnect.invoices.states import Series


def next_sequence(series: Series, year: int) -> int:
    """The next number; the counter stays locked until the issuing transaction ends.

    A transaction that rolls back gives its number back: there is no gap. Raises RuntimeError
    outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number must be taken by the transaction that uses it")
    InvoiceCounter.objects.get_or_create(series=series, year=year)
    counter = InvoiceCounter.objects.select_for_update().get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
