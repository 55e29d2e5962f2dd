"""Who listens to which session, and how they are woken: one LISTEN for everybody."""

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from typing import Final

import psycopg

logger = logging.getLogger(__name__)
MOST_STREAMS: Final = 400
MOST_OF_A_SESSION: Final = 24
MOST_OF_A_PERSON: Final = 6
_RECONNECT_AFTER: Final = 1.0
_LOOK_EVERY: Final = 20.0


class FullError(Exception):
    """One stream more than there may be."""


class Hub:
    """Streams by session; `wake` lets each of them read what is new."""

    def __init__(self, database_url: str, channel: str) -> None:
        self._database_url, self._channel = database_url, channel
        self._streams: dict[int, dict[asyncio.Event, int]] = defaultdict(dict)
        self._task: asyncio.Task[None] | None = None

    def open(self, session_id: int, user_id: int) -> asyncio.Event:
        """A new stream of a person; raises FullError beyond the bounds."""
        here = self._streams.get(session_id, {})
        everybody = sum(len(streams) for streams in self._streams.values())
        own = sum(1 for other in here.values() if other == user_id)
        if everybody >= MOST_STREAMS or len(here) >= MOST_OF_A_SESSION or own >= MOST_OF_A_PERSON:
            raise FullError
        woken = asyncio.Event()
        self._streams[session_id][woken] = user_id
        return woken

    def close(self, session_id: int, woken: asyncio.Event) -> None:
        """The stream has ended."""
        streams = self._streams.get(session_id, {})
        streams.pop(woken, None)
        if not streams:
            self._streams.pop(session_id, None)

    def listens(self, session_id: int, user_id: int) -> bool:
        """Whether a person has a stream of the session here."""
        return user_id in self._streams.get(session_id, {}).values()

    def wake(self, session_id: int) -> None:
        for woken in self._streams.get(session_id, {}):
            woken.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._listen_for_ever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen_for_ever(self) -> None:
        """A lost database is found again; meanwhile streams look by themselves at each sign."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("live: listening again after %s", error)
            await asyncio.sleep(_RECONNECT_AFTER)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True
        ) as connection:
            await connection.execute(f'LISTEN "{self._channel}"')
            for session_id in list(self._streams):
                self.wake(session_id)
            while True:
                async for notice in connection.notifies(timeout=_LOOK_EVERY):
                    if notice.payload.isdecimal():
                        self.wake(int(notice.payload))
                await connection.execute("SELECT 1")
