"""One SMTP session as a small state machine, with PIPELINING (RFC 2920) when it is offered."""

import asyncio
import base64
import ssl
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from marketingconnect.sending.message.compiled import RenderedMessage
from marketingconnect.sending.mta_sts.policy import Mode
from marketingconnect.sending.mta_sts.proof import Proof, proof_of, words_of
from marketingconnect.sending.mta_sts.trust import proving_context

CONNECT_SECONDS: Final = 20
COMMAND_SECONDS: Final = 120
CLOSING: Final = 421
ANSWER_SECONDS: Final = 300
"""How long the answer to a message is waited for before it is in doubt (RFC 5321, 4.5.3.2.6)."""
_MAX_REPLY: Final = 65_536
_AFTER_CODE: Final = (b" ", b"-", b"\r", b"")
"""What may follow the three digits; some servers write nothing more (RFC 5321, 4.2.1)."""


class ConnectionLostError(Exception):
    """The session is over; the words say why."""


class UnprovedServerError(ConnectionLostError):
    """A server did not prove who it is, and gets nothing; the words say why, in French."""

    def __init__(self, host: str, proof: Proof) -> None:
        super().__init__(words_of(host, proof))
        self.proof = proof


class Reply(NamedTuple):
    code: int
    text: str


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over, read from `smtp://user:password@host:port?starttls`."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str
    password: str
    name: str = ""
    """Of the server, for TLS, when `host` is an address."""
    tls_if_offered: bool = False
    """Encrypt without proof of who answers, as mail does between servers (RFC 7435)."""
    roots: str = ""
    """A PEM file of the authorities believed, instead of the system's."""
    mode: Mode = Mode.NONE
    """Of the policy (MTA-STS) of the domains that it serves."""
    is_named: bool = True
    """Whether that policy names it."""

    @classmethod
    def from_url(cls, url: str) -> "Relay":
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (465 if tls else 25),
            tls=tls,
            starttls="starttls" in parse_qs(parts.query, keep_blank_values=True),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class SmtpSession(asyncio.Protocol):
    """A connection to the relay. Replies come in the order of the commands."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._texts: list[str] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost = ""
        self.pipelining = False
        self._offered: set[str] = set()
        self.transaction_open = False
        """The last envelope was refused: RSET goes before the next one, whenever that comes."""
        self.texts = 0
        """Messages whose text went, or began to."""
        self.deadline = float("inf")
        """Loop time after which a watch closes the session as silent."""

    @classmethod
    async def open(cls, relay: Relay, *, our_name: str) -> "SmtpSession":
        """Connect and say hello. Raises ConnectionLostError or OSError."""
        loop = asyncio.get_running_loop()
        context = proving_context(relay.roots) if relay.tls else None
        async with asyncio.timeout(CONNECT_SECONDS):
            _, session = await loop.create_connection(cls, relay.host, relay.port, ssl=context)
            try:
                await session._greet(relay, our_name)
            except BaseException:
                session.abort()
                raise
        return session

    # What the event loop tells us.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._buffer) > _MAX_REPLY:
            self.abort("réponse illisible")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._lost or (str(exc) if exc else "connexion fermée par le serveur")
        self._wake()

    # Commands.

    def send_envelope(self, message: RenderedMessage, *, reset: bool) -> None:
        """MAIL, RCPT and DATA in one write; only where PIPELINING is offered."""
        self._write(_envelope(message, reset=reset))

    async def envelope_answer(self, *, reset: bool) -> Reply:
        """354 when the text may be sent, else the refusal that says why it may not."""
        if reset:
            await self.reply()
        answers = []
        for _ in range(3):
            # Nearly always there already: three coroutines a message were a cost of their own.
            answers.append(self._replies.popleft() if self._replies else await self.reply())
            if answers[-1].code == CLOSING:
                # The server's last word: it closes the line, and owes no answer to the rest.
                return answers[-1]
        *envelope, data = answers
        for answer in envelope:
            if answer.code >= 400:
                if data.code == 354:
                    await self._send_nothing()
                return answer
        return data

    async def step_through_envelope(self, message: RenderedMessage, *, reset: bool) -> Reply:
        """The same, one command at a time, for a relay without PIPELINING."""
        if reset:
            await self._ask(b"RSET\r\n")
        for command in _commands(message):
            answer = await self._ask(command)
            if answer.code >= 400:
                return answer
        return answer

    def send_text(self, message: RenderedMessage, following: RenderedMessage | None) -> None:
        """The message and its final dot; with the next envelope behind it in the same write.

        The text is already free of lines that start with a dot.
        """
        after = b"" if following is None else _envelope(following, reset=False)
        self._write(b"".join((message.header, b"\r\n", message.body, b".\r\n", after)))

    async def reply(self, seconds: float = COMMAND_SECONDS) -> Reply:
        """The next reply. Raises ConnectionLostError."""
        if not self._replies:
            loop = asyncio.get_running_loop()
            self.deadline = loop.time() + seconds
            while not self._replies:
                if self._lost:
                    raise ConnectionLostError(self._lost)
                self._waiter = loop.create_future()
                await self._waiter
            self.deadline = float("inf")
        return self._replies.popleft()

    async def quit(self) -> None:
        """Leave politely."""
        try:
            await self._ask(b"QUIT\r\n", 5)
        except ConnectionLostError:
            return
        finally:
            self.abort("session close")

    def abort(self, why: str = "session abandonnée") -> None:
        self._lost = self._lost or why
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    @property
    def over(self) -> bool:
        return bool(self._lost)

    # Inside.

    async def _greet(self, relay: Relay, our_name: str) -> None:
        await self._expect(await self.reply(), 220)
        await self._hello(our_name)
        if relay.starttls:
            await self._start_proved_tls(relay.name or relay.host, relay.roots)
            await self._hello(our_name)
        elif relay.tls_if_offered and "STARTTLS" in self._offered:
            await self._expect(await self._ask(b"STARTTLS\r\n"), 220)
            await self._start_tls(relay.name or relay.host, _unproved())
            await self._hello(our_name)
        if relay.user:
            secret = f"\0{relay.user}\0{relay.password}".encode()
            await self._expect(
                await self._ask(b"AUTH PLAIN " + base64.b64encode(secret) + b"\r\n"), 235
            )

    async def _hello(self, our_name: str) -> None:
        answer = await self._ask(f"EHLO {our_name}\r\n".encode("ascii"))
        if answer.code != 250:
            answer = await self._ask(f"HELO {our_name}\r\n".encode("ascii"))
        await self._expect(answer, 250)
        self._offered = {line.split(" ")[0].upper() for line in answer.text.splitlines()}
        self.pipelining = "PIPELINING" in self._offered

    async def _start_proved_tls(self, host: str, roots: str) -> None:
        """Raises UnprovedServerError: nothing was said in clear but who we are."""
        if "STARTTLS" not in self._offered or (await self._ask(b"STARTTLS\r\n")).code != 220:
            raise UnprovedServerError(host, Proof.NO_STARTTLS)
        try:
            await self._start_tls(host, proving_context(roots))
        except TimeoutError:
            raise
        except OSError as error:
            raise UnprovedServerError(host, proof_of(error)) from error

    async def _start_tls(self, name: str, context: ssl.SSLContext) -> None:
        assert self._transport is not None  # noqa: S101
        # Words already received in clear must not be believed after the change (RFC 3207).
        self._buffer, self._texts = b"", []
        self._replies.clear()
        self._transport = await asyncio.get_running_loop().start_tls(
            self._transport, self, context, server_hostname=name
        )

    async def _send_nothing(self) -> None:
        """DATA was accepted for nobody: an empty text ends it (RFC 2920, 3.1)."""
        await self._ask(b".\r\n")

    async def _ask(self, command: bytes, seconds: float = COMMAND_SECONDS) -> Reply:
        self._write(command)
        return await self.reply(seconds)

    async def _expect(self, answer: Reply, code: int) -> None:
        if answer.code != code:
            raise ConnectionLostError(f"{answer.code} {answer.text}")

    def _write(self, octets: bytes) -> None:
        if self._lost or self._transport is None:
            raise ConnectionLostError(self._lost)
        self._transport.write(octets)

    def _line(self, octets: bytes) -> None:
        line = _read(octets)
        if line is None:
            self.abort(f"réponse illisible : {_words(octets)[:80]}")
        elif line.goes_on:
            self._texts.append(line.reply.text)
        elif self._texts:
            text = "\n".join([*self._texts, line.reply.text])
            self._texts = []
            self._replies.append(Reply(line.reply.code, text))
        else:
            self._replies.append(line.reply)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class _Line(NamedTuple):
    """One line of a reply, and whether others follow it."""

    reply: Reply
    goes_on: bool


@lru_cache(maxsize=256)
def _read(octets: bytes) -> _Line | None:
    """None when it is no reply. Kept: a server says the same few lines a million times."""
    code, mark = octets[:3], octets[3:4]
    if len(code) != 3 or not code.isdigit() or mark not in _AFTER_CODE:
        return None
    return _Line(Reply(int(code), _words(octets[4:])), mark == b"-")


def _words(octets: bytes) -> str:
    return octets.rstrip(b"\r").decode("utf-8", "replace").replace("\0", " ")


@lru_cache(maxsize=1)
def _unproved() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _commands(message: RenderedMessage) -> tuple[bytes, bytes, bytes]:
    return (
        f"MAIL FROM:<{message.return_path}>\r\n".encode("ascii"),
        f"RCPT TO:<{message.to}>\r\n".encode("ascii"),
        b"DATA\r\n",
    )


def _envelope(message: RenderedMessage, *, reset: bool) -> bytes:
    start = "RSET\r\n" if reset else ""
    return (
        f"{start}MAIL FROM:<{message.return_path}>\r\nRCPT TO:<{message.to}>\r\nDATA\r\n"
    ).encode("ascii")
