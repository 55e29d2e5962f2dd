"""A real SMTP server on a local port that does what the recipient's name says.

`unknown…` is refused at RCPT, `full…` after the text, `later…` is refused for a while the first
times, `drop…` is taken and the connection cut without a word. Whatever
is answered 250 is in `accepted`; `taken` also has what was taken without an answer.
"""

import asyncio
import base64
import re
import ssl
from collections import Counter
from types import TracebackType

_ADDRESS = re.compile(rb"<([^>]*)>")


class _Transaction:
    open = False
    rcpt = ""
    taken = 0
    logged_in = False
    secure = False


class ScriptedServer:
    connections_at_once = 1_000
    """Beyond them, 421 is the greeting."""
    farewell = "421 4.7.0 enough for one session"
    connections = 0
    turned_away = 0
    open = 0
    most_open = 0
    """Connections at once."""

    def __init__(
        self,
        *,
        pipelining: bool = True,
        later_times: int = 1,
        messages_a_session: int = 10_000,
        login: str = "",
        thanks: str = "2.0.0 taken",
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.host = host
        self.messages_a_session = messages_a_session
        """After that many, the session is told 421 and closed."""
        self.tls = tls
        """STARTTLS is offered with it."""
        self.in_clear: Counter[str] = Counter()
        """What came without TLS, from the first word that named somebody."""
        self.thanks = thanks
        """What it says of a message that it takes."""
        self.login = login
        """`user:password` without which nothing is taken."""
        self.pipelining = pipelining
        self.later_times = later_times
        self.accepted: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.messages: dict[str, bytes] = {}
        self.hold = asyncio.Event()
        """Answers to texts wait for it."""
        self.hold.set()
        self._refused_later: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self.port = port
        self.greeted: set[str] = set()
        """By which names clients introduced themselves."""

    async def __aenter__(self) -> "ScriptedServer":
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_listening()

    async def listen(self) -> None:
        """On any free port at first, then always on the same."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop_listening(self) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        who = f"{self.login}@" if self.login else ""
        return f"smtp://{who}{self.host}:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        if self.open > self.connections_at_once:
            self.turned_away += 1
            self.open -= 1
            writer.write(b"421 4.7.0 too many connections\r\n")
            writer.close()
            return
        self.most_open = max(self.most_open, self.open)
        try:
            await self._session(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 scripted\r\n")
        state = _Transaction()
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                if not await self._take(state, reader, writer):
                    return
            elif verb == b"STAR" and self.tls is not None:
                writer.write(b"220 go ahead\r\n")
                await writer.drain()
                await writer.start_tls(self.tls)
                state.secure = True
            elif verb == b"MAIL" and state.taken >= self.messages_a_session:
                writer.write(self.farewell.encode() + b"\r\n")
                return
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(self._answer(verb, line, state))
            await writer.drain()

    def _answer(self, verb: bytes, line: bytes, state: "_Transaction") -> bytes:
        if verb == b"EHLO":
            self.greeted.add(line[5:].decode().strip())
            offer = b"250-PIPELINING\r\n" * self.pipelining
            if self.tls is not None and not state.secure:
                offer += b"250-STARTTLS\r\n"
            return b"250-scripted\r\n" + offer + b"250 SIZE 1000000\r\n"
        if verb == b"AUTH":
            secret = base64.b64decode(line.split()[2]).decode().split("\0")
            state.logged_in = ":".join(secret[1:]) == self.login
            return b"235 welcome\r\n" if state.logged_in else b"535 who are you\r\n"
        if self.login and not state.logged_in:
            return b"530 authentication required\r\n"
        if verb == b"MAIL":
            nested, state.open, state.rcpt = state.open, True, ""
            return b"503 nested MAIL\r\n" if nested else b"250 ok\r\n"
        if verb == b"RCPT":
            found = _ADDRESS.search(line)
            name = found.group(1).decode() if found else ""
            self.in_clear[name] += not state.secure
            answer = self._answer_to_rcpt(name)
            state.rcpt = name if answer.startswith(b"250") else ""
            return answer
        state.open, state.rcpt = False, ""
        return b"250 ok\r\n"

    async def _take(
        self, state: "_Transaction", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if not state.rcpt:
            writer.write(b"503 no recipient\r\n")
            return True
        writer.write(b"354 go\r\n")
        text = await reader.readuntil(b"\r\n.\r\n")
        rcpt, state.rcpt, state.open = state.rcpt, "", False
        state.taken += 1
        return await self._answer_to_text(rcpt, text, writer)

    def _answer_to_rcpt(self, name: str) -> bytes:
        if name.startswith("unknown"):
            return b"550 5.1.1 user unknown\r\n"
        if name.startswith("later") and self._refused_later[name] < self.later_times:
            self._refused_later[name] += 1
            return b"451 4.7.1 greylisted, come back\r\n"
        return b"250 ok\r\n"

    async def _answer_to_text(self, rcpt: str, text: bytes, writer: asyncio.StreamWriter) -> bool:
        self.taken[rcpt] += 1
        await self.hold.wait()
        if rcpt.startswith("drop"):
            return False
        if rcpt.startswith("full"):
            writer.write(b"552 5.2.2 mailbox full\r\n")
            return True
        self.accepted[rcpt] += 1
        self.messages[rcpt] = text
        writer.write(f"250 {self.thanks}\r\n".encode())
        return True
