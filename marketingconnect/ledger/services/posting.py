"""Book what an act did, in the transaction of the act itself.

The head of the audit journal is taken before the ledger, here as by whoever closes a month: neither
waits for the other for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from marketingconnect.audit.services import hold
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.chart import account_on, shipped_chart
from marketingconnect.ledger.errors import NothingToReverseError, UnbalancedError
from marketingconnect.ledger.models import Entry, Line
from marketingconnect.ledger.queries import last_closed_month
from marketingconnect.ledger.rules.closing import accounting_day
from marketingconnect.ledger.rules.postings import (
    Posting,
    Postings,
    is_balanced,
)
from marketingconnect.ledger.states import BOOK_OF, BY_CLIENT, ActKind, Book

_SHARE_THE_OPEN_MONTHS = "select pg_advisory_xact_lock_shared(hashtext('ledger.closing'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An act to book. `source` names it for ever (`invoice:12`); `day` is its accounting day."""

    source: str
    kind: ActKind
    company_id: int | None
    day: date
    piece_ref: str
    piece_date: date
    label: str
    postings: Postings


@transaction.atomic
def book(new: NewEntry, *, at: datetime) -> Entry | None:
    """CGV II.2.a: book an act once; asked again, its entry comes back.

    None for an act that moved nothing. Raises UnbalancedError.
    """
    if existing := Entry.objects.filter(source=new.source).first():
        return existing
    booked = book_all([new], at=at)
    return booked[0] if booked else None


@transaction.atomic
def book_all(acts: Sequence[NewEntry], *, at: datetime) -> list[Entry]:
    """Book acts that are not booked yet, in a few statements whatever their number."""
    for new in acts:
        if not is_balanced(new.postings):
            raise UnbalancedError(new.source)
    last_closed = _last_closed_month()
    moving = [new for new in acts if new.postings]
    entries = Entry.objects.bulk_create(_entry(new, last_closed, at) for new in moving)
    Line.objects.bulk_create(
        line
        for new, entry in zip(moving, entries, strict=True)
        for line in _lines(entry, new.postings)
    )
    return entries


@transaction.atomic
def reverse(
    source: str,
    *,
    cause: str,
    day: date,
    label: str,
    at: datetime,
    postings: Postings | None = None,
) -> Entry:
    """CGV II.2.b: take an entry back by its mirror, once: an unpaid cheque, a rejected debit.

    `cause` is the source of the mirror (`payment:7:unpaid`). What was paid is due again, at its
    first due date; `postings` say of what, when its money was moved since. Raises
    NothingToReverseError when the act was never booked, UnbalancedError.
    """
    if postings is not None and not is_balanced(postings):
        raise UnbalancedError(cause)
    entry = Entry.objects.select_for_update().filter(source=source).first()
    if entry is None:
        raise NothingToReverseError(source)
    if existing := Entry.objects.filter(reverses=entry).first():
        return existing
    last_closed = _last_closed_month()
    mirror = Entry.objects.create(
        source=cause,
        kind=ActKind.REVERSAL,
        book=entry.book,
        company_id=entry.company_id,
        date=accounting_day(act=day, last_closed=last_closed),
        piece_ref=entry.piece_ref,
        piece_date=day,
        label=label,
        reverses=entry,
        booked_at=at,
    )
    Line.objects.bulk_create(
        _lines(mirror, postings) if postings is not None else _mirrored(entry, mirror)
    )
    return mirror


def _last_closed_month() -> date | None:
    hold()
    with connection.cursor() as cursor:
        cursor.execute(_SHARE_THE_OPEN_MONTHS)
    return last_closed_month()


def _entry(new: NewEntry, last_closed: date | None, at: datetime) -> Entry:
    return Entry(
        source=new.source,
        kind=new.kind,
        book=BOOK_OF.get(new.kind, Book.OTHER),
        company_id=new.company_id,
        date=accounting_day(act=new.day, last_closed=last_closed),
        piece_ref=new.piece_ref[:80],
        piece_date=new.piece_date,
        label=new.label[:200],
        booked_at=at,
    )


def _lines(entry: Entry, postings: Iterable[Posting]) -> Iterable[Line]:
    for position, posting in enumerate(postings, start=1):
        account = account_on(posting.role, entry.date, shipped_chart(), percent=posting.percent)
        is_by_client = posting.role in BY_CLIENT
        yield Line(
            entry=entry,
            position=position,
            account=account.number,
            account_label=account.label,
            company_id=entry.company_id if is_by_client else None,
            document=posting.document if is_by_client else "",
            due_on=posting.due_on,
            debit_cents=max(posting.amount, Money.zero).cents,
            credit_cents=max(-posting.amount, Money.zero).cents,
        )


def _mirrored(entry: Entry, mirror: Entry) -> Iterable[Line]:
    for line in entry.lines.all():
        yield Line(
            entry=mirror,
            position=line.position,
            account=line.account,
            account_label=line.account_label,
            company_id=line.company_id,
            document=line.document,
            debit_cents=line.credit_cents,
            credit_cents=line.debit_cents,
        )
