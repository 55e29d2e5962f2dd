"""The account of a client between two days (relevé de compte), line by line from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum

from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Entry, Line

_AMOUNT = Sum(F("lines__debit_cents") - F("lines__credit_cents"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What one act asked of a client (positive) or took off (negative), and where that led."""

    on: date
    kind: str
    piece: str
    label: str
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`opening` plus the movements is `closing`, to the cent."""

    starts_on: date
    ends_on: date
    opening: Money
    movements: Sequence[Movement]
    closing: Money


def statement_of(company_id: int, *, starts_on: date, ends_on: date) -> Statement:
    """A client's account from a day to another, both included.

    An act that only moves money within the account, a deposit taken off its invoice, shows once.
    """
    lines = Line.objects.filter(company_id=company_id, entry__date__lt=starts_on)
    before = lines.aggregate(cents=Sum(F("debit_cents") - F("credit_cents")))["cents"]
    opening = balance = Money(before or 0)
    movements = []
    entries = (
        Entry.objects.filter(lines__company_id=company_id, date__range=(starts_on, ends_on))
        .annotate(moved=_AMOUNT)
        .order_by("date", "pk")
    )
    for entry in entries:
        amount = Money(entry.moved)
        if amount == Money.zero:
            continue
        balance = balance + amount
        movements.append(
            Movement(
                on=entry.date,
                kind=entry.kind,
                piece=entry.piece_ref,
                label=entry.label,
                amount=amount,
                balance=balance,
            )
        )
    return Statement(
        starts_on=starts_on,
        ends_on=ends_on,
        opening=opening,
        movements=movements,
        closing=balance,
    )
