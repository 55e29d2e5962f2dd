"""Straight to the servers of each destination: a line and couriers for each, found by its MX."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from marketingconnect.dns import Resolver
from marketingconnect.sending.engine.courier import Courier, SuspendedError
from marketingconnect.sending.engine.desk import Desk, Job
from marketingconnect.sending.engine.lanes import Group, PacedLane
from marketingconnect.sending.engine.smtp import (
    CLOSING,
    ConnectionLostError,
    Reply,
    SmtpSession,
    UnprovedServerError,
)
from marketingconnect.sending.engine.transport import PoliciesAwayError, Transport
from marketingconnect.sending.mta_sts.policy import Mode, Policy
from marketingconnect.sending.ways.exchangers import Exchanger, Route, route_to
from marketingconnect.sending.ways.policies import Destinations

log = logging.getLogger(__name__)
_ASKED_AT_ONCE: Final = 16
_TEND_SECONDS: Final = 0.5
_KNOWN_SECONDS: Final = 1800
_UNSURE_SECONDS: Final = 60
_ENFORCED_SECONDS: Final = 300
"""Nothing is given up for a policy that was not asked again since (RFC 8461, 5.1)."""
_NO_MAIL: Final = Reply(550, "5.1.2 ce nom de domaine ne reçoit pas de courrier (réponse du DNS)")
_NO_ANSWER: Final = Reply(451, "4.4.3 le DNS ne répond pas pour ce nom de domaine")


@dataclass
class Way:
    """What is known of a domain, until `known_until` of the monotonic clock."""

    route: Route
    lane: PacedLane | None
    known_until: float


class DirectCourier(Courier):
    """Tries the servers of its destination in turn, and ends when it has nothing to do."""

    def __init__(
        self,
        desk: Desk,
        lane: PacedLane,
        *,
        our_name: str,
        transport: Transport,
        unproved: Callable[[], None],
    ) -> None:
        """`unproved` is told when no server proves who it is as the policy of its domains asks."""
        super().__init__(desk, lane, lane.relays[0], our_name=our_name)
        self._paced = lane
        self._answers = 0
        """Messages whose text was answered in the session of the moment."""
        self._transport = transport
        self._unproved = unproved

    def _may_go(self) -> bool:
        return True

    async def _connected(self, job: Job) -> SmtpSession:
        if self.session is not None and not self.session.over:
            return self.session
        with self._paced.group.opening():
            session = await self._first_that_answers(job)
        self._paced.group.opened(session)
        self._answers = 0
        self.session = session
        return session

    async def _first_that_answers(self, job: Job) -> SmtpSession:
        last: BaseException = OSError("aucun serveur")
        for relay in self._paced.relays:
            try:
                return await self._transport.open(
                    relay, domain=_domain_of(job), our_name=self._our_name
                )
            except (OSError, ConnectionLostError, TimeoutError) as error:
                last = last if isinstance(last, UnprovedServerError) else error
        raise last

    async def _not_connected(self, job: Job, error: BaseException) -> None:
        """No server of the destination takes us: this one was tried, the others come later.

        While other sessions work there, it only takes fewer of them than we thought.
        """
        log.info("%s: %s", self._paced.group.policy.name, error)
        if isinstance(error, UnprovedServerError):
            reply = Reply(451, f"4.7.5 MTA-STS : {error}")
            self._unproved()
            self._paced.answered(job, reply)
            self._paced.close(reply)
            return
        if self._paced.group.takes_fewer():
            self._paced.put_back(job)
            self._dismissed = True
            return
        self._paced.answered(job, Reply(451, f"4.4.1 {error or 'sans réponse'}"))
        self._paced.close()

    def _refused(self, session: SmtpSession, job: Job, answer: Reply) -> None:
        if answer.code == CLOSING:
            self._paced.sent_away(job, answer, useful=self._answers > 0)
            raise ConnectionLostError(f"{CLOSING} {answer.text}")
        super()._refused(session, job, answer)

    async def _text(self, session: SmtpSession, job: Job) -> Job | None:
        following = await super()._text(session, job)
        self._answers += 1
        return following

    async def _wait_after(self, error: BaseException) -> None:
        """A session that carried something may end: only one that was of no use is trouble."""
        self.session = None
        if not self._answers and not isinstance(error, SuspendedError):
            self._paced.close()


class DirectWay:
    """Puts each job in the line of its destination, and keeps couriers there as it may."""

    def __init__(
        self,
        desk: Desk,
        *,
        destinations: Destinations,
        resolver: Resolver,
        transport: Transport,
        our_name: str,
        port: int,
    ) -> None:
        self._desk = desk
        self._destinations = destinations
        self._resolver = resolver
        self._transport = transport
        self._our_name = our_name
        self._port = port
        self._ways: dict[str, Way] = {}
        self._asked: dict[str, list[Job]] = {}
        self._lanes: dict[str, PacedLane] = {}
        self._threads = ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="dns")
        self._couriers: dict[str, dict[asyncio.Task[None], PacedLane]] = {}
        self.groups: dict[str, Group] = {}
        self.at_work: dict[asyncio.Task[None], Courier] = {}
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with the fault of ours that a courier died of."""
        self._questions: set[asyncio.Task[None]] = set()
        self._tending = asyncio.create_task(self.tend())
        transport.begin()

    def route(self, jobs: Sequence[Job]) -> None:
        """Line jobs up, those of domains not known yet once the names are asked."""
        by_domain: dict[str, list[Job]] = {}
        for job in jobs:
            by_domain.setdefault(_domain_of(job), []).append(job)
        for domain, some in by_domain.items():
            way = self._ways.get(domain)
            if way is not None and way.known_until > time.monotonic():
                self._give(way, some)
            elif domain in self._asked:
                self._asked[domain] += some
            else:
                self._asked[domain] = some
                question = asyncio.create_task(self._ask(domain))
                self._questions.add(question)
                question.add_done_callback(self._was_asked)

    async def tend(self) -> None:
        """A line that opens again, or whose last courier left too soon, gets one."""
        while True:
            await asyncio.sleep(_TEND_SECONDS)
            for lane in self._lanes.values():
                if lane.jobs and not lane.is_closed:
                    self._man(lane)

    async def end(self, seconds: float) -> None:
        """Wait for couriers to finish what is in flight, then end them."""
        self._tending.cancel()
        for question in self._questions:
            question.cancel()
        for jobs in self._asked.values():
            for job in jobs:
                self._desk.leave(job)
        self._asked.clear()
        tasks = set(self.at_work)
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(self._tending, *tasks, *self._questions, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._transport.end()

    async def _ask(self, domain: str) -> None:
        loop = asyncio.get_running_loop()
        route = await loop.run_in_executor(self._threads, route_to, domain, self._resolver)
        kept = _KNOWN_SECONDS if route.exchangers or route.is_dead else _UNSURE_SECONDS
        lane = None
        if route.exchangers:
            try:
                policy = await self._transport.policy_of(domain)
            except PoliciesAwayError:
                for job in self._asked.pop(domain, []):
                    self._desk.leave(job)
                return
            if policy is not None and policy.mode is Mode.ENFORCE:
                kept = _ENFORCED_SECONDS
            lane = self._lane_of(domain, route.exchangers, policy)
        way = Way(route, lane, time.monotonic() + kept)
        self._ways[domain] = way
        self._give(way, self._asked.pop(domain, []))

    def _was_asked(self, question: "asyncio.Task[None]") -> None:
        self._questions.discard(question)
        if question.cancelled() or self.failed.done():
            return
        if (error := question.exception()) is not None:
            self.failed.set_exception(error)

    def _give(self, way: Way, jobs: Sequence[Job]) -> None:
        if way.lane is None:
            answer = _NO_MAIL if way.route.is_dead else _NO_ANSWER
            for job in jobs:
                self._desk.answered(job, answer)
            return
        way.lane.add(jobs)
        self._man(way.lane)

    def _lane_of(
        self, domain: str, exchangers: Sequence[Exchanger], asked: Policy | None
    ) -> PacedLane:
        """One line for the domains that share their servers and what they ask of who writes to
        them; one pace for all of a provider."""
        hosts = sorted({one.host for one in exchangers})
        relays = self._transport.relays(exchangers, port=self._port, policy=asked)
        key = " ".join(
            [*hosts, *sorted({f"{one.mode} {one.name}" for one in relays if one.is_named})]
        )
        if key not in self._lanes:
            policy = self._destinations.policy_of(domain, hosts)
            if policy is self._destinations.default:
                policy = replace(policy, name=hosts[0])
            group = self.groups.setdefault(policy.name, Group(policy))
            lane = self._lanes[key] = PacedLane(self._desk, group, relays)
            self._desk.lanes.append(lane)
        return self._lanes[key]

    def _man(self, lane: PacedLane) -> None:
        """As many couriers as the provider allows, and no more than there are jobs."""
        at_work = self._couriers.setdefault(lane.group.policy.name, {})
        here = sum(one is lane for one in at_work.values())
        while len(at_work) < lane.group.connections and here < len(lane.jobs):
            courier = DirectCourier(
                self._desk,
                lane,
                our_name=self._our_name,
                transport=self._transport,
                unproved=partial(self._ask_again, lane),
            )
            task = asyncio.create_task(courier.run())
            self.at_work[task] = courier
            at_work[task] = lane
            task.add_done_callback(partial(self._went, lane.group))
            here += 1

    def _ask_again(self, lane: PacedLane) -> None:
        """What its domains ask for may have changed: the next message finds out first."""
        for way in self._ways.values():
            if way.lane is lane:
                way.known_until = 0.0

    def _went(self, group: Group, task: "asyncio.Task[None]") -> None:
        """A courier ended: its place is for another line of the same provider."""
        self._couriers[group.policy.name].pop(task, None)
        self.at_work.pop(task, None)
        if task.cancelled() or self._desk.stopping:
            return
        if (error := task.exception()) is not None:
            self.failed.set_exception(error)
            return
        for lane in group.lanes:
            if lane.jobs and not lane.is_closed:
                self._man(lane)


def _domain_of(job: Job) -> str:
    return job.email.rpartition("@")[2]
