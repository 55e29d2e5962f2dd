"""One connection to the relay, kept open, delivering one message after the other."""

import asyncio
import logging
import random
from typing import Final

from marketingconnect.sending.engine.desk import Desk, Job
from marketingconnect.sending.engine.lanes import Lane
from marketingconnect.sending.engine.smtp import (
    ANSWER_SECONDS,
    CLOSING,
    ConnectionLostError,
    Relay,
    Reply,
    SmtpSession,
)
from marketingconnect.sending.engine.spool import SpoolFullError

log = logging.getLogger(__name__)
_TEXT_EXPECTED: Final = 354
_LONGEST_WAIT: Final = 15.0


class SuspendedError(ConnectionLostError):
    """The session was closed by us, for the message may not leave now."""


class Courier:
    """Takes the jobs of a line until the sender stops."""

    def __init__(self, desk: Desk, lane: Lane, relay: Relay, *, our_name: str) -> None:
        self._desk = desk
        self._lane = lane
        self._relay = relay
        self._our_name = our_name
        self._failures = 0
        self._dismissed = False
        """Its place is no longer wanted."""
        self.session: SmtpSession | None = None

    async def run(self) -> None:
        while not (self._desk.stopping or self._dismissed):
            job = await self._lane.next_job()
            if job is None:
                await self._leave()
                if self._may_go():
                    return
                continue
            try:
                session = await self._connected(job)
            except (OSError, ConnectionLostError, TimeoutError) as error:
                await self._not_connected(job, error)
                continue
            try:
                await self._deliver_from(session, job)
            except SpoolFullError:
                # Our disk, not their server: nothing is held against the destination.
                session.abort("disque plein")
                self.session = None
            except (OSError, ConnectionLostError) as error:
                session.abort(str(error))
                await self._wait_after(error)
        await self._leave()

    def _may_go(self) -> bool:
        """Whether a courier without work ends; those of a relay stay."""
        return False

    async def _not_connected(self, job: Job, error: BaseException) -> None:
        self._lane.put_back(job)
        await self._wait_after(error)

    async def _connected(self, job: Job) -> SmtpSession:
        """A session for this job and those after it."""
        if self.session is None or self.session.over:
            self.session = await SmtpSession.open(self._relay, our_name=self._our_name)
        return self.session

    async def _deliver_from(self, session: SmtpSession, first: Job) -> None:
        """Deliver a job and those after it, as long as there are some."""
        job: Job | None = first
        asked = False
        while job is not None:
            answer = await self._envelope(session, job, asked=asked)
            asked = False
            session.transaction_open = answer.code != _TEXT_EXPECTED
            if session.transaction_open:
                self._refused(session, job, answer)
                job = self._lane.take()
                continue
            following = await self._text(session, job)
            asked = following is not None
            if following is None and self._is_used_up(session):
                await self._leave()
                return
            job = following or self._lane.take()

    def _is_used_up(self, session: SmtpSession, *, more: int = 0) -> bool:
        """Whether it has carried, with `more` to come, as many messages as one may."""
        return 0 < self._lane.per_connection <= session.texts + more

    async def _envelope(self, session: SmtpSession, job: Job, *, asked: bool) -> Reply:
        """Ask the relay to take one message; nothing of it leaves here."""
        assert job.message is not None  # noqa: S101  the desk renders before it gives
        reset = session.transaction_open
        try:
            if not session.pipelining:
                return await session.step_through_envelope(job.message, reset=reset)
            if not asked:
                session.send_envelope(job.message, reset=reset)
            return await session.envelope_answer(reset=reset)
        except BaseException:
            self._lane.put_back(job)
            raise

    def _refused(self, session: SmtpSession, job: Job, answer: Reply) -> None:
        if answer.code == CLOSING:
            # The relay closes the session: no word on this recipient.
            self._lane.put_back(job)
            session.abort(f"{answer.code} {answer.text}")
            raise ConnectionLostError(f"{answer.code} {answer.text}")
        self._lane.answered(job, answer if answer.code >= 400 else Reply(451, answer.text))

    async def _text(self, session: SmtpSession, job: Job) -> Job | None:
        """Send the text; returns the next job when its envelope went out behind it."""
        assert job.message is not None  # noqa: S101
        following: Job | None = None
        if session.pipelining and not self._is_used_up(session, more=1):
            following = self._lane.take()
        if not self._desk.may_start(job):
            # Closing the session is the only way out of DATA: the relay forgets the message.
            if following is not None:
                self._lane.let_go(following)
            self._lane.let_go(job)
            raise SuspendedError("envoi suspendu")
        try:
            job.chunk.spool.started(job.position)
            session.texts += 1
            session.send_text(job.message, following.message if following else None)
        except BaseException as error:
            if isinstance(error, SpoolFullError):
                self._desk.no_room_for(job.chunk)
            self._put_back_both(job, following)
            raise
        try:
            answer = await session.reply(ANSWER_SECONDS)
        except BaseException as lost:
            self._lane.uncertain(job, str(lost) or "envoi interrompu")
            if following is not None:
                self._lane.put_back(following)
            raise
        self._failures = 0
        self._lane.answered(job, answer)
        return following

    def _put_back_both(self, job: Job, following: Job | None) -> None:
        if following is not None:
            self._lane.put_back(following)
        self._lane.put_back(job)

    async def _wait_after(self, error: BaseException) -> None:
        """Wait longer after each failure in a row, never long when the sender stops."""
        self.session = None
        self._failures += 1
        if self._failures > 1:
            log.warning("relay: %s", error)
        ceiling = min(_LONGEST_WAIT, 0.1 * 2 ** min(self._failures, 10))
        until = asyncio.get_running_loop().time() + random.uniform(0, ceiling)  # noqa: S311
        while not self._desk.stopping and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)

    async def _leave(self) -> None:
        if self.session is not None and not self.session.over:
            await self.session.quit()
        self.session = None
