"""The RSGI application that `marketingconnect tracking` runs."""

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402  needs the set-up above
from django.db.utils import Error as DatabaseError  # noqa: E402

from marketingconnect import clock  # noqa: E402
from marketingconnect.sending.message.tokens import (  # noqa: E402
    InvalidTokenError,
    RecipientTokens,
    recipient_of_link,
)
from marketingconnect.statistics.states import Signal, VisitKind  # noqa: E402
from marketingconnect.statistics.visits.recording import record_visits, visit_line  # noqa: E402
from marketingconnect.statistics.visits.signals import signal_of  # noqa: E402
from marketingconnect.web.tracking.leaving import (  # noqa: E402
    ONE_CLICK,
    PAGE,
    NoLeaverError,
    is_one_click,
    leave,
    leaver_of,
)
from marketingconnect.web.tracking.service import answers  # noqa: E402
from marketingconnect.web.tracking.service.answers import Answer  # noqa: E402
from marketingconnect.web.tracking.service.campaigns import Campaigns, Known  # noqa: E402
from marketingconnect.web.tracking.service.database import DatabaseThread  # noqa: E402
from marketingconnect.web.tracking.service.ledger import Ledger  # noqa: E402
from marketingconnect.web.tracking.service.spool import LEAVE, Spool  # noqa: E402

log = logging.getLogger(__name__)
_READING: Final = frozenset({"GET", "HEAD"})
_CARE_SECONDS: Final = 1.0
_STAMP_SECONDS: Final = 0.005
_LONGEST_FORM: Final = 4_096
_LONGEST_NUMBER: Final = 4
_VISIT_TABS: Final = 6
"""Between the fields of a line of `visit_line`."""


class Headers(Protocol):
    """Of a request; names in lower case."""

    def get(self, name: str, /) -> str | None:
        """The first value."""
        ...


class Scope(Protocol):
    """What Granian says of a request (RSGI 1.5)."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def client(self) -> str:
        """Address and port."""
        ...

    @property
    def headers(self) -> Headers: ...


class Request(answers.Protocol, Protocol):
    """The body of a request, and the way to answer it."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body, part by part."""
        ...


