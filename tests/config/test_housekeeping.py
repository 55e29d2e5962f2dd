"""A killed worker's jobs start again; old ones are forgotten."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from marketingconnect.config import tasks

pytestmark = pytest.mark.django_db


def running_job(*, heartbeat_age: timedelta) -> int:
    """A job taken by a worker last heard of so long ago."""
    job = app.configure_task(name="notices.deliver", queue="notices").defer(notice_id=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [heartbeat_age.total_seconds()],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [worker, job],
        )
    return job


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


def test_the_jobs_of_a_dead_worker_start_again_those_of_a_living_one_go_on() -> None:
    dead = running_job(heartbeat_age=timedelta(minutes=5))
    alive = running_job(heartbeat_age=timedelta(seconds=1))
    assert ProcrastinateWorker.objects.count() == 2

    async_to_sync(tasks.retry_stalled_jobs.func)(timestamp=0)

    assert (status(dead), status(alive)) == ("todo", "doing")


def test_old_jobs_are_forgotten_recent_and_failed_ones_kept() -> None:
    ages = {"old": 100, "recent": 1, "failed": 100, "old failed": 24 * 40}
    jobs = {}
    for name, hours in ages.items():
        job = app.configure_task(name="notices.deliver", queue="notices").defer(notice_id=0)
        state = "failed" if "failed" in name else "succeeded"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s",
                [state, job],
            )
            cursor.execute(
                "UPDATE procrastinate_events SET at = now() - make_interval(hours => %s)"
                " WHERE job_id = %s",
                [hours, job],
            )
        jobs[name] = job

    async_to_sync(tasks.remove_old_jobs.func)(timestamp=0)

    left = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    assert {name for name, job in jobs.items() if job in left} == {"recent", "failed"}
