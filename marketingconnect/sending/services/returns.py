"""Mails that come back: kept first, read afterwards, each told once to the figures (CGV B.1.6)."""

import logging
import re
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import IntegrityError, transaction
from django.db.utils import InterfaceError, OperationalError

from marketingconnect import storage
from marketingconnect.sending.bounces import Kind, Reading, classify
from marketingconnect.sending.bounces.mail import Mail, read
from marketingconnect.sending.bounces.replies import asks_to_leave, is_of_a_person
from marketingconnect.sending.bounces.webhooks import news_in
from marketingconnect.sending.message.tokens import (
    InvalidTokenError,
    recipient_of_link,
    recipient_of_return_path,
)
from marketingconnect.sending.models import Campaign, InboundMail, ReturnEvent
from marketingconnect.sending.queries import without_any_address
from marketingconnect.sending.rules import counts_from
from marketingconnect.sending.services.opposing import ClosedScope, oppose, scopes_to_close
from marketingconnect.sending.states import MailState, ReturnKind, ReturnSource
from marketingconnect.suppression.models import Scope

log = logging.getLogger(__name__)
REPLY: Final = "reply"
"""The kind of a mail that a person reads; to the figures it is `other`."""
_TOKEN: Final = re.compile(r"/u/d/([\w-]{38})(?![\w-])", re.A)


def keep_mail(octets: bytes, *, recipient: str, source: ReturnSource, now: datetime) -> InboundMail:
    """Keep a mail whole, before anybody is told that we have it; the same mail again is one.

    Raises OSError when it cannot be kept.
    """
    digest = sha256(octets).hexdigest()
    if known := InboundMail.objects.filter(sha256=digest).first():
        return known
    file = storage.save("inbound", "mail.eml", [octets])
    try:
        with transaction.atomic():
            return InboundMail.objects.create(
                sha256=digest,
                path=file.path,
                size=len(octets),
                recipient=_plain(recipient, 254),
                source=source,
                received_at=now,
            )
    except IntegrityError:
        storage.delete(file.path)
        return InboundMail.objects.get(sha256=digest)


def read_kept_mails(*, now: datetime, limit: int = 500) -> int:
    """Read what was kept and not read yet, oldest first; returns how many were read.

    One that defeats us is put before a person: those behind it do not wait for it. One whose file
    is out of reach stays kept, for the next time.
    """
    waiting = InboundMail.objects.filter(state=MailState.KEPT).order_by("pk")
    read = 0
    for mail_id in list(waiting.values_list("pk", flat=True)[:limit]):
        try:
            read_mail(mail_id, now=now)
        except (OSError, storage.UnknownFileError, OperationalError, InterfaceError) as error:
            log.warning("mail %s cannot be read now: %s", mail_id, error)
            continue
        except Exception:  # anything may come in by mail
            log.exception("mail %s is for a person to read", mail_id)
            kept = InboundMail.objects.filter(pk=mail_id, state=MailState.KEPT)
            kept.update(state=MailState.UNMATCHED, kind=Kind.OTHER.value)
        read += 1
    return read


@transaction.atomic
def read_mail(mail_id: int, *, now: datetime) -> MailState:
    """CGV B.1.6: what a mail says of one message is recorded, once."""
    mail = InboundMail.objects.select_for_update().get(pk=mail_id)
    if mail.state != MailState.KEPT:
        return MailState(mail.state)
    octets = octets_of(mail)
    reading = classify(octets)
    place = _place_of(mail.recipient, reading)
    if place is not None:
        record_return(
            *place,
            reading,
            source=ReturnSource(mail.source),
            key=mail.sha256,
            at=mail.received_at,
            now=now,
        )
    taken_apart = read(octets)
    answers = place is not None and is_answer(reading, taken_apart)
    state = MailState.READ if place else MailState.UNMATCHED
    InboundMail.objects.filter(pk=mail.pk).update(
        state=MailState.ANSWERED if answers else state,
        kind=REPLY if answers else reading.kind.value,
        words=_plain(reading.words, 300),
        sender=_plain(taken_apart.header("From"), 254),
        subject=_plain(taken_apart.header("Subject"), 200),
        asks_to_leave=asks_to_leave(taken_apart) if answers else "",
    )
    return MailState.ANSWERED if answers else state


