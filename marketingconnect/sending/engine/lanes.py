"""Where jobs wait for a courier: one line to a relay, or one a destination at its own pace."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from marketingconnect.sending.causes import Cause, cause_of
from marketingconnect.sending.engine.desk import Desk, Job
from marketingconnect.sending.engine.smtp import Relay, Reply, SmtpSession
from marketingconnect.sending.ways.policies import Policy

_IDLE_SECONDS: Final = 5
_SHORT_IDLE_SECONDS: Final = 1
_REACH_SECONDS: Final = 20
"""A line holds what it can send in so long; the rest goes back to the database for later."""
_REGAIN_SECONDS: Final = 60.0
_ACCIDENT: Final = 50
"""So many messages taken since the last doubt, another line cut in the middle is an accident."""
_OF_A_SESSION: Final = re.compile(
    r"\b(?:per|this|par|cette) (?:smtp )?(?:connection|session|connexion)", re.I
)
_ASSUMED_RATE: Final = 25.0
"""Messages a second of a destination without a limit, to say when what is too much may come."""


class Lane:
    """The line to a relay: first come, first served, as fast as couriers go."""

    per_connection = 0
    """Messages of one connection; 0 for as many as there are."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.jobs: deque[Job] = deque()
        self.news = asyncio.Event()
        """Set when there are jobs, or when the sender stops."""

    def add(self, jobs: Iterable[Job]) -> None:
        self.jobs.extend(jobs)
        self.news.set()

    def take(self) -> Job | None:
        """The next job that may start, rendered; None when there is none now."""
        desk = self._desk
        while self.jobs:
            if time.monotonic() >= desk.stops.fresh_until:
                return None
            job = self.jobs.popleft()
            if len(self.jobs) < 750:
                desk.hungry.set()
            if not desk.may_stay(job):
                desk.leave(job)
            elif desk.render(job):
                return job
        desk.hungry.set()
        return None

    async def next_job(self) -> Job | None:
        """Wait for a job; None when the sender stops or nothing came for a while."""
        job = self.take()
        if job is None and not self._desk.stopping:
            self.news.clear()
            try:
                async with asyncio.timeout(self._patience()):
                    await self.news.wait()
            except TimeoutError:
                return self.take()
            job = self.take()
        return job

    def put_back(self, job: Job) -> None:
        """Nothing of it left: first in the line again."""
        self.jobs.appendleft(job)
        self.news.set()

    def let_go(self, job: Job) -> None:
        """It may not start now: first in the line when only a reading is late, left otherwise."""
        if self._desk.may_stay(job):
            self.put_back(job)
        else:
            self._desk.leave(job)

    def drop_what_may_not_start(self) -> None:
        """After a pause or a stop, the jobs in line go back to the database."""
        kept: deque[Job] = deque()
        for job in self.jobs:
            if self._desk.may_stay(job):
                kept.append(job)
            else:
                self._desk.leave(job)
        self.jobs = kept

    def answered(self, job: Job, reply: Reply) -> None:
        """The server's last word on one message."""
        self._desk.answered(job, reply)

    def uncertain(self, job: Job, why: str) -> None:
        """The text went, and no answer came."""
        self._desk.uncertain(job, why)

    def _patience(self) -> float:
        return _IDLE_SECONDS


