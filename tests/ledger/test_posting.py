"""The database keeps the ledger: it only grows, each act is there once, everything balances."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from marketingconnect.kernel.money import Money
from marketingconnect.ledger.errors import NothingToReverseError, UnbalancedError
from marketingconnect.ledger.models import Entry, Line
from marketingconnect.ledger.proof import faults
from marketingconnect.ledger.queries import (
    balance_of_client,
    balances_of_accounts,
    balances_of_documents,
)
from marketingconnect.ledger.rules.postings import Posting
from marketingconnect.ledger.services import book, reverse
from marketingconnect.ledger.states import ActKind, Role
from tests.cast import Cast
from tests.ledger.books import NOON, new, receive, sell

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    "sql",
    [
        "update ledger_entry set label = 'x'",
        "delete from ledger_entry",
        "truncate ledger_entry cascade",
        "update ledger_line set document = 'x' where document <> ''",
        "delete from ledger_line",
        "truncate ledger_line",
    ],
)
def test_the_ledger_only_grows(cast: Cast, sql: str) -> None:
    sell(cast.bakery, "FA-1", DAY)
    connection.check_constraints()

    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        _with_truncate_refused(sql)

    assert list(faults()) == []


def _with_truncate_refused(sql: str) -> None:
    """Tests let the tables be emptied between them; the platform never does."""
    with connection.cursor() as cursor:
        for table in ("entry", "line", "validation", "closedmonth"):
            cursor.execute(f"alter table ledger_{table} enable trigger ledger_{table}_kept")
        cursor.execute(sql)


def test_an_act_is_booked_once(cast: Cast) -> None:
    first = sell(cast.bakery, "FA-1", DAY)

    assert sell(cast.bakery, "FA-1", DAY) == first
    copy = Entry(source=first.source, kind=first.kind, book=first.book, date=DAY)
    copy.piece_ref, copy.piece_date, copy.label, copy.booked_at = "x", DAY, "x", NOON
    with pytest.raises(IntegrityError, match="source"), transaction.atomic():
        copy.save()


def test_an_unbalanced_act_is_refused_by_the_service_and_by_the_database(cast: Cast) -> None:
    alone = (Posting(role=Role.BANK, amount=Money(1)),)
    with pytest.raises(UnbalancedError):
        book(new(cast.bakery, "x:1", ActKind.RECEIPT, DAY, alone), at=NOON)
    entry = sell(cast.bakery, "FA-1", DAY)

    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        Line.objects.create(
            entry=entry, position=9, account="512000", account_label="x", debit_cents=1
        )


def test_an_entry_without_lines_is_refused(cast: Cast) -> None:
    entry = Entry(source="x:1", kind="receipt", book="BQ", date=DAY, piece_ref="x", label="x")
    entry.piece_date, entry.booked_at = DAY, NOON

    entry.save()

    with pytest.raises(IntegrityError, match="has no line"):
        connection.check_constraints()


@pytest.mark.parametrize(
    "changed",
    [
        {"debit_cents": 0, "credit_cents": 0},
        {"debit_cents": 5, "credit_cents": 5},
        {"debit_cents": -5, "credit_cents": 0},
        {"document": "FA-1", "company": None},
    ],
)
def test_a_line_is_a_debit_or_a_credit_about_something(
    cast: Cast, changed: dict[str, object]
) -> None:
    entry = sell(cast.bakery, "FA-1", DAY)
    facts: dict[str, object] = {"position": 9, "account": "512000", "account_label": "x"}

    with pytest.raises(DatabaseError, match="violates check"), transaction.atomic():
        Line.objects.create(entry=entry, **{**facts, "debit_cents": 1, **changed})


def test_an_act_that_moves_nothing_is_not_booked(cast: Cast) -> None:
    assert book(new(cast.bakery, "x:1", ActKind.RECEIPT, DAY, ()), at=NOON) is None


def test_a_reversal_makes_what_was_paid_due_again(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", DAY)
    receive(cast.bakery, "FA-1", DAY, 120_00, source="payment:7")
    assert balance_of_client(cast.bakery.pk) == Money.zero

    mirror = reverse(
        "payment:7", cause="payment:7:unpaid", day=date(2026, 11, 9), label="Impayé", at=NOON
    )
    again = reverse(
        "payment:7", cause="payment:7:again", day=date(2026, 11, 9), label="Impayé", at=NOON
    )

    assert again == mirror
    assert mirror.book == "BQ"
    assert balances_of_documents(cast.bakery.pk) == {"FA-1": Money(120_00)}
    assert balances_of_accounts()["512000"] == Money.zero
    assert list(faults()) == []
    with pytest.raises(NothingToReverseError):
        reverse("payment:8", cause="x", day=DAY, label="x", at=NOON)
