"""What sending providers tell by their callbacks, normalised to a `Reading`. Pure.

Each shape is known by its own fields: Brevo, Mailjet, Postmark, Mailgun, Amazon SES through SNS.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from marketingconnect.sending.bounces.classifying import Kind, Reading
from marketingconnect.sending.causes import cause_of, is_hard, status_in

_Fields = dict[str, Any]
MOST_NEWS: Final = 1000
"""Told at once in one callback."""


@dataclass(frozen=True)
class News:
    """One event; `key` is the provider's own number, the same when it tells it again."""

    key: str
    reading: Reading


def news_in(body: bytes) -> list[News]:
    """Every event that we know of, in order. Raises ValueError for what is not JSON."""
    try:
        told = json.loads(body)
    except (RecursionError, UnicodeDecodeError) as error:
        raise ValueError("not JSON") from error
    events = told if isinstance(told, list) else [told]
    return [
        news
        for one in events[:MOST_NEWS]
        if isinstance(one, dict)
        for news in _of_event(one)
        if news.key
    ]


def _of_event(event: _Fields) -> Iterator[News]:
    for field, reader in _SHAPES.items():
        if field in event:
            yield from reader(event)
            return


def _mailgun(event: _Fields) -> Iterator[News]:
    told = _fields(event, "event-data")
    status, name = _fields(told, "delivery-status"), _text(told, "event")
    words = f"{_text(status, 'code')} {_text(status, 'message') or _text(status, 'description')}"
    kinds = {"failed": Kind.BOUNCE, "rejected": Kind.BOUNCE, "complained": Kind.COMPLAINT}
    lasts = _text(told, "severity") != "temporary"
    kind = kinds.get(name, Kind.OTHER) if lasts else Kind.OTHER
    headers = _fields(_fields(told, "message"), "headers")
    yield _news("mailgun", _text(told, "id"), kind, lasts, words, told, headers)


def _postmark(event: _Fields) -> Iterator[News]:
    kinds = {"Bounce": Kind.BOUNCE, "SpamComplaint": Kind.COMPLAINT}
    kind = kinds.get(_text(event, "RecordType"), Kind.OTHER)
    words = _text(event, "Details") or _text(event, "Description")
    if _text(event, "Type") in {"AutoResponder", "Transient", "DnsError"}:
        kind = Kind.OTHER
    number = f"{_text(event, 'RecordType')}-{_text(event, 'ID')}" if _text(event, "ID") else ""
    lasts = _text(event, "Type") in {"HardBounce", "BadEmailAddress"}
    yield _news("postmark", number, kind, lasts, words, event, _fields(event, "Metadata"))


def _ses(event: _Fields) -> Iterator[News]:
    try:
        told = json.loads(_text(event, "Message"))
    except (ValueError, RecursionError):
        return
    told = told if isinstance(told, dict) else {}
    mail = _fields(told, "mail")
    naming = {**_fields(mail, "commonHeaders"), "unsubscribe": _unsubscribe(mail)}
    bounce, complaint = _fields(told, "bounce"), _fields(told, "complaint")
    kind = Kind.BOUNCE if bounce else Kind.COMPLAINT if complaint else Kind.OTHER
    concerned = bounce.get("bouncedRecipients") or complaint.get("complainedRecipients") or []
    lasts = _text(bounce, "bounceType") == "Permanent"
    for place, one in enumerate(concerned if isinstance(concerned, list) else []):
        if isinstance(one, dict):
            number = _text(event, "MessageId") and f"{_text(event, 'MessageId')}-{place}"
            words = f"{_text(one, 'status')} {_text(one, 'diagnosticCode')}"
            yield _news("ses", number, kind, lasts, words, one, naming)


def _unsubscribe(mail: _Fields) -> str:
    """Amazon gives messages numbers of its own, and leaves the link of our header alone."""
    headers = mail.get("headers")
    for one in headers if isinstance(headers, list) else []:
        if isinstance(one, dict) and _text(one, "name").lower() == "list-unsubscribe":
            return _text(one, "value")
    return ""


def _brevo_or_mailjet(event: _Fields) -> Iterator[News]:
    bounces = {"hard_bounce", "soft_bounce", "invalid_email", "blocked", "error", "bounce"}
    name = _text(event, "event")
    kind = Kind.BOUNCE if name in bounces else Kind.OTHER
    kind = Kind.COMPLAINT if name in {"spam", "complaint"} else kind
    lasts = name in {"hard_bounce", "invalid_email"} or event.get("hard_bounce") is True
    words = _text(event, "reason") or f"{_text(event, 'comment')} {_text(event, 'error')}"
    ours = _text(event, "message-id") or _text(event, "CustomID")
    when = _text(event, "ts_event") or _text(event, "time") or _text(event, "ts")
    number = f"{name}-{when}-{ours}" if ours else ""
    yield _news("brevo", number, kind, lasts, words, event, {"message-id": ours})


_SHAPES: Final[dict[str, Callable[[_Fields], Iterator[News]]]] = {
    "event-data": _mailgun,
    "RecordType": _postmark,
    "Message": _ses,
    "event": _brevo_or_mailjet,
}


def _news(
    provider: str,
    number: str,
    kind: Kind,
    lasts: bool,
    words: str,
    told: _Fields,
    naming: _Fields,
) -> News:
    """Hard when the provider says so and the server's words do not say otherwise."""
    words, recipient = " ".join(words.split())[:300], ""
    for field in ("recipient", "emailAddress", "email", "Email", "Recipient"):
        recipient = recipient or _text(told, field).lower()[:254]
    ours = next((_text(naming, f) for f in ("message-id", "messageId") if _text(naming, f)), "")
    known: _Fields = {
        "recipient": recipient,
        "message_id": ours[:300],
        "unsubscribe": _text(naming, "unsubscribe")[:300],
    }
    key = f"{provider}:{number}"[:80] if number else ""
    if kind is not Kind.BOUNCE:
        return News(key, Reading(kind, words=words, **known))
    status = status_in(words)
    cause = cause_of(0, words)
    hard = is_hard(cause, status, words)
    return News(
        key,
        Reading(
            kind,
            hard=False if not lasts else True if hard is None else hard,
            status=status,
            cause=cause,
            words=words,
            **known,
        ),
    )


def _fields(told: _Fields, name: str) -> _Fields:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _text(told: _Fields, name: str) -> str:
    found = told.get(name)
    return str(found).replace("\0", "") if isinstance(found, str | int | float) else ""
