"""Periodic jobs run as often as their author meant: seconds stand last in a six-field cron."""

from procrastinate.contrib.django import app

from tests.house.repository import code_files, read


def test_no_periodic_job_runs_every_second_of_some_minute() -> None:
    """`*/20 * * * * *` reads « every second, one minute in twenty » to the queue's parser."""
    jobs = app.periodic_registry.periodic_tasks.values()
    odd = [
        f"{job.task.name}: {job.cron}"
        for job in jobs
        if len(job.cron.split()) == 6 and job.cron.split()[-1] == "*"
    ]

    assert len(jobs) > 5
    assert not odd


def test_jobs_are_left_only_through_the_callers_transaction() -> None:
    """In the worker, the queue's own `defer` commits apart from the rows that a job is about."""
    elsewhere = [
        str(path)
        for path in code_files()
        if path.parts[-2:] != ("jobs", "__init__.py")
        and path.parts[0] == "marketingconnect"
        and "configure_task(" in read(path)
    ]

    assert elsewhere == []
