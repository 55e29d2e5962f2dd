"""The sender process: looks at the database, feeds the couriers, writes what they learn."""

import asyncio
import logging
import signal
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.engine.desk import Desk, Job, OpenChunk
from marketingconnect.sending.engine.signing import SigningRoom
from marketingconnect.sending.engine.spool import Spool, SpoolFullError
from marketingconnect.sending.engine.stops import (
    READ_SECONDS,
    Asked,
    ReadingLostError,
    StopReader,
)
from marketingconnect.sending.engine.store import (
    Parcel,
    Store,
    StoreAwayError,
    Taken,
    UnsendableContentError,
)
from marketingconnect.sending.engine.way_out import WayOut
from marketingconnect.sending.services.chunks import LEASE_SECONDS

log = logging.getLogger(__name__)
LOOK_SECONDS: Final = 0.5
WRITE_SECONDS: Final = 0.2
_PARTLY_SECONDS: Final = 1.0
"""A chunk that takes longer is written as it goes; one that does not is written once."""
_SAFETY_SECONDS: Final = 10
_AHEAD_SECONDS: Final = 1
_FAREWELL_SECONDS: Final = 20
_NO_ROOM: Final = (
    "Le disque de notre serveur d’envoi est plein : rien ne part tant que nous ne pouvons pas noter"
    " chaque départ. L’envoi reprendra seul."
)


