"""Periodic jobs run as often as their author meant: seconds stand last in a six-field cron."""

from procrastinate.contrib.django import app


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
