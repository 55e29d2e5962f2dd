"""The two ways out, one contract: to a relay, or direct to the servers of each destination."""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from marketingconnect.dns import Resolver
from marketingconnect.sending.engine.courier import Courier
from marketingconnect.sending.engine.desk import Desk
from marketingconnect.sending.engine.direct import DirectWay
from marketingconnect.sending.engine.lanes import Group, Lane
from marketingconnect.sending.engine.smtp import Relay
from marketingconnect.sending.engine.transport import Transport
from marketingconnect.sending.mta_sts.sources import PolicySource
from marketingconnect.sending.states import Outcome
from marketingconnect.sending.ways.policies import Destinations


class WayOut(Protocol):
    """Takes the jobs of the desk to a server, and says what its 250 is worth."""

    taken: Outcome
    jobs_in_hand: int
    chunks_in_hand: int

    def begin(self, desk: Desk, *, our_name: str) -> "set[asyncio.Future[None]]":
        """Start the couriers; what is returned ends only by a fault."""
        ...

    def at_work(self) -> Iterable[Courier]:
        """Couriers whose sessions are to be watched."""
        ...

    async def end(self, seconds: float) -> None:
        """Once the desk stops: let what is in flight be answered, then end."""
        ...

    def groups(self) -> "Iterable[Group]":
        """Providers whose messages are counted by day."""
        ...


class ToRelay:
    """Every message to one server, which answers for the rest of the way."""

    taken = Outcome.RELAYED
    jobs_in_hand = 1_000
    chunks_in_hand = 12

    def __init__(self, relay: Relay, *, connections: int) -> None:
        self._relay = relay
        self._connections = connections
        self._couriers: list[Courier] = []
        self._tasks: set[asyncio.Future[None]] = set()

    def begin(self, desk: Desk, *, our_name: str) -> "set[asyncio.Future[None]]":
        """One line, and a courier a connection."""
        lane = Lane(desk)
        desk.lanes.append(lane)
        desk.route = lane.add
        self._couriers = [
            Courier(desk, lane, self._relay, our_name=our_name) for _ in range(self._connections)
        ]
        self._tasks = {asyncio.create_task(courier.run()) for courier in self._couriers}
        return self._tasks

    def at_work(self) -> Iterable[Courier]:
        """All of them."""
        return self._couriers

    async def end(self, seconds: float) -> None:
        """Wait, then cancel."""
        await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def groups(self) -> Iterable[Group]:
        """None: the relay has its own pace."""
        return ()


class Direct:
    """Each message to the servers of its own destination: their 250 is the last word."""

    taken = Outcome.ACCEPTED
    # Destinations that are slow keep their chunks open: many are held, for the others to go on.
    jobs_in_hand = 4_000
    chunks_in_hand = 200

    def __init__(
        self,
        destinations: Destinations,
        resolver: Resolver,
        *,
        port: int = 25,
        policies: PolicySource | None = None,
        roots: str = "",
    ) -> None:
        """`policies`: where those of MTA-STS are read, None to keep to none; `roots`: a PEM file
        of the authorities believed, instead of the system's."""
        self._way = partial(DirectWay, destinations=destinations, resolver=resolver, port=port)
        self._transport = partial(Transport, resolver, policies, roots=roots)
        self._begun: DirectWay | None = None

    def begin(self, desk: Desk, *, our_name: str) -> "set[asyncio.Future[None]]":
        """Couriers come and go with the jobs."""
        self._begun = self._way(desk, our_name=our_name, transport=self._transport())
        desk.route = self._begun.route
        return {self._begun.failed}

    def at_work(self) -> Iterable[Courier]:
        """Those of the moment."""
        return list(self._begun.at_work.values()) if self._begun else ()

    async def end(self, seconds: float) -> None:
        """Wait, then cancel."""
        if self._begun is not None:
            await self._begun.end(seconds)

    def groups(self) -> Iterable[Group]:
        """Every provider written to since the start."""
        return self._begun.groups.values() if self._begun else ()
