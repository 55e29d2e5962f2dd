"""Visits in batches: one COPY and one commit for all that came in a few milliseconds."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Generator
from contextlib import suppress
from typing import Any, Final

import psycopg

from marketingconnect.statistics.visits.recording import COPY
from marketingconnect.web.tracking.service.spool import VISIT, Spool

log = logging.getLogger(__name__)
_WAITED_SECONDS: Final = 0.006
_UNWAITED_SECONDS: Final = 0.05
"""Nobody waits for the end of such a batch: larger ones cost less."""
_PATIENCE: Final = 3.0
_TRY_AGAIN: Final = 1.0


class _Nothing:
    """Waiting for it takes no time."""

    def __await__(self) -> Generator[Any, None, None]:
        yield from ()


_NOTHING: Final = _Nothing()


class Batch:
    """The visits that are answered together."""

    def __init__(self) -> None:
        self.opened = time.monotonic()
        self.lines: list[bytes] = []
        self.durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Ledger:
    """`write` returns once the visit cannot be lost, or at once when it `waits` for nothing."""

    def __init__(self, database_url: str, spool: Spool, *, waits: bool = True) -> None:
        self._waits = waits
        self._batch_seconds = _WAITED_SECONDS if waits else _UNWAITED_SECONDS
        self._url = database_url
        self._spool = spool
        self._batch: Batch | None = None
        self._wanted = asyncio.Event()
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._away_until = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def away(self) -> bool:
        return time.monotonic() < self._away_until

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """What was taken is written first."""
        while self._batch is not None:
            await asyncio.sleep(self._batch_seconds)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._hang_up()

    def write(self, line: bytes) -> Awaitable[None]:
        """Waited for, raises OSError when neither the database nor the disk takes it."""
        batch = self._batch
        if batch is None:
            batch = self._batch = Batch()
            self._wanted.set()
        batch.lines.append(line)
        return batch.durable if self._waits else _NOTHING

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            if self._batch is not None:
                # Opened while the one before was written, it may have waited long enough.
                age = time.monotonic() - self._batch.opened
                await asyncio.sleep(max(0.0, self._batch_seconds - age))
            batch, self._batch = self._batch, None
            self._wanted.clear()
            if batch is not None:
                await self._settle(batch)

    async def _settle(self, batch: Batch) -> None:
        try:
            if not await self._copied(batch.lines):
                await asyncio.to_thread(self._spool.append, VISIT, batch.lines)
        except OSError as error:
            log.error("neither the database nor the spool takes visits: %s", error)
            batch.durable.set_exception(error)
            # Whoever waited has left already: nobody is to be told of an error unseen.
            batch.durable.exception()
        else:
            batch.durable.set_result(None)

    async def _copied(self, lines: list[bytes]) -> bool:
        """Whether they are committed; when that is not sure, they are not."""
        if self.away:
            return False
        try:
            async with asyncio.timeout(_PATIENCE):
                connection = await self._connected()
                async with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                    await copy.write(b"".join(lines))
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("the database is away, visits are kept on this machine: %s", error)
            self._away_until = time.monotonic() + _TRY_AGAIN
            await self._hang_up()
            return False
        return True

    async def _connected(self) -> "psycopg.AsyncConnection[tuple[object, ...]]":
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, application_name="marketingconnect tracking"
            )
        return self._connection

    async def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error, OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await self._connection.close()
        self._connection = None
