"""Leave work for the worker, in the caller's transaction: a job lives or dies with its row."""

from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager


def job(task: str, **options: Any) -> JobDeferrer:
    """`job("contacts.import", lock="file:3").defer(file_id=3)`; `options` are Procrastinate's.

    Never `app.configure_task(…).defer(…)`: inside the worker the queue's app speaks through a
    connection of its own, so a job left by another job could start before the row it is about is
    committed, find nothing to do, and outlive a rollback.
    """
    return JobDeferrer(JobManager(DjangoConnector()), app.configure_task(task, **options).job)
