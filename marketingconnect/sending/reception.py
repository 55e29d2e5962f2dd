"""The server that receives what comes back to our return addresses, by SMTP or LMTP.

It answers 250 once the mail is kept, and 451 when it cannot be: the other server tries again.
"""

import asyncio
import logging
import signal
from dataclasses import dataclass
from typing import Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection

from marketingconnect import clock
from marketingconnect.sending.services.returns import keep_mail
from marketingconnect.sending.states import ReturnSource

log = logging.getLogger(__name__)
LARGEST: Final = 10 * 2**20


@dataclass
class Reception:
    """aiosmtpd's hooks. `domain` is ours: no other is received for."""

    domain: str
    source: ReturnSource

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only our own domain, and one recipient a mail: it names one message of ours."""
        if address.rpartition("@")[2].lower() != self.domain.lower():
            return "550 5.7.1 Relaying denied"
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Kept, or not ours to answer for."""
        content = envelope.content or b""
        octets = content.encode() if isinstance(content, str) else content
        try:
            await sync_to_async(self._keep)(octets, envelope.rcpt_tos[0])
        except (OSError, DatabaseError):
            log.exception("a mail could not be kept")
            return "451 4.3.0 Cannot keep it now, try again later"
        return "250 2.0.0 Kept"

    def _keep(self, octets: bytes, recipient: str) -> None:
        try:
            keep_mail(octets, recipient=recipient, source=self.source, now=clock.now())
        finally:
            connection.close()


class PatientSMTP(SMTP):
    """Takes the long lines that some servers write: a report refused is a report lost."""

    line_length_limit = LARGEST


class PatientLMTP(LMTP):
    """The same, one answer a recipient."""

    line_length_limit = LARGEST


async def serve(host: str, port: int, *, domain: str, lmtp: bool) -> None:
    """Until SIGTERM or SIGINT."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    source = ReturnSource.LMTP if lmtp else ReturnSource.SMTP
    reception, speaks = Reception(domain, source), PatientLMTP if lmtp else PatientSMTP

    def session() -> SMTP:
        return speaks(reception, data_size_limit=LARGEST, hostname=domain, enable_SMTPUTF8=True)

    server = await loop.create_server(session, host, port)
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, over.set)
    async with server:
        await over.wait()
