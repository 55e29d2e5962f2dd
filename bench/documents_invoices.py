"""Factur-X invoices a second on one core, beside the bare pages that Typst sets alone."""

import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import quantiles
from typing import Final

from django.test.utils import override_settings

from bench.base import Figures, Say
from bench.scratch import scratch_database
from marketingconnect.catalogue.rules import Unit, net_price
from marketingconnect.clock import now
from marketingconnect.demo import data
from marketingconnect.invoices.factur_x.cii import cii_xml
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import render, typeset
from marketingconnect.invoices.services import DocumentLine, issue_supplement, make_pdf
from marketingconnect.orders.models import Order

TARGET_MS: Final = 60.0
"""Of one core, for the 95th document out of 100: read, XML written and checked, pages set."""
LINES: Final = 10


def measure(*, count: int, say: Say) -> Figures:
    """Print a line a way of doing; the figures of all, in milliseconds a document.

    The target is in processor time, which other programs of a busy machine do not lengthen.
    """
    with (
        tempfile.TemporaryDirectory(prefix="bench-invoices-") as folder,
        scratch_database("invoices"),
        override_settings(FILES_ROOT=Path(folder)),
    ):
        data.load(now())
        issued = _issue(count)
        say(f"{count} factures de {LINES} lignes     calcul : p50      p95    durée : p50      p95")
        done = {
            name: _timed(name, work, issued, say)
            for name, work in {
                "pages de Typst seules": lambda pk: typeset(_read(pk), xml=b""),
                "XML seul": lambda pk: cii_xml(_read(pk)),
                "Factur-X": lambda pk: render(_read(pk)),
                "Factur-X rangé, envoyé": lambda pk: make_pdf(pk, now=now()),
            }.items()
        }
    p95 = done["Factur-X"]["cpu_p95_ms"]
    missed = [f"{p95:.0f} ms de calcul au 95e centile"] if p95 > TARGET_MS else []
    return Figures(done, met=not missed, missed=missed)


def _issue(count: int) -> list[int]:
    order = Order.objects.order_by("pk")[0]
    return [
        issue_supplement(
            order.pk,
            [_line(number) for number in range(LINES)],
            reason="Mesure.",
            cause=f"bench:{place}",
            now=now(),
        ).pk
        for place in range(count)
    ]


def _line(number: int) -> DocumentLine:
    price, quantity = Decimal("21.5") + number, 12_000 + 37 * number
    return DocumentLine(
        label=f"Adresses supplémentaires, lot {number}",
        quantity=quantity,
        unit=Unit.THOUSAND,
        unit_price=price,
        net=net_price(quantity=quantity, unit=Unit.THOUSAND, unit_price=price),
    )


def _read(pk: int) -> Invoice:
    return Invoice.objects.select_related("order", "corrects").get(pk=pk)


def _timed(
    name: str, work: Callable[[int], object], issued: list[int], say: Say
) -> dict[str, float]:
    """The first document, which loads fonts and schema, is made before and not counted."""
    work(issued[0])
    taken = [_milliseconds(work, pk) for pk in issued[1:]]
    cpu = quantiles([one[0] for one in taken], n=100)
    wall = quantiles([one[1] for one in taken], n=100)
    figures = {
        "cpu_p50_ms": round(cpu[49], 1),
        "cpu_p95_ms": round(cpu[94], 1),
        "p50_ms": round(wall[49], 1),
        "p95_ms": round(wall[94], 1),
        "a_second_of_cpu": round(1000 * len(taken) / sum(one[0] for one in taken), 1),
    }
    say(
        f"  {name:26} {figures['cpu_p50_ms']:>11.1f} {figures['cpu_p95_ms']:>8.1f} ms"
        f" {figures['p50_ms']:>12.1f} {figures['p95_ms']:>8.1f} ms"
        f"   {figures['a_second_of_cpu']:.0f} par seconde de calcul"
    )
    return figures


def _milliseconds(work: Callable[[int], object], pk: int) -> tuple[float, float]:
    """Of processor, and of the clock."""
    start, cpu = time.perf_counter(), time.process_time()
    work(pk)
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - start)