class TrackingService:
    """`/c/…` redirects, `/o/….gif` is a point, `/u/d/…` unsubscribes; everything else is 404."""

    def __init__(self) -> None:
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        self._tokens = [RecipientTokens(secret) for secret in secrets]
        self._proxies = frozenset(settings.TRUSTED_PROXIES)
        self._database, self._caring = DatabaseThread("database"), DatabaseThread("care")
        self._campaigns = Campaigns(self._database)
        self._shift = timedelta(0)
        self._stamped, self._stamp = 0.0, ""
        self._tasks: list[asyncio.Task[None]] = []

    async def __rsgi__(self, scope: Scope, protocol: Request) -> None:
        """Answer one request."""
        path = scope.path
        try:
            if path.startswith("/c/"):
                token, _, number = path[3:].partition("/")
                answer = await self._click(scope, token, number)
            else:
                answer = await self._answer(scope, path, protocol)
        except (InvalidTokenError, NoLeaverError):
            answer = answers.NOT_FOUND
        except (DatabaseError, OSError):
            answer = answers.AWAY
        answer.send(protocol)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by Granian before the first request."""
        loop.run_until_complete(self.start())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by Granian after the last."""
        loop.run_until_complete(self.stop())

    async def start(self) -> None:
        self._spool = Spool(settings.TRACKING_SPOOL)
        self._ledger = Ledger(
            os.environ["DATABASE_URL"], self._spool, waits=settings.TRACKING_WAITS
        )
        self._ledger.start()
        # What is loaded stays: the collector need not walk through it while people wait.
        gc.collect()
        gc.freeze()
        self._tasks = [asyncio.create_task(self._care())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ledger.stop()
        self._database.close()
        self._caring.close()
        self._spool.close()

    async def _care(self) -> None:
        """Once a second: follow the platform's clock, and write what was kept on this machine."""
        while True:
            try:
                self._shift = await self._caring.ask(clock.shift)
                if not self._ledger.away:
                    await self._caring.ask(lambda: self._spool.replay(_replay))
            except (DatabaseError, OSError) as error:
                log.info("the database is away: %s", error)
            except Exception:  # whatever it is, what is kept here must be tried again
                log.exception("what was kept on this machine could not be written")
            await asyncio.sleep(_CARE_SECONDS)

    async def _answer(self, scope: Scope, path: str, protocol: Request) -> Answer:
        """Everything but clicks, which are most of what is asked."""
        if path.startswith("/o/") and path.endswith(".gif"):
            return await self._opening(scope, path[3:-4])
        if path.startswith("/u/d/"):
            return await self._unsubscribe(scope, path[5:], protocol)
        if path == "/" and scope.method in _READING:
            return answers.text(200, "tracking")
        return answers.NOT_FOUND

    # Clicks and openings.

    async def _click(self, scope: Scope, token: str, number: str) -> Answer:
        method = scope.method
        if method not in _READING:
            return answers.WRONG_METHOD
        campaign_id, position = self._recipient_of(token)
        known = self._campaigns.known.get(campaign_id) or await self._campaigns.get(campaign_id)
        chosen = int(number) if _is_number(number) else -1
        if known is None or position == 0 or (chosen and chosen not in known.links):
            return answers.NOT_FOUND
        signal = self._signal_of(scope, method) if chosen else Signal.HONEYPOT
        await self._record(campaign_id, position, chosen, VisitKind.CLICK, signal)
        return known.links[chosen] if chosen else answers.NOT_FOUND

    async def _opening(self, scope: Scope, token: str) -> Answer:
        method = scope.method
        if method not in _READING:
            return answers.WRONG_METHOD
        campaign_id, position = self._recipient_of(token)
        known = await self._campaigns.get(campaign_id)
        if known is None or not known.counts_opens:
            return answers.NOT_FOUND
        await self._record(campaign_id, position, 0, VisitKind.OPEN, self._signal_of(scope, method))
        return answers.GIF

    def _signal_of(self, scope: Scope, method: str) -> str:
        headers = scope.headers
        return signal_of(
            method=method, header=headers.get, address=self._address_of(scope, headers)
        )

    def _record(
        self, campaign_id: int, position: int, link: int, kind: VisitKind, signal: str
    ) -> Awaitable[None]:
        """To be waited for: then it cannot be lost."""
        return self._ledger.write(
            visit_line(
                campaign_id=campaign_id,
                position=position,
                link=link,
                kind=kind,
                at=self._at(),
                signal=signal,
            )
        )

    def _at(self) -> str:
        """The platform's instant, written once for all visits of a few milliseconds."""
        turn = time.monotonic()
        if turn > self._stamped + _STAMP_SECONDS:
            self._stamped = turn
            now = datetime.now(UTC) + self._shift  # noqa: TID251  the platform's clock, followed
            self._stamp = now.isoformat()
        return self._stamp

    def _recipient_of(self, token: str) -> tuple[int, int]:
        for tokens in self._tokens[:-1]:
            with suppress(InvalidTokenError):
                return tokens.read_visit(token)
        return self._tokens[-1].read_visit(token)

    def _address_of(self, scope: Scope, headers: Headers) -> str:
        """The visitor's, by the word of a trusted proxy only."""
        direct = scope.client.rpartition(":")[0].strip("[]")
        if direct in self._proxies and (forwarded := headers.get("x-forwarded-for")):
            return forwarded.rpartition(",")[2].strip()
        return direct

    # Unsubscriptions.

    async def _unsubscribe(self, scope: Scope, token: str, protocol: Request) -> Answer:
        campaign_id, _ = recipient_of_link(token)
        if scope.method == "POST":
            return await self._leave(token, one_click=await _is_one_click(protocol))
        if scope.method not in _READING:
            return answers.WRONG_METHOD
        known: Known | None = await self._campaigns.get(campaign_id)
        if known is None:
            return answers.NOT_FOUND
        return answers.leaving_page(known.company_name, from_base=known.to_base)

    async def _leave(self, token: str, *, one_click: bool) -> Answer:
        """Committed before the answer; when the database is away, kept on this machine."""
        reason = ONE_CLICK if one_click else PAGE
        try:
            await self._database.ask(lambda: _leave(token, reason))
        except DatabaseError as error:
            log.warning("the database is away, an unsubscription is kept here: %s", error)
            await asyncio.to_thread(self._spool.append, LEAVE, [f"{token} {reason}".encode()])
            return answers.KEPT_AT_ONCE if one_click else answers.KEPT
        return answers.LEFT_AT_ONCE if one_click else answers.LEFT


def _leave(token: str, reason: str) -> None:
    leave(leaver_of(token), reason, now=clock.now())


def _replay(visits: Sequence[bytes], leavers: Sequence[bytes]) -> None:
    """What was kept while the database was away; a line that a fault of the disk left is none."""
    for kept in leavers:
        token, _, reason = kept.decode("ascii", "replace").partition(" ")
        with suppress(NoLeaverError):
            _leave(token, reason)
    if whole := [line for line in visits if line.count(b"\t") == _VISIT_TABS]:
        record_visits(whole)


async def _is_one_click(protocol: Request) -> bool:
    body = b""
    async for part in protocol:
        body += part
        if len(body) > _LONGEST_FORM:
            break
    return is_one_click(body)


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdecimal()


application = TrackingService()