def is_answer(reading: Reading, mail: Mail) -> bool:
    """A person answers: neither news of a message, nor of a program."""
    is_news = reading.kind is not Kind.OTHER or reading.status or reading.words
    return not is_news and is_of_a_person(mail)


def octets_of(mail: InboundMail) -> bytes:
    """The mail whole, as it was received."""
    with storage.open(mail.path) as stream:
        return stream.read()


def record_news(body: bytes, *, now: datetime) -> int:
    """Record what a provider tells by a callback (CGV B.1.6); returns how many events are new.

    An event that names none of our messages is passed over. Raises ValueError for no JSON.
    """
    told = [(news, _place_of("", news.reading)) for news in news_in(body)]
    return sum(
        record_return(
            *place,
            news.reading,
            source=ReturnSource.WEBHOOK,
            key=news.key,
            at=now,
            now=now,
        )
        for news, place in told
        if place is not None and Campaign.objects.filter(pk=place[0]).exists()
    )


@transaction.atomic
def record_return(
    campaign_id: int,
    position: int,
    reading: Reading,
    *,
    source: ReturnSource,
    key: str,
    at: datetime,
    now: datetime,
) -> bool:
    """CGV B.1.6, B.5: one piece of news of one recipient; False when it was told already.

    `at` is when it reached us: what it counts from, unless the figures bind already. An address
    that will never work is written to by nobody any more; who complains is left alone by whom
    `scopes_to_close` says. An absence suppresses nobody (RFC 3834).
    """
    campaigns = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id)
    frozen_at, erased_at = campaigns.values_list("figures_frozen_at", "addresses_erased_at").get()
    _, is_new = ReturnEvent.objects.get_or_create(
        event_key=key,
        defaults={
            "campaign_id": campaign_id,
            "position": position,
            "kind": ReturnKind(reading.kind.value),
            "hard": reading.hard,
            "cause": reading.cause,
            "status": reading.status,
            "words": _plain(
                without_any_address(reading.words) if erased_at else reading.words, 300
            ),
            "source": source,
            "at": at,
            "received_at": counts_from(received_at=at, figures_frozen_at=frozen_at, now=now),
        },
    )
    if is_new:
        _suppress(campaign_id, position, reading, now)
    return is_new


def _suppress(campaign_id: int, position: int, reading: Reading, now: datetime) -> None:
    if reading.kind is Kind.BOUNCE and reading.hard:
        dead = [ClosedScope(Scope.EVERYONE, 0)]
        oppose(campaign_id, position, dead, reason="hard_bounce", at=now)
    elif reading.kind is Kind.COMPLAINT:
        closed = scopes_to_close(Campaign.objects.get(pk=campaign_id))
        oppose(campaign_id, position, closed, reason="complaint", at=now)


def _place_of(recipient: str, reading: Reading) -> tuple[int, int] | None:
    """(campaign id, position): by the address it came to, else by what it quotes of our message.

    The Message-ID, or the unsubscribe link when a relay gave the message another number. All are
    signed: nobody bounces somebody else by guessing, and a number alone names nothing.
    """
    try:
        return recipient_of_return_path(recipient.partition("@")[0].lower().removeprefix("r-"))
    except InvalidTokenError:
        pass
    links = _TOKEN.findall(reading.unsubscribe)[:2]
    for token in (reading.message_id.strip("<>").partition("@")[0].partition(".")[2], *links):
        try:
            return recipient_of_link(token)
        except InvalidTokenError:
            continue
    return None


def _plain(text: str, longest: int) -> str:
    """One line that the database takes, whatever octets it came from."""
    stored = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return " ".join(stored.split())[:longest]
