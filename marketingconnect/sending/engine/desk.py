"""What the couriers share: the jobs in hand, the chunks they come from, and what was answered."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from marketingconnect.sending.causes import NotSentReason, cause_of
from marketingconnect.sending.engine.smtp import Reply
from marketingconnect.sending.engine.spool import SpoolFile
from marketingconnect.sending.engine.stops import Asked, Stops
from marketingconnect.sending.message.compiled import (
    CompiledMessage,
    RenderedMessage,
    UnusableAddressError,
)
from marketingconnect.sending.rules import next_try
from marketingconnect.sending.services.chunks import ClaimedChunk, Deferred
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.states import Outcome
from marketingconnect.suppression.watching import NewStops

log = logging.getLogger(__name__)


@dataclass(eq=False)
class OpenChunk:
    """A claimed chunk being sent."""

    claimed: ClaimedChunk
    compiled: CompiledMessage
    spool: SpoolFile
    unresolved: int = 0
    """Jobs waiting or in flight."""
    results: list[Result] = field(default_factory=list)
    """Answered, not yet in the database."""
    untried: list[int] = field(default_factory=list)
    deferred: list[int] = field(default_factory=list)
    fresh: bool = True
    """Whether every result is surely new to the database."""
    asked: Asked = field(default_factory=Asked)
    """Who opposed, when it was taken and since."""


@dataclass(eq=False, slots=True)
class Job:
    """One recipient to write to."""

    chunk: OpenChunk
    position: int
    email: str
    fields: dict[str, object]
    message: RenderedMessage | None = None


class Desk:
    """Lives in the event loop only; the database is told later, by whoever reads `results`."""

    def __init__(self, *, retry_delays: Sequence[int]) -> None:
        self.jobs: deque[Job] = deque()
        self.chunks: dict[int, OpenChunk] = {}
        self.running: frozenset[int] = frozenset()
        """Campaigns that may send now: empty when the database does not answer."""
        self.lease_until = 0.0
        """Monotonic time after which our chunks may be somebody else's."""
        self.stopping = False
        self.news = asyncio.Event()
        """Set when there are jobs, or when the sender stops."""
        self.hungry = asyncio.Event()
        self.stops = Stops()
        self._retry_delays = retry_delays
        self._clock = (datetime.min.replace(tzinfo=UTC), 0.0)

    # Time: the platform's, asked of the database now and then, followed in between.

    def set_clock(self, now: datetime) -> None:
        self._clock = (now, time.monotonic())

    def now(self) -> datetime:
        at, monotonic = self._clock
        return at + timedelta(seconds=time.monotonic() - monotonic)

    # Jobs.

    def add_chunk(self, chunk: OpenChunk, recipients: Sequence[Job]) -> None:
        self.chunks[chunk.claimed.id] = chunk
        chunk.unresolved += len(recipients)
        self.jobs.extend(recipients)
        self.news.set()

    def may_start(self, job: Job) -> bool:
        """Asked at the last moment before a message leaves."""
        return self._may_stay(job) and time.monotonic() < self.stops.fresh_until

    def _may_stay(self, job: Job) -> bool:
        """Whether it is still ours to send, now or once the oppositions are read again."""
        return (
            not self.stopping
            and job.chunk.claimed.campaign_id in self.running
            and job.position not in job.chunk.asked.stopped
            and not job.chunk.asked.stale
            and time.monotonic() < self.lease_until
        )

    def take(self) -> Job | None:
        """The next job that may start, rendered; None when there is none now."""
        while self.jobs:
            if time.monotonic() >= self.stops.fresh_until:
                return None
            job = self.jobs.popleft()
            if len(self.jobs) < 750:
                self.hungry.set()
            if not self._may_stay(job):
                self.leave(job)
            elif self._render(job):
                return job
        self.hungry.set()
        return None

    async def next_job(self) -> Job | None:
        """Wait for a job; None when the sender stops or nothing came for a while."""
        job = self.take()
        if job is None and not self.stopping:
            self.news.clear()
            try:
                async with asyncio.timeout(5):
                    await self.news.wait()
            except TimeoutError:
                return None
            job = self.take()
        return job

    def put_back(self, job: Job) -> None:
        """Nothing of it left: first in the line again."""
        self.jobs.appendleft(job)
        self.news.set()

    def leave(self, job: Job) -> None:
        """Not tried: opposed since, or else the chunk gives it back when it closes."""
        if job.position in job.chunk.asked.stopped:
            self.without_sending(job.chunk, job.position, NotSentReason.SUPPRESSED)
        else:
            job.chunk.untried.append(job.position)
        job.chunk.unresolved -= 1

    def let_go(self, job: Job) -> None:
        """It may not start now: first in the line when only a reading is late, left otherwise."""
        if self._may_stay(job):
            self.put_back(job)
        else:
            self.leave(job)

    def heard(self, news: NewStops, *, began: float) -> None:
        """A reading of the oppositions, begun at the monotonic time `began`."""
        self.stops.heard(news, began=began, chunks=self.chunks.values())
        if self.jobs:
            self.news.set()

    def drop_what_may_not_start(self) -> None:
        """After a pause or a stop, the jobs in hand go back to the database."""
        kept = deque(job for job in self.jobs if self._may_stay(job))
        for job in self.jobs:
            if not self._may_stay(job):
                self.leave(job)
        self.jobs = kept

    # Answers.

    def answered(self, job: Job, reply: Reply) -> None:
        """The relay's last word on one message: it answers for the rest of the way."""
        if reply.code < 300:
            self._resolve(job, Outcome.RELAYED, "", reply)
        elif reply.code < 500:
            self._defer(job, reply)
        else:
            cause = cause_of(reply.code, reply.text)
            self._resolve(job, Outcome.UNDELIVERED, cause, reply)

    def uncertain(self, job: Job, why: str) -> None:
        """The message may have left and nobody answered: never again, and shown."""
        self._resolve(job, Outcome.UNCERTAIN, "", Reply(0, why))

    def without_sending(self, chunk: OpenChunk, position: int, reason: NotSentReason) -> None:
        """An address that is not written to; no job was made of it."""
        self._keep(chunk, Result(position, Outcome.NOT_SENT, reason, None, "", self.now()))

    def _render(self, job: Job) -> bool:
        if job.message is None:
            try:
                job.message = job.chunk.compiled.render(job.position, job.email, job.fields)
            except UnusableAddressError:
                self.without_sending(job.chunk, job.position, NotSentReason.INVALID)
                job.chunk.unresolved -= 1
                return False
        return True

    def _defer(self, job: Job, reply: Reply) -> None:
        attempt = job.chunk.claimed.attempt
        if next_try(attempt=attempt, now=self.now(), delays=self._retry_delays) is None:
            self._resolve(job, Outcome.UNDELIVERED, cause_of(reply.code, reply.text), reply)
            return
        try:
            job.chunk.spool.deferred(job.position)
        except OSError:
            log.exception("the spool refuses to write")
        job.chunk.deferred.append(job.position)
        job.chunk.unresolved -= 1

    def _resolve(self, job: Job, outcome: str, cause: str, reply: Reply) -> None:
        self._keep(
            job.chunk,
            Result(job.position, outcome, cause, reply.code or None, reply.text, self.now()),
        )
        job.chunk.unresolved -= 1

    def _keep(self, chunk: OpenChunk, result: Result) -> None:
        try:
            chunk.spool.answered(result)
        except OSError:
            # Kept in memory for the database: only a crash before that would leave a doubt.
            log.exception("the spool refuses to write")
        chunk.results.append(result)

    def left_of(self, chunk: OpenChunk) -> list[Deferred]:
        """What a closing chunk opens again: those not tried, and those to try later."""
        attempt = chunk.claimed.attempt
        later = next_try(attempt=attempt, now=self.now(), delays=self._retry_delays)
        return [
            Deferred(tuple(chunk.untried), attempt, None),
            Deferred(tuple(chunk.deferred), attempt + 1, later),
        ]
