"""How a file ends."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.contacts import usage
from marketingconnect.contacts.models import Contact, ContactFile, RefusedRow
from marketingconnect.contacts.queries import contact_count, usable_contacts
from marketingconnect.contacts.rules import FileUse
from marketingconnect.contacts.services import delete_file, erase_file, purge_due_files
from tests.contacts.conftest import NADIA, NOON, Bring

pytestmark = pytest.mark.django_db
IMPORTED_ON = date(2026, 11, 24)
LIST = b"email\nanne@example.org\nbob\n"


def purge(on: date) -> list[int]:
    return purge_due_files(retention_days=30, today=on, now=NOON)


def test_a_deleted_file_gives_nobody_at_once_and_leaves_counts_only(bring: Bring) -> None:
    file = bring(LIST)
    delete_file(file.pk, reason="client_request", actor=NADIA, now=NOON)
    assert list(usable_contacts(file.pk)) == []
    assert contact_count(file.pk) == 0

    erase_file(file.pk, now=NOON)
    erase_file(file.pk, now=NOON + timedelta(days=1))

    file.refresh_from_db()
    assert (file.erased_contacts, file.erased_at) == (1, NOON)
    assert not Contact.objects.exists()
    assert not RefusedRow.objects.exists()
    acts = JournalEntry.objects.filter(subject=f"contact_file:{file.pk}")
    assert list(acts.order_by("position").values_list("action", flat=True))[-2:] == [
        "contact_file.deleted",
        "contact_file.erased",
    ]


def test_an_unused_file_goes_on_its_date_and_not_before(bring: Bring) -> None:
    file = bring(LIST)
    last_day = IMPORTED_ON + timedelta(days=settings.CONTACT_FILE_KEPT_DAYS)

    assert purge(last_day - timedelta(days=1)) == []
    assert purge(last_day) == [file.pk]
    assert ContactFile.objects.get(pk=file.pk).state == "deleted"


def test_a_file_in_use_stays_then_goes_a_month_after(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bring(LIST)
    uses = [FileUse("Noël", None)]
    monkeypatch.setitem(usage._sources, "test", lambda _: uses)
    assert purge(date(2028, 1, 1)) == []

    uses[:] = [FileUse("Noël", date(2026, 12, 20))]
    assert purge(date(2027, 1, 18)) == []
    assert purge(date(2027, 1, 19)) == [file.pk]
