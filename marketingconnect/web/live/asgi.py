"""The ASGI application that `marketingconnect live` runs."""

import os
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402  needs the set-up above

from marketingconnect import clock  # noqa: E402
from marketingconnect.targeting.sessions.services import NOTIFICATIONS  # noqa: E402
from marketingconnect.targeting.sessions.tokens import (  # noqa: E402
    Listener,
    RefusedTokenError,
    listener_of,
)
from marketingconnect.web.live.hub import FullError, Hub  # noqa: E402
from marketingconnect.web.live.stream import Receive, Send, Stream, in_database  # noqa: E402

PATH = "/direct"
_LEAVES = (b"access-control-allow-origin", settings.BASE_URL.encode())


class Live:
    """Answers `/direct?jeton=…`; everything else is 404."""

    def __init__(self) -> None:
        self.hub = Hub(os.environ["DATABASE_URL"], NOTIFICATIONS)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["path"] == "/" and scope["method"] in {"GET", "HEAD"}:
            await _plain(send, 200, "live")
            return
        if scope["path"] != PATH or scope["method"] != "GET":
            await _plain(send, 404, "")
            return
        try:
            listener = await in_database(_listener, scope)
        except RefusedTokenError:
            await _plain(send, 403, "")
            return
        try:
            await self._stream(listener, scope, receive, send)
        except FullError:
            await _plain(send, 503, "")

    async def _stream(
        self, listener: Listener, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        stream = Stream(self.hub, listener, _last_number(scope), send, [_LEAVES])
        await stream.run(receive)


def _listener(scope: dict[str, Any]) -> Listener:
    token = parse_qs(scope["query_string"].decode("latin-1")).get("jeton", [""])[-1]
    return listener_of(token, now=clock.now())


def _last_number(scope: dict[str, Any]) -> int:
    """After which event to begin: the browser's own header first, then the address."""
    headers = dict(scope["headers"])
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("apres", ["0"])[-1]
    typed = headers.get(b"last-event-id", asked.encode()).decode("latin-1")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


async def _plain(send: Send, status: int, text: str) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), _LEAVES],
        }
    )
    await send({"type": "http.response.body", "body": text.encode()})


application = Live()
