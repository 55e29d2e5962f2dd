"""One mail that came back, in one word: bounce, complaint, auto-reply or other."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from marketingconnect.sending.bounces.mail import Mail, read
from marketingconnect.sending.bounces.prose import (
    is_only_late,
    looks_returned,
    prose_of,
    sayings_of,
)
from marketingconnect.sending.bounces.replies import is_auto_reply
from marketingconnect.sending.bounces.reports import (
    Status,
    complaint_of,
    message_id_of,
    returned_header,
    statuses_of,
)
from marketingconnect.sending.causes import Cause, cause_of, is_hard


class Kind(StrEnum):
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    OTHER = "other"


REASONS: Final[dict[str, str]] = {
    Cause.MAILBOX_UNKNOWN: "userunknown",
    Cause.MAILBOX_FULL: "mailboxfull",
    Cause.MAILBOX_DISABLED: "suspend",
    Cause.DOMAIN_UNKNOWN: "hostunknown",
    Cause.CONTENT_REFUSED: "contenterror",
    Cause.BLOCKED: "blocked",
    Cause.TOO_LARGE: "mesgtoobig",
    Cause.TOO_MANY: "ratelimited",
    Cause.NOT_SECURE: "failedstarttls",
    Cause.OTHER: "undefined",
}
"""The words by which mail programs name our causes."""
_MOST_WORDS: Final = 300
_CODE: Final = re.compile(r"^\s*(?:smtp;)?\s*([45]\d\d)\b")


@dataclass(frozen=True)
class Reading:
    """What a mail says. `cause` is ours, for a bounce; `words` those of the server."""

    kind: Kind
    hard: bool | None = None
    status: str = ""
    cause: str = ""
    words: str = ""
    recipient: str = ""
    message_id: str = ""
    unsubscribe: str = ""
    """List-Unsubscribe of the mail of ours: relays rewrite Message-IDs, and leave it alone."""

    def as_json(self) -> dict[str, Any]:
        """In the form that `classify_bounce` prints."""
        reasons = {Kind.COMPLAINT: "feedback", Kind.AUTO_REPLY: "vacation"}
        return {
            "kind": self.kind.value,
            "hard": self.hard,
            "status": self.status,
            "reason": REASONS.get(self.cause, reasons.get(self.kind, "")),
            "recipient": self.recipient,
            "message_id": self.message_id,
        }


def classify(octets: bytes) -> Reading:
    """RFC 3464, 5965, 3834, and the sentences of servers that know none of them. Never raises."""
    mail = read(octets)
    if (complaint := complaint_of(mail)) is not None:
        return Reading(Kind.COMPLAINT, recipient=complaint.recipient, **_quoted(mail))
    if statuses := statuses_of(mail):
        return _of_status(mail, statuses)
    # A server that is away from its desk does not exist: a returned mail wins over its subject.
    if looks_returned(mail):
        return _of_prose(mail)
    if is_auto_reply(mail):
        return Reading(Kind.AUTO_REPLY, **_quoted(mail))
    return Reading(Kind.OTHER, **_quoted(mail))


def _quoted(mail: Mail) -> dict[str, Any]:
    """How it names the mail of ours."""
    unsubscribe = returned_header(mail, "List-Unsubscribe")
    return {"message_id": message_id_of(mail), "unsubscribe": unsubscribe[:300]}


def _of_status(mail: Mail, statuses: list[Status]) -> Reading:
    """The worst of its recipients; a mail of ours has one."""
    failed = [one for one in statuses if one.action == "failed" or _is_permanent(one)]
    told = (failed or statuses)[0]
    known: dict[str, Any] = {"recipient": told.recipient, **_quoted(mail)}
    if not failed:
        return Reading(Kind.OTHER, status=told.status, words=_short(told.diagnostic), **known)
    words = told.diagnostic or _short(prose_of(mail).words)
    return _bounce(mail, _code_in(words), f"{told.status} {words}".strip(), told.status, known)


def _is_permanent(one: Status) -> bool:
    return not one.action and one.status.startswith("5")


def _of_prose(mail: Mail) -> Reading:
    told = prose_of(mail)
    known: dict[str, Any] = {"recipient": told.recipient, **_quoted(mail)}
    if is_only_late(mail):
        return Reading(Kind.OTHER, status=told.status, words=_short(told.words), **known)
    return _bounce(mail, told.code, told.words, told.status, known)


def _bounce(mail: Mail, code: int, words: str, status: str, known: dict[str, Any]) -> Reading:
    """By the server's words; when they say nothing, by what the mail tells around them."""
    cause, at = cause_of(code, words), status or (str(code) if code else "")
    if cause is Cause.OTHER:
        told = ((cause_of(0, one), one) for one in sayings_of(mail))
        cause, words = next((one for one in told if one[0] is not Cause.OTHER), (cause, words))
    return Reading(
        Kind.BOUNCE,
        hard=is_hard(cause, at, words),
        status=status,
        cause=cause,
        words=_short(words),
        **known,
    )


def _code_in(diagnostic: str) -> int:
    found = _CODE.match(diagnostic)
    return int(found[1]) if found else 0


def _short(words: str) -> str:
    return " ".join(words.split())[:_MOST_WORDS]
