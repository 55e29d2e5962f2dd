"""A job is left in the caller's transaction, in the web process and in the worker alike."""

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from marketingconnect.jobs import job

pytestmark = pytest.mark.django_db
TASK = "contacts.import"


def left() -> int:
    return ProcrastinateJob.objects.filter(task_name=TASK).count()


def test_a_job_dies_with_the_transaction_that_left_it() -> None:
    with transaction.atomic():
        job(TASK).defer(file_id=3)
        transaction.set_rollback(True)

    assert left() == 0


def test_inside_the_worker_too_a_job_goes_through_the_callers_connection() -> None:
    elsewhere = InMemoryConnector()

    with app.replace_connector(elsewhere), transaction.atomic():
        job(TASK, lock="file:3").defer(file_id=3)

    assert (left(), elsewhere.jobs) == (1, {})


def test_options_reach_the_queue() -> None:
    job(TASK, lock="file:3", queue="large").defer(file_id=3)

    row = ProcrastinateJob.objects.get(task_name=TASK)
    assert (row.lock, row.queue_name, row.args) == ("file:3", "large", {"file_id": 3})
