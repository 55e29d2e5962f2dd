"""The server: one asyncio protocol, PIPELINING, answers in order however late they are drawn."""

import asyncio
import json
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Final

from bench.sink.table import Drawn, Fate, Faults, fate_of, provider_of

_END: Final = b"\r\n.\r\n"
_ADDRESS: Final = re.compile(rb"<([^>]*)>")
_MESSAGE_ID: Final = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.I | re.M)
_CAMPAIGN: Final = re.compile(rb"^X-Campaign:[ \t]*(\S+)", re.I | re.M)


class Sink:
    """Counts, ledger and faults, shared by every session; faults may be changed while it runs."""

    def __init__(self, *, seed: int = 0, faults: Faults | None = None, ledger: Path | None = None):
        self.seed = seed
        self.faults = faults or Faults()
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.transports: set[asyncio.Transport] = set()
        self.most_at_once = 0
        self.port = 0
        self._ledger = ledger.open("ab", buffering=0) if ledger else None
        self._seen_later: Counter[str] = Counter()
        self._closings = 0
        self._luck = random.Random(seed)  # noqa: S311
        self._server: asyncio.Server | None = None

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """On a free port unless one is named."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Session(self), host, port, backlog=500)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End every session; the ledger is whole already."""
        if self._server is not None:
            self._server.close()
        for transport in list(self.transports):
            transport.abort()
        while self.transports:
            await asyncio.sleep(0)
        if self._ledger is not None:
            self._ledger.close()

    def drawn(self, recipient: str) -> Drawn:
        """What it gets now: who was told to come later long enough is taken."""
        found = fate_of(recipient, self.seed, self.faults)
        if found.fate is Fate.LATER:
            self._seen_later[recipient] += 1
            if self._seen_later[recipient] > self.faults.times:
                return Drawn(Fate.TAKEN)
        return found

    def is_closed_to(self, recipient: str) -> bool:
        """Whether its provider takes nothing now; each answer that says so is counted."""
        faults = self.faults
        if provider_of(recipient, faults) not in faults.closed:
            return False
        self._closings += 1
        return not 0 < faults.closed_answers < self._closings

    def note(self, recipient: str, drawn: Drawn, text: bytes) -> None:
        """A line of the ledger for each text received, before its answer leaves."""
        if drawn.fate in {Fate.TAKEN, Fate.DROPPED}:
            self.taken[recipient] += 1
        else:
            self.refused[recipient] += 1
        if self._ledger is not None:
            line = {
                "at": round(time.time(), 3),
                "to": recipient,
                "fate": drawn.fate,
                "reply": drawn.reply,
                "id": _header(_MESSAGE_ID, text),
                "campaign": _header(_CAMPAIGN, text),
            }
            self._ledger.write(json.dumps(line).encode() + b"\n")

    def latency(self) -> float:
        """Seconds to wait before the next answer."""
        return self._luck.uniform(0, self.faults.latency) if self.faults.latency else 0.0


def _header(pattern: re.Pattern[bytes], text: bytes) -> str:
    found = pattern.search(text)
    return found.group(1).decode("ascii", "replace") if found else ""


class Session(asyncio.Protocol):
    """One connection: commands are read as they come, answered in order."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self._rcpt = ""
        self._drawn = Drawn(Fate.TAKEN)
        self._in_text = False
        self._texts = 0
        self._over = False
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        sink = self._sink
        sink.transports.add(transport)
        sink.most_at_once = max(sink.most_at_once, len(sink.transports))
        if 0 < sink.faults.connections < len(sink.transports):
            transport.write(b"421 4.7.0 Too many connections from your address\r\n")
            transport.close()
            return
        transport.write(b"220 puits.example.org ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._sink.transports.discard(self._transport)
        self._over = True

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._sink.faults.latency:
            while not self._over and (answer := self._next()) is not None:
                self._transport.write(answer)
            self._close_if_over()
        elif self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._slowly())

    async def _slowly(self) -> None:
        while not self._over and (answer := self._next()) is not None:
            await asyncio.sleep(self._sink.latency())
            self._transport.write(answer)
        self._close_if_over()

    def _close_if_over(self) -> None:
        if self._over:
            self._transport.close()

    def _next(self) -> bytes | None:
        """The answer to the next whole command or text; None when there is none."""
        end = _END if self._in_text else b"\r\n"
        at = self._buffer.find(end)
        if at < 0:
            return None
        line, self._buffer = self._buffer[:at], self._buffer[at + len(end) :]
        if self._in_text:
            self._in_text = False
            return self._after_text(line)
        return self._answer(line)

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-puits.example.org\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
        if verb == b"RCPT":
            return self._to(line)
        if verb == b"DATA":
            return self._data()
        if verb == b"QUIT":
            return self._goodbye("221 2.0.0 Bye")
        if verb in {b"MAIL", b"RSET"}:
            self._rcpt = ""
        if verb == b"MAIL" and 0 < self._sink.faults.per_connection <= self._texts:
            return self._goodbye("421 4.7.0 Too many messages in this session")
        return b"250 2.0.0 Ok\r\n"

    def _data(self) -> bytes:
        if not self._rcpt:
            return b"503 5.5.1 No valid recipient\r\n"
        self._in_text = True
        return b"354 End data with <CR><LF>.<CR><LF>\r\n"

    def _to(self, line: bytes) -> bytes:
        found = _ADDRESS.search(line)
        recipient = found.group(1).decode("ascii", "replace") if found else ""
        if self._sink.is_closed_to(recipient):
            return self._goodbye("421 4.3.2 Service not available, closing")
        self._drawn = self._sink.drawn(recipient)
        if self._drawn.reply and not self._drawn.after_text:
            self._sink.note(recipient, self._drawn, b"")
            return f"{self._drawn.reply}\r\n".encode()
        self._rcpt = recipient
        return b"250 2.1.5 Ok\r\n"

    def _after_text(self, text: bytes) -> bytes:
        self._texts += 1
        recipient, self._rcpt = self._rcpt, ""
        self._sink.note(recipient, self._drawn, text)
        if self._drawn.fate is Fate.DROPPED:
            self._over = True
            return b""
        return f"{self._drawn.reply or '250 2.0.0 Ok'}\r\n".encode()

    def _goodbye(self, words: str) -> bytes:
        self._over = True
        return f"{words}\r\n".encode()
