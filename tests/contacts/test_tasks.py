"""Jobs of contact files: each import has one, and one that is lost gets another."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from marketingconnect.contacts import tasks
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.reading.layout import Layout
from marketingconnect.contacts.services import cancel_import, declare_origin
from marketingconnect.contacts.services.preparing import confirm_columns, receive_file
from tests.cast import Cast
from tests.contacts.conftest import NADIA, NOON, ORIGIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast: Cast) -> ContactFile:
    """A list whose import was asked."""
    file = receive_file(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        name="",
        original_name="liste.csv",
        chunks=[b"email\nanne@example.org\nbob@example.org\n"],
        actor=NADIA,
        now=NOON,
    )
    layout = Layout.from_json(file.layout)
    confirm_columns(file.pk, layout=layout, mapping={0: "email"}, actor=NADIA, now=NOON)
    return declare_origin(file.pk, origin=ORIGIN, actor=NADIA, now=NOON)


def jobs(name: str) -> list[dict[str, object]]:
    found = ProcrastinateJob.objects.filter(task_name=name, status="todo")
    return list(found.values_list("args", flat=True))


def test_declaring_the_origin_queues_the_import_which_brings_the_contacts(
    waiting: ContactFile,
) -> None:
    assert jobs("contacts.import") == [{"file_id": waiting.pk}]

    tasks.import_contact_file(waiting.pk)
    tasks.import_contact_file(waiting.pk)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.accepted) == ("imported", 2)


def test_an_import_that_stands_still_gets_one_more_job_and_only_one(waiting: ContactFile) -> None:
    tasks.resume_abandoned_imports(0)
    assert len(jobs("contacts.import")) == 1

    stands_still = Now() - timedelta(minutes=2)
    ContactFile.objects.filter(pk=waiting.pk).update(progressed_at=stands_still)
    tasks.resume_abandoned_imports(0)
    tasks.resume_abandoned_imports(0)

    assert len(jobs("contacts.import")) == 2


def test_a_stopped_import_is_cleared_by_its_job(waiting: ContactFile) -> None:
    cancel_import(waiting.pk, actor=NADIA, now=NOON)
    assert jobs("contacts.clear_cancelled") == [{"file_id": waiting.pk}]

    tasks.clear_cancelled_import(waiting.pk)
    tasks.clear_cancelled_import(waiting.pk)

    assert ContactFile.objects.get(pk=waiting.pk).state == "mapped"


def test_an_import_whose_bytes_are_gone_says_so(waiting: ContactFile) -> None:
    ContactFile.objects.filter(pk=waiting.pk).update(path="contacts/c1/00/gone.csv")

    tasks.import_contact_file(waiting.pk)

    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert "Déposez-le de nouveau" in waiting.failure
