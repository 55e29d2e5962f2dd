"""One stream: what the person missed, then what happens, until the token is too old."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from marketingconnect import clock
from marketingconnect.targeting.sessions import queries, services
from marketingconnect.targeting.sessions.rules import TOKEN_FOR
from marketingconnect.targeting.sessions.tokens import Listener
from marketingconnect.web.live.hub import Hub

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Header = tuple[bytes, bytes]
SIGN_EVERY: Final = 15.0
GRACE: Final = 4.0
"""Seconds during which whoever reloads the page has not left."""
_NOT_KEPT: Final = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))


@dataclass(frozen=True)
class News:
    """What a stream has to say: lines already written, and whether the session is over."""

    lines: str
    number: int
    people: tuple[tuple[str, str], ...]
    is_over: bool


def read_news(listener: Listener, after: int, now: datetime) -> News:
    """The events after a number, and who is there.

    Whether it is over is read first: an end written meanwhile is told the next time, whole.
    """
    is_over = not queries.is_session_open(listener.session_id)
    events = queries.events_after(listener.session_id, after)
    people = tuple(
        (seat.name, seat.side) for seat in queries.people_in(listener.session_id, now=now)
    )
    lines = "".join(_written(event) for event in events)
    number = events[-1].number if events else after
    return News(lines, number, people, is_over)


def _written(event: Any) -> str:
    data = {
        "number": event.number,
        "kind": event.kind,
        "user": event.user_id,
        "name": event.name,
        "text": event.text,
    }
    return f"id: {event.number}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def in_database(act: Callable[..., Any], *args: Any) -> Any:
    """Run in the one thread that has a connection to the database."""

    def work() -> Any:
        close_old_connections()
        return act(*args)

    return await sync_to_async(work, thread_sensitive=True)()


class Stream:
    """The answer to one request."""

    def __init__(
        self, hub: Hub, listener: Listener, after: int, send: Send, headers: list[Header]
    ) -> None:
        self._hub, self._listener, self._after, self._send = hub, listener, after, send
        self._headers = [(b"content-type", b"text/event-stream"), *_NOT_KEPT, *headers]
        self._people: tuple[tuple[str, str], ...] | None = None

    async def run(self, receive: Receive) -> None:
        """Speak until the person goes, the session ends or the token is too old."""
        listener, hub = self._listener, self._hub
        woken = hub.open(listener.session_id, listener.user_id)
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await self._begin()
            deadline = asyncio.get_running_loop().time() + TOKEN_FOR.total_seconds()
            while not gone.done() and asyncio.get_running_loop().time() < deadline:
                woken.clear()
                if await self._tell():
                    break
                if not await _woken(woken, gone):
                    await self._sign()
            await self._say("", more=False)
        finally:
            gone.cancel()
            hub.close(listener.session_id, woken)
            await self._leave_later()

    async def _tell(self) -> bool:
        """Say what is new; True once the session is over."""
        now = await in_database(clock.now)
        news: News = await in_database(read_news, self._listener, self._after, now)
        text = news.lines
        if news.people != self._people:
            self._people = news.people
            people = [{"name": name, "side": side} for name, side in news.people]
            text += f"event: people\ndata: {json.dumps(people, ensure_ascii=False)}\n\n"
        self._after = news.number
        if news.is_over:
            text += "event: over\ndata: {}\n\n"
        if text:
            await self._say(text)
        return news.is_over

    async def _begin(self) -> None:
        """The head of the answer; the person is in its seat again."""
        await in_database(_come_back, self._listener, await in_database(clock.now))
        await self._send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await self._say("retry: 2000\n\n")

    async def _sign(self) -> None:
        """Nothing happened for a while: keep the line open, and the seat taken."""
        await self._say(": \n\n")
        await in_database(_give_sign, self._listener, await in_database(clock.now))

    async def _leave_later(self) -> None:
        """The seat is left unless the person comes back at once (it reloads the page)."""
        listener = self._listener
        await asyncio.sleep(GRACE)
        if not self._hub.listens(listener.session_id, listener.user_id):
            await in_database(_leave, listener, await in_database(clock.now))

    async def _say(self, text: str, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": more})


def _come_back(listener: Listener, now: datetime) -> None:
    services.come_back(listener.session_id, listener.user_id, now=now)


def _give_sign(listener: Listener, now: datetime) -> None:
    services.give_sign(listener.session_id, [listener.user_id], now=now)


def _leave(listener: Listener, now: datetime) -> None:
    services.leave_seat(listener.session_id, listener.user_id, now=now)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _woken(woken: asyncio.Event, gone: "asyncio.Task[None]") -> bool:
    """True when woken or gone, False after a while without news."""
    waiting = asyncio.create_task(woken.wait())
    done, _ = await asyncio.wait(
        {waiting, gone}, timeout=SIGN_EVERY, return_when=asyncio.FIRST_COMPLETED
    )
    waiting.cancel()
    return bool(done)
