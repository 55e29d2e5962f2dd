"""Stops that come while a campaign runs: known within a second of their commit, or nothing leaves.

Each chunk asks once who opposed, when it is taken. From then on only what was written since is
read, five times a second, and looked up among the digests that the chunk was asked under. When a
reading is late, messages wait for the next one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final, Protocol

import psycopg
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from marketingconnect.sending.models import Campaign
from marketingconnect.suppression.queries import asked, digests_of
from marketingconnect.suppression.watching import NewStops, SuppressionWatch, written_since

READ_SECONDS: Final = 0.2
FRESH_SECONDS: Final = 0.9
"""How long after a reading began messages may start: so a stop binds within a second."""
_REMEMBERED_SECONDS: Final = 60
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class ReadingLostError(Exception):
    """The database did not answer; what was written since will be in the next reading."""


ByDigest = dict[bytes, list[str]]
"""Digest under which each would oppose -> the addresses as they are spelled in the chunk."""


@dataclass(frozen=True)
class Answer:
    """Who opposed among some addresses; `digests` makes the rest when it is called."""

    opposed: set[str]
    digests: Callable[[], ByDigest]


@dataclass
class Asked:
    """What one chunk knows of its addresses."""

    recipients: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    digests: Callable[[], ByDigest] = dict
    stopped: set[int] = field(default_factory=set)
    """Positions that opposed since it asked."""
    stale: bool = False
    """Too much happened since: ask again for all of them."""

    @cached_property
    def by_digest(self) -> ByDigest:
        """Made when the first stop is heard: most chunks are sent before anybody opposes."""
        return self.digests()


class HoldsAsked(Protocol):
    """An open chunk, as far as stops go."""

    @property
    def asked(self) -> Asked: ...


class Stops:
    """Lives in the event loop."""

    def __init__(self) -> None:
        self.fresh_until = 0.0
        """Monotonic time after which nothing may start before another reading."""
        self._recent: deque[tuple[float, NewStops]] = deque()

    @property
    def ready(self) -> bool:
        """Whether there was a first reading, before which no chunk may ask."""
        return self.fresh_until > 0

    def heard(self, news: NewStops, *, began: float, chunks: Iterable[HoldsAsked]) -> None:
        """Apply one reading, which began at the monotonic time `began`, to the chunks in hand."""
        now = time.monotonic()
        if news.digests or news.too_many:
            self._recent.append((now, news))
            for chunk in chunks:
                _apply(news, chunk.asked)
        while self._recent and self._recent[0][0] < now - _REMEMBERED_SECONDS:
            self._recent.popleft()
        self.fresh_until = began + FRESH_SECONDS

    def catch_up(self, asked: Asked, since: float) -> None:
        """Apply what was heard while a chunk asked, from the monotonic time `since` on."""
        if since < time.monotonic() - _REMEMBERED_SECONDS / 2:
            asked.stale = True
        for at, news in self._recent:
            if at >= since:
                _apply(news, asked)


class SinceFreeze:
    """The oppositions written since each running campaign's audience was frozen.

    The freeze looked every address up in the whole list. Held here are only those written since:
    a chunk is asked about without looking into a list of millions again.
    """

    def __init__(self) -> None:
        self._known: dict[int, set[bytes] | None] = {}

    def heard(self, news: NewStops) -> None:
        """Called in the event loop, while `opposed` may run in the thread of the store."""
        if news.too_many:
            self._known = {}
        elif news.digests:
            for known in list(self._known.values()):
                if known is not None:
                    known |= news.digests

    def opposed(
        self, campaign: Campaign, recipients: Sequence[tuple[int, str, dict[str, Any]]]
    ) -> Answer:
        """Who opposed among these recipients. Asks the database when too much was written."""
        addresses = [email for _, email, _ in recipients]
        known = self._of(campaign)
        company_id, to_base = campaign.company_id, campaign.to_base
        if known is None:
            told = asked(
                channel="email", addresses=addresses, company_id=company_id, to_base=to_base
            )
            return Answer(told.opposed, lambda: told.by_digest)
        make = partial(
            digests_of,
            channel="email",
            addresses=addresses,
            company_id=company_id,
            to_base=to_base,
        )
        if not known:
            return Answer(set(), make)
        digests = make()
        hit = {each for digest in digests if digest in known for each in digests[digest]}
        return Answer(hit, lambda: digests)

    def _of(self, campaign: Campaign) -> set[bytes] | None:
        every = self._known
        if campaign.pk not in every:
            # In its place before it is read: what is heard meanwhile is added to it.
            every[campaign.pk] = known = set[bytes]()
            found = written_since("email", campaign.oppositions_seen)
            if found is None:
                every[campaign.pk] = None
                return None
            known |= found
        return every[campaign.pk]

    def forget_all_but(self, running: Iterable[int]) -> None:
        every = self._known
        for campaign_id in set(every) - set(running):
            del every[campaign_id]


class StopReader:
    """The watch in a thread and on a connection of its own, so that no long write delays it."""

    def __init__(self) -> None:
        self._watch = SuppressionWatch("email")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stops")

    async def read(self) -> NewStops:
        """Raises ReadingLostError."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read)

    def _read(self) -> NewStops:
        try:
            return self._watch.read()
        except _AWAY as error:
            connection.close()
            raise ReadingLostError(str(error)) from error

    def close(self) -> None:
        self._thread.submit(lambda: connection.close()).result()
        self._thread.shutdown()


def _apply(news: NewStops, asked: Asked) -> None:
    if news.too_many:
        asked.stale = True
        return
    hit = {address for digest in news.digests for address in asked.by_digest.get(digest, ())}
    if hit:
        asked.stopped.update(
            position for position, address, _ in asked.recipients if address in hit
        )
