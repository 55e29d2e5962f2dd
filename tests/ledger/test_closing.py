"""A closed month is numbered, whole and final; accounting alone closes it, in order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.services import record
from marketingconnect.ledger.errors import ClosingRefusedError
from marketingconnect.ledger.models import ClosedMonth, Entry, Line, Validation
from marketingconnect.ledger.proof import faults
from marketingconnect.ledger.services import close_month
from tests.cast import Cast
from tests.ledger.books import NOON, receive, sell

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))


def sold(cast: Cast) -> None:
    """Booked out of order, over the ends of three months."""
    for number, day in enumerate(
        (date(2026, 10, 31), date(2026, 9, 30), date(2026, 11, 1), date(2026, 9, 2))
    ):
        sell(cast.bakery, f"FA-{number}", day)


def numbers() -> list[tuple[int, str]]:
    found = Validation.objects.order_by("number").values_list("number", "entry__piece_ref")
    return list(found)


def test_months_close_in_order_and_number_their_entries_by_day(cast: Cast) -> None:
    sold(cast)

    september = close_month(SEPTEMBER, by=cast.ines, now=NOON)
    close_month(OCTOBER, by=cast.ines, now=NOON)
    connection.check_constraints()

    assert (september.entries, september.debit_cents) == (2, 240_00)
    assert numbers() == [(1, "sale:FA-3"), (2, "sale:FA-1"), (3, "sale:FA-0")]
    assert list(faults()) == []
    written = JournalEntry.objects.filter(action="ledger.month_closed").first()
    assert written is not None
    assert written.after == {"month": "2026-09-01", "entries": 2, "debit_cents": 240_00}
    assert written.actor_id == cast.ines.pk


def test_an_empty_month_closes_too_and_numbers_start_again_each_year(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", date(2026, 11, 30))
    sell(cast.bakery, "FA-2", date(2027, 1, 1))
    later = datetime(2027, 2, 1, 0, 0, tzinfo=UTC)

    for month in (NOVEMBER, date(2026, 12, 1), date(2027, 1, 1)):
        close_month(month, by=cast.ines, now=later)

    assert list(Validation.objects.values_list("year", "number")) == [(2026, 1), (2027, 1)]
    assert ClosedMonth.objects.get(month=date(2026, 12, 1)).entries == 0
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("who", "month", "now", "why"),
    [
        ("marc", SEPTEMBER, NOON, "Seule la comptabilité"),
        ("admin", SEPTEMBER, NOON, "Seule la comptabilité"),
        ("alice", SEPTEMBER, NOON, "Seule la comptabilité"),
        ("ines", OCTOBER, NOON, "Le prochain mois à clôturer est 09/2026"),
        ("ines", date(2026, 8, 1), NOON, "Le prochain mois à clôturer est 09/2026"),
        # The last minute of the month, in Paris.
        ("ines", SEPTEMBER, datetime(2026, 9, 30, 21, 59, tzinfo=UTC), "n’est pas terminé"),
    ],
)
def test_a_closing_out_of_turn_is_refused(
    cast: Cast, who: str, month: date, now: datetime, why: str
) -> None:
    sold(cast)

    with pytest.raises(ClosingRefusedError, match=why):
        close_month(month, by=getattr(cast, who), now=now)
    assert not ClosedMonth.objects.exists()


def test_a_month_may_close_from_its_next_day(cast: Cast) -> None:
    sold(cast)

    assert close_month(SEPTEMBER, by=cast.ines, now=datetime(2026, 9, 30, 22, 0, tzinfo=UTC))


def test_there_is_nothing_to_close_before_the_first_entry(cast: Cast) -> None:
    with pytest.raises(ClosingRefusedError, match="aucune écriture"):
        close_month(SEPTEMBER, by=cast.ines, now=NOON)


def test_nothing_is_dated_in_a_closed_month(cast: Cast) -> None:
    sold(cast)
    close_month(SEPTEMBER, by=cast.ines, now=NOON)

    late = receive(cast.bakery, "FA-1", date(2026, 9, 30), 120_00)
    assert (late.date, late.piece_date) == (OCTOBER, date(2026, 9, 30))
    facts = {"kind": "receipt", "book": "BQ", "piece_ref": "x", "label": "x", "booked_at": NOON}
    with pytest.raises(IntegrityError, match="in a closed month"), transaction.atomic():
        Entry.objects.create(
            source="x:1", date=date(2026, 9, 30), piece_date=date(2026, 9, 30), **facts
        )


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("delete from ledger_closedmonth", "only grows"),
        ("update ledger_closedmonth set entries = 0", "only grows"),
        ("update ledger_validation set number = 9 where number = 1", "only grows"),
        ("delete from ledger_validation", "only grows"),
        (
            "insert into ledger_validation select id, 2026, 9, date from ledger_entry"
            " where date = '2026-10-31'",
            "follow one another",
        ),
        (
            "insert into ledger_validation select id, 2027, 1, date from ledger_entry"
            " where date = '2026-10-31'",
            "numbered in its year",
        ),
        (
            "insert into ledger_closedmonth (month, entries, debit_cents, closed_by_id, closed_on,"
            " closed_at) select '2026-11-01', 0, 0, closed_by_id, '2026-12-01', closed_at"
            " from ledger_closedmonth",
            "closes next",
        ),
    ],
)
def test_the_database_keeps_what_was_closed(cast: Cast, sql: str, why: str) -> None:
    sold(cast)
    close_month(SEPTEMBER, by=cast.ines, now=NOON)
    connection.check_constraints()

    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_month_is_not_closed_without_its_numbers(cast: Cast) -> None:
    sold(cast)

    ClosedMonth.objects.create(
        month=SEPTEMBER,
        entries=2,
        debit_cents=1,
        closed_by=cast.ines,
        closed_on=OCTOBER,
        closed_at=NOON,
    )

    with pytest.raises(IntegrityError, match="without a number"):
        connection.check_constraints()


def test_a_closed_entry_takes_no_further_line(cast: Cast) -> None:
    sold(cast)
    close_month(SEPTEMBER, by=cast.ines, now=NOON)
    entry = Entry.objects.get(source="sale:FA-1")
    facts = {"entry": entry, "account": "512000", "account_label": "x"}
    both = [
        Line(position=8, debit_cents=1, **facts),
        Line(position=9, credit_cents=1, **facts),
    ]

    with pytest.raises(IntegrityError, match="no further line"), transaction.atomic():
        Line.objects.bulk_create(both)


def test_the_command_closes_and_says_why_not(cast: Cast) -> None:
    sold(cast)
    output = StringIO()

    call_command("close_month", "2026-09", by="ines@example.org", stdout=output)

    assert "Mois 09/2026 clôturé : 2 écriture(s)" in output.getvalue()
    with pytest.raises(CommandError, match="10/2026"):
        call_command("close_month", "2026-12", by="ines@example.org")
    with pytest.raises(CommandError, match="Personne"):
        call_command("close_month", "2026-10", by="nobody@example.org")


@pytest.mark.django_db(transaction=True)
def test_sales_at_the_same_time_are_in_the_month_or_after_it(cast: Cast) -> None:
    """Twelve acts dated in the month while it closes: all numbered in it, or dated after it."""
    sell(cast.bakery, "FA-0", date(2026, 9, 1))
    barrier = threading.Barrier(13)

    def act(number: int) -> None:
        try:
            barrier.wait(timeout=20)
            with transaction.atomic():
                if number:
                    record(
                        action="essai",
                        actor=Actor.system("essai"),
                        company_id=None,
                        subject=f"essai:{number}",
                        at=NOON,
                    )
                    sell(cast.bakery, f"FA-{number}", date(2026, 9, 30))
                else:
                    close_month(SEPTEMBER, by=cast.ines, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(13) as pool:
        list(pool.map(act, range(13)))

    assert list(faults()) == []
    in_time = Entry.objects.filter(date__lt=OCTOBER)
    assert Validation.objects.count() == in_time.count() == ClosedMonth.objects.get().entries
    assert Entry.objects.filter(date=OCTOBER).count() == 13 - in_time.count()