class Sender:
    """Any number of these may run, on any number of machines."""

    def __init__(
        self,
        *,
        way_out: WayOut,
        spool_root: Path,
        our_name: str,
        retry_delays: Sequence[int],
        give_up_hours: int = 48,
    ) -> None:
        self._spool = Spool(spool_root)
        self._store = Store(self._spool.owner, spool_root)
        self._stops = StopReader()
        self._desk = Desk(retry_delays=retry_delays, taken=way_out.taken)
        self._way = way_out
        self._our_name = our_name
        self._give_up = timedelta(hours=give_up_hours)
        self._next_campaign = 0
        self._away_since: float | None = None
        self._changed: set[int] = set()
        self._room = SigningRoom()
        self._signing: set[asyncio.Task[None]] = set()
        self._unsigned = 0
        """Jobs taken, whose signature is being made."""
        self._full: bool | None = None
        self._told_to_stop = asyncio.Event()

    def stop(self) -> None:
        """What is in flight is answered, the rest given back, then `run` returns."""
        self._told_to_stop.set()

    async def run(self) -> None:
        """Send until told to stop, by `stop` or by a signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        duties = [asyncio.create_task(duty) for duty in self._duties()]
        writing = asyncio.create_task(self._write())
        couriers = self._way.begin(self._desk, our_name=self._our_name)
        ended = asyncio.create_task(self._told_to_stop.wait())
        try:
            watched: set[asyncio.Future[Any]] = {ended, writing, *duties, *couriers}
            done, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {ended}:
                task.result()
        finally:
            await self._farewell(duties, writing)

    async def _farewell(
        self,
        duties: list["asyncio.Task[None]"],
        writing: "asyncio.Task[None]",
    ) -> None:
        self._desk.stopping = True
        self._desk.wake()
        for duty in (*duties, *self._signing):
            duty.cancel()
        await self._way.end(_FAREWELL_SECONDS)
        await asyncio.gather(*duties, *self._signing, return_exceptions=True)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        self._desk.drop_what_may_not_start()
        try:
            await self._write_all()
            # A chunk may have been claimed when we were told to stop, and handed to nobody.
            await self._store.leave(set(self._desk.chunks))
        except StoreAwayError:
            log.warning("the database is away: the next sender will read the spool")
        else:
            if not self._desk.chunks:
                self._spool.close()
        self._store.close()
        self._stops.close()
        self._room.close()

    def _duties(self) -> "list[Coroutine[Any, Any, None]]":
        return [self._heed(), self._look(), self._feed(), self._watch(), self._sign_ahead()]

    async def _heed(self) -> None:
        """Read who opposed since the last reading; without an answer, messages soon wait."""
        while True:
            began = time.monotonic()
            try:
                news = await self._stops.read()
                self._store.since_freeze.heard(news)
                self._desk.heard(news, began=began)
            except ReadingLostError as error:
                self._tell_away(str(error))
            await asyncio.sleep(max(0.0, began + READ_SECONDS - time.monotonic()))

    async def _look(self) -> None:
        while True:
            asked = time.monotonic()
            try:
                view = await self._store.look()
                await self._count_by_day()
                if self._desk.ran_out_of_room and not self._full:
                    await self._hold_for_room("a chunk in hand")
            except StoreAwayError as error:
                self._desk.running = frozenset()
                self._tell_away(str(error))
            else:
                self._away_since = None
                self._desk.set_clock(view.now)
                self._desk.lease_until = asked + LEASE_SECONDS - _SAFETY_SECONDS
                if self._desk.running != view.running:
                    self._desk.running = view.running
                    self._desk.hungry.set()
            self._desk.drop_what_may_not_start()
            await asyncio.sleep(LOOK_SECONDS)

    async def _count_by_day(self) -> None:
        """What each provider took, in the database, where every sender counts; what is left."""
        warming = (group for group in self._way.groups() if group.policy.warm_up)
        groups = {group.policy.name: group for group in warming}
        if not groups:
            return
        counted = {name: group.sent for name, group in groups.items()}
        days = await self._store.count_by_day(counted)
        for name, group in groups.items():
            group.sent -= counted[name]
            group.allowed(days[name].sent + group.sent, age=days[name].age)

    def _tell_away(self, why: str) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            log.warning("the database is away, nothing leaves: %s", why.strip())

    async def _feed(self) -> None:
        """Keep a few chunks in hand, taking turns between the campaigns that run."""
        while True:
            fed = False
            if self._wants_more():
                try:
                    fed = await self._take_one()
                except StoreAwayError as error:
                    self._tell_away(str(error))
            if not fed:
                self._desk.hungry.clear()
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._desk.hungry.wait()
                except TimeoutError:
                    continue

    def _wants_more(self) -> bool:
        """Jobs ahead of the couriers; chunks answered to the last may wait for the database."""
        return (
            self._desk.stops.ready
            and self._desk.waiting + self._unsigned < self._way.jobs_in_hand
            and len(self._desk.chunks) < self._way.chunks_in_hand
        )

    async def _take_one(self) -> bool:
        running = sorted(self._desk.running)
        if not running or not await self._has_room():
            return False
        for turn in range(len(running)):
            campaign_id = running[(self._next_campaign + turn) % len(running)]
            try:
                taken = await self._store.take(campaign_id)
            except UnsendableContentError:
                if campaign_id not in self._changed:
                    log.error("campaign %s: its content cannot leave", campaign_id)
                self._changed.add(campaign_id)
                continue
            if taken is not None:
                self._next_campaign += turn + 1
                self._accept(taken)
                return True
        return False

    async def _has_room(self) -> bool:
        """Nothing is claimed that could not be written down here; a full disk is told."""
        try:
            if self._desk.ran_out_of_room:
                self._spool.prove_room_to_grow()
            self._spool.take_room()
        except SpoolFullError as error:
            await self._hold_for_room(str(error))
            return False
        # At first too, for an earlier sender may have died without room.
        if self._full is not False or self._desk.ran_out_of_room:
            await self._store.say_no_room("")
            self._full = self._desk.ran_out_of_room = False
        return True

    async def _hold_for_room(self, why: str) -> None:
        if not self._full:
            log.error("no room for the spool, nothing leaves: %s", why)
        self._full = True
        await self._store.say_no_room(_NO_ROOM)

    def _accept(self, taken: Taken) -> None:
        asked = Asked(taken.recipients, taken.digests)
        self._desk.stops.catch_up(asked, taken.asked_at)
        chunk = OpenChunk(
            taken.chunk,
            taken.compiled,
            self._spool.open_chunk(taken.chunk.id),
            asked=asked,
            give_up_at=taken.started_at + self._give_up,
            signer=taken.signer,
            ahead=taken.ahead,
        )
        jobs = []
        for position, email, fields in taken.recipients:
            if email in taken.opposed:
                self._desk.without_sending(chunk, position, NotSentReason.SUPPRESSED)
            else:
                jobs.append(Job(chunk, position, email, fields))
        self._desk.hold_chunk(chunk, jobs)
        if taken.unsigned():
            signing = asyncio.create_task(self._sign(taken, jobs))
            self._signing.add(signing)
            signing.add_done_callback(self._signing.discard)
        else:
            self._desk.route(jobs)

    async def _sign(self, taken: Taken, jobs: Sequence[Job]) -> None:
        """Put the jobs in line once they are signed; interrupted, they go back."""
        assert taken.signer is not None  # noqa: S101
        at = int(self._desk.now().timestamp())
        self._unsigned += len(jobs)
        try:
            messages = await self._room.signed(
                taken.compiled, taken.signer, taken.unsigned(), at=at
            )
        except BaseException:
            for job in jobs:
                self._desk.leave(job)
            raise
        finally:
            self._unsigned -= len(jobs)
            self._desk.hungry.set()
        for job in jobs:
            job.message = messages.get(job.position)
        self._desk.route(jobs)

    async def _sign_ahead(self) -> None:
        """While nothing is sent, sign what is scheduled: a run at a time, kept at once."""
        while True:
            run = None
            try:
                if not self._desk.running and not self._desk.chunks:
                    run = await self._store.unsigned_run()
                if run is not None:
                    made = await self._room.ahead(
                        run.compiled, run.signer, run.recipients, at=run.at
                    )
                    await self._store.keep(run, made)
            except StoreAwayError as error:
                self._tell_away(str(error))
                run = None
            if run is None:
                await asyncio.sleep(_AHEAD_SECONDS)

    async def _write(self) -> None:
        """Chunks that are done at once; of those that take long, what was answered so far."""
        while True:
            self._desk.done_with_one.clear()
            try:
                await self._write_all(partly_after=_PARTLY_SECONDS)
            except StoreAwayError as error:
                self._tell_away(str(error))
                await asyncio.sleep(WRITE_SECONDS)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._desk.done_with_one.wait()

    async def _write_all(self, *, partly_after: float = 0.0) -> None:
        """Hand the results over; they leave the memory only once the database has them."""
        for chunk in list(self._desk.chunks.values()):
            closing = chunk.unresolved == 0
            recent = time.monotonic() - chunk.written_at < partly_after
            if not closing and (recent or not chunk.results):
                continue
            sent = list(chunk.results)
            left = self._desk.left_of(chunk) if closing else []
            parcel = Parcel(chunk.claimed, sent, chunk.fresh, closing, left)
            try:
                await self._store.write(parcel)
            except StoreAwayError:
                chunk.fresh = False
                raise
            chunk.written_at = time.monotonic()
            del chunk.results[: len(sent)]
            if closing:
                del self._desk.chunks[chunk.claimed.id]
                chunk.spool.remove()
                self._desk.hungry.set()

    async def _watch(self) -> None:
        """Close the sessions whose server has been silent for too long."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            for courier in self._way.at_work():
                session = courier.session
                if session is not None and session.deadline < loop.time():
                    session.abort("le serveur ne répond plus")
