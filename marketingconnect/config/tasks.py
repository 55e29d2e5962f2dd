"""Housekeeping of the job queue itself."""

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

KEPT_HOURS: Final = 72


@app.periodic(cron="* * * * *")
@app.task(name="config.retry_stalled_jobs", queueing_lock="config.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """A killed worker leaves its jobs running for ever: start them again.

    Every task of ours is safe to repeat: it begins with a compare-and-swap on its row.
    """
    manager = app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.id is not None:
            await manager.retry_job_by_id_async(job.id, retry_at=_system_now())


@app.periodic(cron="17 4 * * *")
@app.task(name="config.remove_old_jobs", queueing_lock="config.remove_old_jobs")
async def remove_old_jobs(timestamp: int) -> None:
    """Jobs that ended well are forgotten after three days; failed ones after a month."""
    manager = app.job_manager
    await manager.delete_old_jobs(nb_hours=KEPT_HOURS)
    await manager.delete_old_jobs(
        nb_hours=24 * 30, include_failed=True, include_cancelled=True, include_aborted=True
    )


def _system_now() -> datetime:
    """The queue lives by the system's clock, not by the demo's."""
    return datetime.now(UTC)  # noqa: TID251
