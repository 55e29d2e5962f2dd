"""One history on its way: its clock, its chances, the orders so far, the line to the bank."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from django.db.models import Model, QuerySet

from bench.histories.stage import START, Stage
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways.base import Verdict

Row = TypeVar("Row", bound=Model)
PARTS = (1, 37, 50, 99, 100, 100, 100, 130)
"""Percent of what is due that somebody pays, gives back, or gives up."""


class NothingError(Exception):
    """An act found nothing to act on; another one is drawn."""


@dataclass
class World:
    """What the acts of a history share; the same seed draws the same history."""

    stage: Stage
    draw: random.Random
    folder: Path
    now: datetime = START
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)
    """Each act in order, to tell a fault by."""
    references: int = 0

    @property
    def today(self) -> date:
        return paris_date(self.now)

    def wait_until(self, day: date) -> None:
        """The clock jumps to that day, never back."""
        self.now += max(day - self.today, timedelta())

    def reference(self) -> str:
        """Of the bank or of a cheque: each is used once, unless an act says it again."""
        self.references += 1
        return f"R{self.references:06}"

    def any_of(self, rows: QuerySet[Row]) -> Row:
        """One of them by lot, the latest more often; NothingError when there is none."""
        count = rows.count()
        if not count:
            raise NothingError
        rank = max(self.draw.randrange(count), self.draw.randrange(count))
        return rows.order_by("pk")[rank]

    def order(self) -> Order:
        return self.any_of(Order.objects.all())

    def invoice(self) -> Invoice:
        return self.any_of(Invoice.objects.filter(kind=InvoiceKind.INVOICE))

    def some_of(self, amount: Money) -> Money:
        """A part of it, mostly all; NothingError when that is nothing."""
        part = amount.percent(Decimal(self.draw.choice(PARTS)))
        if not part.cents:
            raise NothingError
        return part

    def pending_at_the_bank(self) -> str:
        """A payment whose payer has not decided, wherever our own rows stand."""
        truth = self.stage.bank.truth
        refs = sorted(ref for ref, told in truth.items() if told.verdict is Verdict.PENDING)
        if not refs:
            raise NothingError
        return self.draw.choice(refs)
