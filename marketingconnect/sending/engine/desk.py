"""What the couriers share: the jobs in hand, the chunks they come from, and what was answered."""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as dtime
from typing import Final, Protocol

from marketingconnect.clock import PARIS, paris_date
from marketingconnect.sending.causes import Cause, NotSentReason, cause_of
from marketingconnect.sending.engine.signing import Ahead
from marketingconnect.sending.engine.smtp import Reply
from marketingconnect.sending.engine.spool import SpoolFile, SpoolFullError
from marketingconnect.sending.engine.stops import Asked, Stops
from marketingconnect.sending.message.compiled import (
    CompiledMessage,
    RenderedMessage,
    UnusableAddressError,
)
from marketingconnect.sending.message.signing import Signer
from marketingconnect.sending.rules import next_try
from marketingconnect.sending.services.chunks import ClaimedChunk, Deferred
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.states import Outcome
from marketingconnect.suppression.watching import NewStops

log = logging.getLogger(__name__)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_GAVE_UP: Final = "serveur du destinataire fermé trop longtemps"


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
    written_at: float = field(default_factory=time.monotonic)
    """Monotonic time at which it was taken, then at which its results were last written."""
    untried: list[int] = field(default_factory=list)
    deferred: list[int] = field(default_factory=list)
    held: dict[datetime, list[int]] = field(default_factory=dict)
    """Not tried, for their destination cannot take them now: when to come again."""
    give_up_at: datetime = _NEVER
    fresh: bool = True
    """Whether every result is surely new to the database."""
    signer: Signer | None = None
    """Signs each message, for a domain that has keys in use."""
    ahead: Ahead = field(default_factory=dict)
    """What was signed before the hour."""
    asked: Asked = field(default_factory=Asked)
    """Who opposed, when it was taken and since."""
    is_full: bool = False
    """Its file cannot grow: nothing more of it starts, and what is left goes back."""


@dataclass(eq=False, slots=True)
class Job:
    """One recipient to write to."""

    chunk: OpenChunk
    position: int
    email: str
    fields: dict[str, str]
    message: RenderedMessage | None = None


class Line(Protocol):
    """Where jobs wait for a courier."""

    jobs: deque[Job]
    news: asyncio.Event

    def drop_what_may_not_start(self) -> None:
        """After a pause or a stop, the jobs in line go back to the database."""
        ...


