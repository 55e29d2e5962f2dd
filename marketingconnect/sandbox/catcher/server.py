"""The SMTP side: what is said to the client, and what is refused on purpose."""

import asyncio
import re
import signal
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from marketingconnect.sandbox.catcher.writer import Writer

LARGEST = 25 * 2**20
PLAIN_PATH = re.compile(r"<([^\s<>()\[\]:;@\\,\"]+@[A-Za-z0-9.-]+)>(?: (.*))?", re.DOTALL)


class Policy:
    """aiosmtpd's hooks: which recipients are refused, and where messages go."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._deferred: set[str] = set()

    async def handle_EHLO(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if reply := self._refusal(address):
            self._writer.refuse(envelope.mail_from or "", address, reply)
            return reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        sender, content = envelope.mail_from or "", envelope.original_content or b""
        for address in envelope.rcpt_tos:
            if "refuse-content" in address.partition("@")[0].lower():
                reply = "554 5.7.1 Message refused: content"
                self._writer.refuse(sender, address, reply)
                return reply
        number = self._writer.keep(sender, envelope.rcpt_tos, content)
        return f"250 2.0.0 OK kept as {number}"

    def _refusal(self, address: str) -> str | None:
        local = address.partition("@")[0].lower()
        if "bounce-user-unknown" in local or "refuse-550" in local:
            return f"550 5.1.1 <{address}>: user unknown"
        if "mailbox-full" in local:
            return f"452 4.2.2 <{address}>: mailbox full"
        if "defer" in local and address not in self._deferred:
            self._deferred.add(address)
            return f"451 4.3.0 <{address}>: try again later"
        return None


class CatcherSMTP(SMTP):
    """aiosmtpd with a short way for plain addresses, whose full grammar costs most of its time."""

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        if match := PLAIN_PATH.fullmatch(arg):
            return match[1], match[2] or ""
        parsed: tuple[str | None, str | None] = super()._getaddr(arg)
        return parsed


async def serve(host: str, port: int, writer: Writer) -> None:
    """Listen until SIGTERM or SIGINT. Raises OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {
        "data_size_limit": LARGEST,
        "enable_SMTPUTF8": True,
        "hostname": "catcher.example.org",
        "ident": "MarketingConnect mail catcher",
        "command_call_limit": None,
    }
    policy = Policy(writer)
    server = await loop.create_server(lambda: CatcherSMTP(policy, **options), host, port)
    stopped = asyncio.Event()
    for request in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(request, stopped.set)
    async with server:
        await stopped.wait()
