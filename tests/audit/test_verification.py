"""The journal refuses to change, and tells when somebody changed it all the same."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.queries import JournalFilter, entries, page_of_entries
from marketingconnect.audit.services import record
from marketingconnect.audit.verification import Break, verify

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
PAUL = Actor.staff(7, "Paul")


def write(number: int = 1) -> None:
    for index in range(number):
        record(
            action="order.paid",
            actor=PAUL,
            company_id=index % 2,
            subject=f"order:{index}",
            at=NOON + timedelta(hours=index),
            before={"state": "accepted"},
            after={"state": "paid", "total": Decimal("300.00"), "on": date(2026, 11, 24)},
        )


def tamper(sql: str) -> None:
    """As the owner of the database could: triggers off, change, triggers on."""
    with connection.cursor() as cursor:
        for table in ("audit_journalentry", "audit_journalhead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        for table in ("audit_journalentry", "audit_journalhead"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def with_triggers() -> None:
    with connection.cursor() as cursor:
        for table in ("audit_journalentry", "audit_journalhead"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_untouched_journal_is_intact() -> None:
    write(5)

    result = verify()

    assert (result.entries, result.first_break) == (5, None)
    assert result.last_hash == JournalEntry.objects.get(position=5).hash


def test_an_empty_journal_is_intact() -> None:
    assert verify().first_break is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_journalentry SET action = 'x' WHERE position = 2",
        "DELETE FROM audit_journalentry WHERE position = 3",
        "TRUNCATE audit_journalentry",
        "TRUNCATE audit_journalhead",
        "DELETE FROM audit_journalhead",
        "UPDATE audit_journalhead SET position = 1",
    ],
)
def test_the_database_refuses_to_change_the_journal(sql: str) -> None:
    write(3)
    with_triggers()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert verify().first_break is None


@pytest.mark.parametrize(
    ("sql", "position", "reason"),
    [
        ("UPDATE audit_journalentry SET after = '{}' WHERE position = 2", 2, "empreinte"),
        ("UPDATE audit_journalentry SET at = at + '1 s' WHERE position = 1", 1, "empreinte"),
        ("UPDATE audit_journalentry SET actor_id = 8 WHERE position = 4", 4, "empreinte"),
        ("UPDATE audit_journalentry SET company_id = 9 WHERE position = 4", 4, "empreinte"),
        ("UPDATE audit_journalentry SET hash = 'f' WHERE position = 3", 3, "empreinte"),
        ("UPDATE audit_journalentry SET previous_hash = 'f' WHERE position = 3", 3, "enchaîne"),
        ("DELETE FROM audit_journalentry WHERE position = 1", 1, "manque"),
        ("DELETE FROM audit_journalentry WHERE position = 3", 3, "manque"),
        ("DELETE FROM audit_journalentry WHERE position = 5", 5, "la fin manque"),
        ("DELETE FROM audit_journalentry", 1, "la fin manque"),
        ("UPDATE audit_journalhead SET hash = 'f'", 5, "tête"),
        ("DELETE FROM audit_journalhead", 5, "tête"),
    ],
)
def test_a_tampered_journal_names_its_first_broken_entry(
    sql: str, position: int, reason: str
) -> None:
    write(5)
    tamper(sql)

    broken = verify().first_break

    assert broken is not None
    assert (broken.position, reason in broken.reason) == (position, True)


def test_an_entry_slipped_in_is_seen() -> None:
    write(2)
    tamper(
        "INSERT INTO audit_journalentry SELECT 0, at, actor_kind, actor_id, actor_label, "
        "company_id, action, subject, before, after, previous_hash, 'x' "
        "FROM audit_journalentry WHERE position = 1"
    )

    assert verify().first_break == Break(0, "l’écriture n° 1 manque (la suivante est la n° 0)")


def run_command(*arguments: str) -> str:
    output = StringIO()
    call_command("verify_journal", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_says_intact_and_gives_a_note_to_keep() -> None:
    write(2)
    last = JournalEntry.objects.get(position=2).hash

    assert f"Journal intact : 2 écriture(s) vérifiée(s).\nÀ noter pour plus tard : 2:{last}" in (
        run_command()
    )
    write(1)
    assert "intact" in run_command("--expect", f"2:{last}")


def test_the_command_exits_1_and_names_the_entry() -> None:
    write(3)
    tamper("UPDATE audit_journalentry SET subject = 'order:99' WHERE position = 2")

    with pytest.raises(CommandError, match=r"n° 2 \(order.paid, order:99") as failure:
        run_command()
    assert failure.value.returncode == 1


def test_an_earlier_note_catches_a_journal_rewritten_from_end_to_end() -> None:
    write(2)
    noted = f"2:{JournalEntry.objects.get(position=2).hash}"
    tamper("TRUNCATE audit_journalentry; DELETE FROM audit_journalhead")
    write(3)
    assert "intact" in run_command()
    assert "intact" in run_command("--expect", noted)
    tamper("TRUNCATE audit_journalentry; DELETE FROM audit_journalhead")
    record(action="a", actor=PAUL, company_id=None, subject="x:1", at=NOON)
    record(action="b", actor=PAUL, company_id=None, subject="x:2", at=NOON)
    with pytest.raises(CommandError, match="Journal réécrit"):
        run_command("--expect", noted)
    with pytest.raises(CommandError, match="N:EMPREINTE"):
        run_command("--expect", "bonjour")


def test_an_act_that_rolls_back_leaves_no_entry_and_no_gap() -> None:
    write(1)

    def fail(act: Callable[[], None]) -> None:
        with transaction.atomic():
            act()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(write)
    write(1)

    assert list(entries(JournalFilter()).values_list("position", flat=True)) == [2, 1]
    assert verify().first_break is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé ", max_size=5), inner),
    max_leaves=6,
)


@given(state=st.dictionaries(st.text("abé", max_size=4), json_values, max_size=4))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_an_act_writes_its_hash_can_be_computed_again(state: dict[str, object]) -> None:
    record(action="a.b", actor=PAUL, company_id=None, subject="x:1", at=NOON, after=state)

    assert verify().first_break is None


def test_the_journal_is_read_by_filters_and_pages() -> None:
    write(5)

    def positions(**wanted: object) -> list[int]:
        found = entries(JournalFilter(**wanted))  # type: ignore[arg-type]
        return list(found.values_list("position", flat=True))

    assert positions(company_id=1) == [4, 2]
    assert positions(action="order") == positions(action="order.paid") == [5, 4, 3, 2, 1]
    assert positions(action="invoice") == []
    assert positions(subject="order:0") == [1]
    assert positions(actor="pau") == [5, 4, 3, 2, 1]
    assert positions(since=date(2026, 11, 25)) == []
    assert positions(until=date(2026, 11, 23)) == []
    assert positions(since=date(2026, 11, 24), until=date(2026, 11, 24)) == [5, 4, 3, 2, 1]
    first, after = page_of_entries(JournalFilter(), before=None, size=3)
    assert ([entry.position for entry in first], after) == ([5, 4, 3], 3)
    last, end = page_of_entries(JournalFilter(), before=after, size=3)
    assert ([entry.position for entry in last], end) == ([2, 1], None)
