"""Month-end closing: a thousand invoices and their receipts for each document asked.

Invoices and receipts are copies of one of the demonstration's, spread over its orders, over as many
copies of one as they need, and over last month. What is measured runs in a process of its own:
close, prove, export, age. The reference is the same rows of the ledger merely counted and summed by
PostgreSQL.
"""

import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from bench.base import Figures, Say
from bench.scratch import scratch_database
from marketingconnect.clock import now, paris_date
from marketingconnect.demo import data
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services.bookkeeping import book_missing_documents
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Payment
from marketingconnect.payments.services.bookkeeping import book_missing_payments
from marketingconnect.payments.states import PaymentMethod

TARGET_SECONDS: Final = 600.0
"""For a hundred thousand invoices; in proportion for fewer."""
TARGET_PEAK_MB: Final = 512.0
"""Of the closing process and of its PostgreSQL session together."""
INVOICES_FOR_EACH: Final = 1000
_OF_AN_ORDER: Final = 10_000
"""An order numbers at most 32,767 documents."""
_ROOT: Final = Path(__file__).resolve().parents[1]
_AT_ONCE: Final = 5000
_SUM: Final = "select count(*), sum(debit_cents), sum(credit_cents) from ledger_line"


def measure(*, count: int, say: Say) -> Figures:
    """Print a line a step; seconds of each, entries a second, megabytes at the peak."""
    invoices = count * INVOICES_FOR_EACH
    with (
        scratch_database("closing"),
        tempfile.TemporaryDirectory(prefix="bench-closing-") as folder,
    ):
        data.load(now())
        booking = _book(invoices)
        say(f"{invoices} factures et autant de règlements comptabilisés en {booking:.1f} s")
        reference = _reference()
        found = _close(Path(folder))
    found = {"invoices": invoices, "booking_s": round(booking, 1), **found}
    for step, seconds in found["steps_s"].items():
        say(f"  {step:34} {seconds:>8.2f} s")
    say(f"  {'lignes comptées et sommées, sans plus':34} {reference:>8.2f} s")
    session = f"{found['server_mb']:.0f} Mo de sa session PostgreSQL"
    say(f"  mémoire : {found['peak_mb']:.0f} Mo, dont {session}")
    allowed = TARGET_SECONDS * max(invoices, 1) / 100_000
    missed = [f"{found['seconds']:.0f} s"] if found["seconds"] > allowed else []
    missed += [f"{found['peak_mb']:.0f} Mo"] if found["peak_mb"] > TARGET_PEAK_MB else []
    return Figures({**found, "reference_s": reference}, met=not missed, missed=missed)


def _book(invoices: int) -> float:
    """The rows, then their entries; the transaction that makes them is the one that books them."""
    at = now()
    with transaction.atomic():
        model = Invoice.objects.filter(kind=InvoiceKind.INVOICE, total_cents__gt=0).earliest("pk")
        copies = _copies(model, invoices, paris_date(at))
        began = time.perf_counter()
        while batch := list(islice(copies, _AT_ONCE)):
            issued = Invoice.objects.bulk_create(batch)
            Payment.objects.bulk_create(_paid(one, at) for one in issued)
        book_missing_documents(at=at)
        book_missing_payments(at=at)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return time.perf_counter() - began


def _copies(model: Invoice, invoices: int, today: date) -> Iterator[Invoice]:
    orders = _orders(invoices)
    values = {
        field.attname: getattr(model, field.attname)
        for field in Invoice._meta.concrete_fields
        if field.attname != "id"
    }
    last_month = today.replace(day=1) - timedelta(days=1)
    for place in range(invoices):
        order = orders[place % len(orders)]
        issued_on = date(last_month.year, last_month.month, 1 + place % last_month.day)
        yield Invoice(
            **{
                **values,
                "number": f"FA-{issued_on.year}-9{place:06d}",
                "sequence": 9_000_000 + place,
                "order_id": order.pk,
                "company_id": order.company_id,
                "instalment": 100 + place // len(orders),
                "cause": f"bench:{place}",
                "issued_on": issued_on,
                "due_on": issued_on + timedelta(days=30),
                "paid_cents": 0,
                "paid_on": None,
            }
        )


def _orders(invoices: int) -> list[Order]:
    """The orders of the demonstration, and enough copies of the first to number every invoice."""
    orders = list(Order.objects.select_related("acceptance").order_by("pk"))
    missing = max(invoices // _OF_AN_ORDER + 1 - len(orders), 0)
    return orders + [_copy_of(Order.objects.get(pk=orders[0].pk), at) for at in range(missing)]


def _copy_of(order: Order, at: int) -> Order:
    acceptance = order.acceptance
    acceptance.pk = order.pk = None
    acceptance.save(force_insert=True)
    order.acceptance = acceptance
    order.reference, order.request_uuid = f"BC-BENCH-{at:06d}", uuid.uuid4()
    order.save(force_insert=True)
    return order


def _paid(invoice: Invoice, at: datetime) -> Payment:
    return Payment(
        order_id=invoice.order_id,
        invoice=invoice,
        method=PaymentMethod.TRANSFER,
        provider=PaymentMethod.TRANSFER,
        provider_ref=f"bench {invoice.number}",
        cents=invoice.total_cents,
        received_on=invoice.issued_on,
        validated_on=invoice.issued_on,
        recorded_at=at,
        validated_at=at,
    )


def _reference() -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_SUM)
    return round(time.perf_counter() - began, 2)


def _close(folder: Path) -> dict[str, Any]:
    child = subprocess.run(
        [sys.executable, "-m", "bench.documents_closing_child", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    )
    found: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return found
