"""Sales booked straight in the ledger, without the documents that would cause them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from marketingconnect.accounts.models import Company
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatTotal
from marketingconnect.ledger.models import Entry
from marketingconnect.ledger.rules.postings import (
    Postings,
    credit_note_postings,
    invoice_postings,
    receipt_postings,
)
from marketingconnect.ledger.services import NewEntry, book
from marketingconnect.ledger.states import ActKind, Role

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
TWENTY = Decimal(20)


def new(company: Company, source: str, kind: ActKind, day: date, postings: Postings) -> NewEntry:
    return NewEntry(
        source=source,
        kind=kind,
        company_id=company.pk,
        day=day,
        piece_ref=source,
        piece_date=day,
        label=f"Essai\tde {source}",
        postings=postings,
    )


def booked(act: NewEntry) -> Entry:
    entry = book(act, at=NOON)
    assert entry is not None
    return entry


def sell(
    company: Company,
    number: str,
    day: date,
    *,
    net: int = 100_00,
    due_on: date | None = None,
    income: Role = Role.SERVICES,
    schedule: Sequence[tuple[date, Money]] = (),
) -> Entry:
    """An invoice of `net` cents HT at 20 %."""
    postings = invoice_postings(
        number=number,
        by_rate=[VatTotal(TWENTY, Money(net), Money(net).percent(TWENTY))],
        paid=Money.zero,
        order="BC-1",
        due_on=due_on or day,
        income=income,
        schedule=schedule,
    )
    act = new(company, f"sale:{number}", ActKind.INVOICE, day, postings)
    return booked(replace(act, piece_ref=number) if income is Role.PENALTIES else act)


def receive(company: Company, number: str, day: date, cents: int, *, source: str = "") -> Entry:
    """A transfer that pays an invoice."""
    postings = receipt_postings(amount=Money(cents), place=Role.BANK, order="BC-1", invoice=number)
    source = source or f"receipt:{number}:{day}"
    return booked(new(company, source, ActKind.RECEIPT, day, postings))


def credit(company: Company, number: str, day: date, net: int) -> Entry:
    """A credit note of `net` cents HT on an invoice."""
    postings = credit_note_postings(
        invoice=number,
        by_rate=[VatTotal(TWENTY, Money(-net), -Money(net).percent(TWENTY))],
        income=Role.SERVICES,
    )
    return booked(new(company, f"note:{number}:{day}", ActKind.CREDIT_NOTE, day, postings))
