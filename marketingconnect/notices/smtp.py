"""Hand one e-mail to the relay, and say exactly what is known about it afterwards.

Until the server is asked to take the text (DATA) nothing can have left. From the moment the text
goes out until the server's answer, a lost connection leaves a doubt that only a person may lift.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings

TIMEOUT_SECONDS: Final = 30
_LINE_DOT: Final = re.compile(rb"(?m)^\.")


class Verdict(Enum):
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; `reply` is the server's words or the reason of the doubt."""

    verdict: Verdict
    reply: str


class _Answered(Exception):
    """The server said no, for now (4xx) or for good (5xx)."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(f"{code} {text.decode('utf-8', 'replace')}")
        self.code = code


def hand_over(to_email: str, content: bytes) -> Outcome:
    """One attempt through the relay of the setting SMTP_URL; never raises for a network reason."""
    try:
        with _connection() as server:
            _envelope(server, to_email)
            return _transmit(server, content)
    except _Answered as answer:
        return _refusal(answer.code, str(answer))
    except smtplib.SMTPResponseException as answer:
        return _refusal(answer.smtp_code, str(answer))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Verdict.DEFERRED, f"{type(error).__name__}: {error}")


def _connection() -> smtplib.SMTP:
    url = urlsplit(settings.SMTP_URL)
    context = ssl.create_default_context()
    host, port = url.hostname or "127.0.0.1", url.port or 0
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    server.ehlo_or_helo_if_needed()
    if url.scheme != "smtps" and "starttls" in url.query:
        server.starttls(context=context)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def _envelope(server: smtplib.SMTP, to_email: str) -> None:
    """Sender, recipient, then the request to send the text; stops at the first refusal."""
    _accepted(*server.mail(parseaddr(settings.NOTICES_FROM)[1]))
    _accepted(*server.rcpt(to_email))
    _accepted(*server.docmd("DATA"))


def _accepted(code: int, text: bytes) -> None:
    if code not in (250, 251, 354):
        raise _Answered(code, text)


def _transmit(server: smtplib.SMTP, content: bytes) -> Outcome:
    """From here on a lost connection is a doubt, not a failure."""
    try:
        server.send(_LINE_DOT.sub(b"..", content) + b".\r\n")
        code, text = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Verdict.UNCERTAIN, f"{type(error).__name__}: {error}")
    words = f"{code} {text.decode('utf-8', 'replace')}"
    if code == -1:
        return Outcome(Verdict.UNCERTAIN, words)
    if code != 250:
        return _refusal(code, words)
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    return Outcome(Verdict.SENT, words)


def _refusal(code: int, words: str) -> Outcome:
    return Outcome(Verdict.REFUSED if 500 <= code < 600 else Verdict.DEFERRED, words)
