"""A sink and a blast that do the least SMTP asks, for machines without Postfix's tools.

Same words on the command line: `sink HOST:PORT BACKLOG`, and `blast -s SESSIONS -l OCTETS
-m MESSAGES -f FROM -t TO HOST:PORT`.
"""

import argparse
import asyncio
import sys
from typing import Final

_END: Final = b"\r\n.\r\n"


class SinkSession(asyncio.Protocol):
    """Says yes to everything and counts messages."""

    messages = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        self._buffer = b""
        self._in_text = self._over = False
        transport.write(b"220 puits.example.org ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers: list[bytes] = []
        while (answer := self._next()) is not None:
            answers.append(answer)
        self._transport.write(b"".join(answers))
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
            SinkSession.messages += 1
            return b"250 2.0.0 Ok\r\n"
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-puits.example.org\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
        if verb == b"DATA":
            self._in_text = True
            return b"354 End data with <CR><LF>.<CR><LF>\r\n"
        if verb == b"QUIT":
            self._over = True
            sys.stdout.write(f"mesg={SinkSession.messages}\r")
            sys.stdout.flush()
            return b"221 Bye\r\n"
        return b"250 2.0.0 Ok\r\n"


async def sink(host: str, port: int, backlog: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        SinkSession, host, port, backlog=backlog
    )
    async with server:
        await server.serve_forever()


async def blast(options: argparse.Namespace) -> None:
    """Each session writes a text and the next envelope at once, then waits for four answers."""
    text = (b"x" * 76 + b"\r\n") * (options.octets // 78)
    envelope = f"MAIL FROM:<{options.sender}>\r\nRCPT TO:<{options.to}>\r\nDATA\r\n".encode()
    share, rest = divmod(options.messages, options.sessions)
    host, _, port = options.address.rpartition(":")

    async def session(messages: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        await reader.readuntil(b"\r\n")
        writer.write(b"EHLO essai.example.org\r\n")
        await reader.readuntil(b"250 PIPELINING\r\n")
        writer.write(envelope)
        for number in range(messages):
            await reader.readuntil(b"354 ")
            await reader.readline()
            writer.write(text + b".\r\n" + (envelope if number < messages - 1 else b"QUIT\r\n"))
        await reader.read()
        writer.close()

    await asyncio.gather(*(session(share + (number < rest)) for number in range(options.sessions)))


def main() -> None:
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    listening = verbs.add_parser("sink")
    listening.add_argument("address")
    listening.add_argument("backlog", type=int)
    sending = verbs.add_parser("blast")
    sending.add_argument("-s", dest="sessions", type=int, required=True)
    sending.add_argument("-l", dest="octets", type=int, required=True)
    sending.add_argument("-m", dest="messages", type=int, required=True)
    sending.add_argument("-f", dest="sender", required=True)
    sending.add_argument("-t", dest="to", required=True)
    sending.add_argument("address")
    options = parser.parse_args()
    if options.verb == "blast":
        asyncio.run(blast(options))
        return
    host, _, port = options.address.rpartition(":")
    asyncio.run(sink(host, int(port), options.backlog))


if __name__ == "__main__":
    main()