class Desk:
    """Lives in the event loop only; the database is told later, by whoever reads `results`."""

    def __init__(self, *, retry_delays: Sequence[int], taken: Outcome = Outcome.RELAYED) -> None:
        """`taken` is what a server's 250 means: a relay's, or the final server's."""
        self._taken = taken
        self.route: Callable[[Sequence[Job]], None]
        """Puts jobs in line; set by the way out."""
        self.lanes: list[Line] = []
        self.chunks: dict[int, OpenChunk] = {}
        self.running: frozenset[int] = frozenset()
        """Campaigns that may send now: empty when the database does not answer."""
        self.lease_until = 0.0
        """Monotonic time after which our chunks may be somebody else's."""
        self.stopping = False
        self.hungry = asyncio.Event()
        self.done_with_one = asyncio.Event()
        """Set when a chunk has no job left: it can be closed."""
        self.stops = Stops()
        self.ran_out_of_room = False
        """A chunk could not be written down on our disk; the sender says so, and takes it back."""
        self._retry_delays = retry_delays
        self._clock = (datetime.min.replace(tzinfo=UTC), 0.0)

    # Time: the platform's, asked of the database now and then, followed in between.

    def set_clock(self, now: datetime) -> None:
        self._clock = (now, time.monotonic())

    def now(self) -> datetime:
        at, monotonic = self._clock
        return at + timedelta(seconds=time.monotonic() - monotonic)

    # Jobs.

    def hold_chunk(self, chunk: OpenChunk, recipients: Sequence[Job]) -> None:
        """It is ours; its jobs are put in line by `route`, now or once they are signed."""
        self.chunks[chunk.claimed.id] = chunk
        chunk.unresolved += len(recipients)

    @property
    def waiting(self) -> int:
        """Jobs in line, all lanes together."""
        return sum(len(lane.jobs) for lane in self.lanes)

    def wake(self) -> None:
        """Every courier that waits looks again."""
        for lane in self.lanes:
            lane.news.set()

    def may_start(self, job: Job) -> bool:
        """Asked at the last moment before a message leaves."""
        return self.may_stay(job) and time.monotonic() < self.stops.fresh_until

    def may_stay(self, job: Job) -> bool:
        """Whether it is still ours to send, now or once the oppositions are read again."""
        return (
            not self.stopping
            and job.chunk.claimed.campaign_id in self.running
            and job.position not in job.chunk.asked.stopped
            and not job.chunk.asked.stale
            and not job.chunk.is_full
            and time.monotonic() < self.lease_until
        )

    def leave(self, job: Job) -> None:
        """Not tried: opposed since, or else the chunk gives it back when it closes."""
        if job.position in job.chunk.asked.stopped:
            self.without_sending(job.chunk, job.position, NotSentReason.SUPPRESSED)
        else:
            job.chunk.untried.append(job.position)
        self._one_less(job.chunk)

    def _one_less(self, chunk: OpenChunk) -> None:
        chunk.unresolved -= 1
        if not chunk.unresolved:
            self.done_with_one.set()

    def heard(self, news: NewStops, *, began: float) -> None:
        """A reading of the oppositions, begun at the monotonic time `began`."""
        self.stops.heard(news, began=began, chunks=self.chunks.values())
        for lane in self.lanes:
            if lane.jobs:
                lane.news.set()

    def drop_what_may_not_start(self) -> None:
        """After a pause or a stop, the jobs in hand go back to the database."""
        for lane in self.lanes:
            lane.drop_what_may_not_start()

    def hold(self, job: Job, *, seconds: float, why: Reply | None = None) -> None:
        """Its destination cannot take it soon: back to the database, without counting as a try.

        Past the time that a campaign may last, it is not delivered: `why` says it, or else there
        were too many for that server.
        """
        soonest = self.now().timestamp() + max(seconds, 1)
        # Rounded, for each instant of a chunk is a row of the database.
        until = datetime.fromtimestamp(math.ceil(soonest / 10) * 10, UTC)
        if until > job.chunk.give_up_at:
            reply = why or Reply(0, _GAVE_UP)
            cause = cause_of(why.code, why.text) if why else Cause.TOO_MANY
            self._resolve(job, Outcome.UNDELIVERED, cause, reply)
            return
        job.chunk.held.setdefault(until, []).append(job.position)
        self._one_less(job.chunk)

    def hold_until_tomorrow(self, job: Job) -> None:
        """What a destination may get today is spent."""
        now = self.now()
        midnight = datetime.combine(paris_date(now) + timedelta(days=1), dtime(), PARIS)
        self.hold(job, seconds=(midnight - now).total_seconds() + 60)

    # Answers.

    def answered(self, job: Job, reply: Reply) -> None:
        """The last word of the server that we speak to on one message."""
        if reply.code < 300:
            self._resolve(job, self._taken, "", reply)
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

    def render(self, job: Job) -> bool:
        if job.message is None:
            try:
                job.message = job.chunk.compiled.render(job.position, job.email, job.fields)
                if (signer := job.chunk.signer) is not None:
                    at = int(self.now().timestamp())
                    stored = job.chunk.ahead.get(job.position, ())
                    job.message = signer.signed(job.message, at=at, stored=stored)
            except UnusableAddressError:
                self.without_sending(job.chunk, job.position, NotSentReason.INVALID)
                self._one_less(job.chunk)
                return False
        return True

    def no_room_for(self, chunk: OpenChunk) -> None:
        """Our disk is full: nothing more of this chunk can be written down, so nothing starts."""
        if not chunk.is_full:
            log.error("the spool has no room left for chunk %s", chunk.claimed.id)
        chunk.is_full = self.ran_out_of_room = True

    def _defer(self, job: Job, reply: Reply) -> None:
        attempt = job.chunk.claimed.attempt
        if next_try(attempt=attempt, now=self.now(), delays=self._retry_delays) is None:
            self._resolve(job, Outcome.UNDELIVERED, cause_of(reply.code, reply.text), reply)
            return
        try:
            job.chunk.spool.deferred(job.position)
        except SpoolFullError:
            self.no_room_for(job.chunk)
        job.chunk.deferred.append(job.position)
        self._one_less(job.chunk)

    def _resolve(self, job: Job, outcome: str, cause: str, reply: Reply) -> None:
        self._keep(
            job.chunk,
            Result(job.position, outcome, cause, reply.code or None, reply.text, self.now()),
        )
        self._one_less(job.chunk)

    def _keep(self, chunk: OpenChunk, result: Result) -> None:
        try:
            chunk.spool.answered(result)
        except SpoolFullError:
            # Kept in memory for the database: only a crash before that would leave a doubt.
            self.no_room_for(chunk)
        chunk.results.append(result)

    def left_of(self, chunk: OpenChunk) -> list[Deferred]:
        """What a closing chunk opens again: those not tried, and those to try later."""
        attempt = chunk.claimed.attempt
        later = next_try(attempt=attempt, now=self.now(), delays=self._retry_delays)
        return [
            Deferred(tuple(chunk.untried), attempt, None),
            Deferred(tuple(chunk.deferred), attempt + 1, later),
            *(Deferred(tuple(held), attempt, until) for until, held in chunk.held.items()),
        ]