class Group:
    """What all the lines of one provider share: its rate and what its warm-up leaves."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.rate = policy.per_minute / 60 if policy.per_minute else _ASSUMED_RATE
        """Messages a second."""
        self.sent = 0
        """Messages given, not yet counted in the database."""
        self._in_flight = 0
        self.left_today = policy.most_on_day(0)
        """What the warm-up leaves for today, all senders together; None without a limit."""
        self.next_at = 0.0
        self.lanes: list[PacedLane] = []
        self._sessions: set[SmtpSession] = set()
        self._at_the_door = 0
        self._borne = policy.connections
        self._borne_at = 0.0

    @property
    def connections(self) -> int:
        """As many as the policy allows, or as it bore when it refused more, one more a while."""
        regained = int((time.monotonic() - self._borne_at) / _REGAIN_SECONDS)
        return min(self.policy.connections, self._borne + regained)

    @contextmanager
    def opening(self) -> Iterator[None]:
        """A courier is at the door."""
        self._at_the_door += 1
        try:
            yield
        finally:
            self._at_the_door -= 1

    def opened(self, session: SmtpSession) -> None:
        """It has been let in."""
        self._sessions = {one for one in self._sessions if not one.over} | {session}

    def takes_fewer(self) -> bool:
        """A session was refused: whether others go on, and are as many as it bears for now."""
        others = self._at_the_door + sum(not one.over for one in self._sessions)
        self._borne, self._borne_at = others or self.policy.connections, time.monotonic()
        return others > 0

    @property
    def is_spent(self) -> bool:
        return self.left_today is not None and self.left_today <= 0

    def allowed(self, sent_today: int, *, age: int) -> None:
        """What all senders gave it today, `age` days after the first message ever."""
        most = self.policy.most_on_day(age)
        self.left_today = None if most is None else most - sent_today - self._in_flight

    def started(self, now: float) -> None:
        """A message leaves; at most a second of rate is caught up."""
        self._in_flight += 1
        if self.left_today is not None:
            self.left_today -= 1
        if self.policy.per_minute:
            self.next_at = max(self.next_at, now - 1) + 1 / self.rate

    def taken(self) -> None:
        """What left was taken by the destination, or may have been."""
        self._in_flight -= 1
        self.sent += 1

    def not_taken(self) -> None:
        """What left was refused, or did not leave after all."""
        self._in_flight -= 1
        if self.left_today is not None:
            self.left_today += 1


class PacedLane(Lane):
    """The line to the servers of one destination, at the pace of its group; closed by trouble.

    What it cannot send soon is given back at once, to come again when it can: a slow destination
    never fills the hands that the others need.
    """

    def __init__(self, desk: Desk, group: Group, relays: Sequence[Relay]) -> None:
        super().__init__(desk)
        self.group = group
        self.relays = relays
        self.per_connection = group.policy.per_connection
        self._failures = 0
        self._capacity = max(20, int(group.rate * _REACH_SECONDS))
        self._closed_until = 0.0
        self._later = 0.0
        self._since_doubt = 0
        self._why: Reply | None = None
        """What closed it, when no rate did: the last word on what waits too long for it."""
        group.lanes.append(self)

    @property
    def is_closed(self) -> bool:
        return time.monotonic() < self._closed_until

    def add(self, jobs: Iterable[Job]) -> None:
        """Take what can be sent soon, and give the rest back with its hour."""
        for job in jobs:
            if self.is_closed or self.group.is_spent or len(self.jobs) >= self._capacity:
                self._give_back(job)
            else:
                self.jobs.append(job)
        self.news.set()

    def take(self) -> Job | None:
        now = time.monotonic()
        if self.is_closed or now < self.group.next_at:
            return None
        if self.group.is_spent:
            self._give_all_back()
            return None
        job = super().take()
        if job is not None:
            self.group.started(now)
        return job

    def answered(self, job: Job, reply: Reply) -> None:
        self._desk.answered(job, reply)
        if reply.code < 400:
            self._failures = 0
            self._since_doubt += 1
            self._why = None
            self.group.taken()
            return
        self.group.not_taken()
        if reply.code < 500 and cause_of(reply.code, reply.text) == Cause.TOO_MANY:
            self.close()

    def uncertain(self, job: Job, why: str) -> None:
        super().uncertain(job, why)
        self.group.taken()
        if self._since_doubt < _ACCIDENT:
            self.close()
        self._since_doubt = 0

    def sent_away(self, job: Job, reply: Reply, *, useful: bool) -> None:
        """421: the server closes a session, which was `useful` when it carried something."""
        if not useful:
            # Tried, and to be tried again: it must not come first in line for ever.
            self.answered(job, Reply(451, reply.text))
            self.close()
            return
        is_pace = cause_of(reply.code, reply.text) == Cause.TOO_MANY
        if is_pace and not _OF_A_SESSION.search(reply.text):
            self.close()
        self.put_back(job)

    def put_back(self, job: Job) -> None:
        self.group.not_taken()
        if self.is_closed:
            self._give_back(job)
        else:
            super().put_back(job)

    def let_go(self, job: Job) -> None:
        if self._desk.may_stay(job):
            self.put_back(job)
        else:
            self.group.not_taken()
            self._desk.leave(job)

    def close(self, why: Reply | None = None) -> None:
        """Trouble: nothing goes there for a while, longer each time in a row."""
        if self.is_closed:
            return
        self._why = why
        self._failures += 1
        self._closed_until = time.monotonic() + self.group.policy.closed_for(self._failures)
        self._later = 0.0
        self._give_all_back()

    def _give_all_back(self) -> None:
        waiting, self.jobs = self.jobs, deque()
        for job in waiting:
            self._give_back(job)

    def _give_back(self, job: Job) -> None:
        """With the second at which its turn may come, those given back before it counted."""
        if self.group.is_spent:
            self._desk.hold_until_tomorrow(job)
            return
        now = time.monotonic()
        soonest = max(self._closed_until, now + len(self.jobs) / self.group.rate)
        self._later = max(self._later, soonest) + 1 / self.group.rate
        self._desk.hold(job, seconds=self._later - now, why=self._why)

    def _patience(self) -> float:
        if not self.jobs:
            return _SHORT_IDLE_SECONDS
        return min(max(self.group.next_at - time.monotonic(), 0.01), _SHORT_IDLE_SECONDS)
