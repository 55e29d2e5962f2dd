"""Mails that come back to a mailbox of the operator's, read by IMAP.

A mail is marked once it is kept, and never deleted nor moved: whoever owns the mailbox clears it.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Final
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)
KEPT: Final = "MarketingConnectKept"
"""The mark of a mail that we have; a keyword of ours, so that a person may read the mailbox too."""
LARGEST: Final = 10 * 2**20
_PATIENCE: Final = 30
_NAMING: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
Keep = Callable[[bytes, str], object]


class MailboxError(Exception):
    """The mailbox did not open, or broke off; what was not marked is read again."""


def read_mailbox(url: str, *, domain: str, keep: Keep, limit: int = 500) -> int:
    """Keep every mail that is not marked, then mark it; returns how many.

    `url` reads `imaps://user:password@host:993/INBOX`. `keep(octets, recipient)` raises when it
    cannot, and that mail stays unmarked. Raises MailboxError, and what `keep` raises.
    """
    try:
        box = _open(url)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(str(error)) from error
    try:
        return _read(box, urlsplit(url).path.strip("/") or "INBOX", domain, keep, limit)
    except (imaplib.IMAP4.error, ConnectionError, TimeoutError) as error:
        raise MailboxError(str(error)) from error
    finally:
        _leave(box)


def recipient_in(octets: bytes, domain: str) -> str:
    """The address of ours that a mail came to, by its headers; empty when none is ours."""
    headers = re.split(rb"\r?\n\r?\n|\r\r", octets[:200_000], maxsplit=1)[0]
    message = message_from_bytes(headers, policy=policy.compat32)
    ours = re.compile(rf"[^\s<>\"',;:@]{{1,64}}@{re.escape(domain)}(?![\w.-])", re.I)
    for name in _NAMING:
        for value in message.get_all(name, []):
            if found := ours.search(str(value)):
                return found[0]
    return ""


def _open(url: str) -> imaplib.IMAP4:
    asked = urlsplit(url)
    box = _connected(asked.scheme == "imaps", asked.hostname or "localhost", asked.port)
    try:
        box.login(unquote(asked.username or ""), unquote(asked.password or ""))
    except (OSError, imaplib.IMAP4.error):
        box.shutdown()
        raise
    return box


def _connected(is_secure: bool, host: str, port: int | None) -> imaplib.IMAP4:
    if not is_secure:
        return imaplib.IMAP4(host, port or 143, timeout=_PATIENCE)
    trusted = ssl.create_default_context()
    return imaplib.IMAP4_SSL(host, port or 993, ssl_context=trusted, timeout=_PATIENCE)


def _read(box: imaplib.IMAP4, folder: str, domain: str, keep: Keep, limit: int) -> int:
    _ok(box.select(f'"{folder}"'))
    mark, without = _mark(box)
    found = _ok(box.uid("SEARCH", *without))
    uids = (found[0] or b"").split()[:limit]
    for uid in uids:
        octets = _octets_of(box, uid.decode())
        if octets is not None:
            keep(octets, recipient_in(octets, domain))
            _ok(box.uid("STORE", uid.decode(), "+FLAGS.SILENT", f"({mark})"))
    return len(uids)


def _mark(box: imaplib.IMAP4) -> tuple[str, tuple[str, ...]]:
    """The mark that the server keeps, and the search for mails without it.

    Some take no keyword of ours (RFC 3501, 7.1): they would forget it, and the same mails would
    come again for ever before those behind them. There a mail gets the flag that every one has.
    """
    told = box.response("PERMANENTFLAGS")[1][0]
    kept = told.decode("ascii", "replace").casefold() if isinstance(told, bytes) else "\\*"
    if "\\*" in kept or KEPT.casefold() in kept:
        return KEPT, ("UNKEYWORD", KEPT)
    if "\\flagged" in kept:
        return "\\Flagged", ("UNFLAGGED",)
    raise imaplib.IMAP4.error("the mailbox keeps no mark on mails: is it read-only?")


def _octets_of(box: imaplib.IMAP4, uid: str) -> bytes | None:
    """Without marking it as read; None when somebody took it away meanwhile."""
    told = _ok(box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)"))
    return next((one[1] for one in told if isinstance(one, tuple)), None)


def _ok(answer: tuple[str, list[bytes | None] | list[bytes | tuple[bytes, bytes]]]) -> list:  # type: ignore[type-arg]
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"{answer[0]} {answer[1]!r}"[:200])
    return answer[1]


def _leave(box: imaplib.IMAP4) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error):
        log.info("the mailbox was left without a word")
