"""Answers of people to a campaign: handed on to the client, or heard as an opposition (CGV B.5).

A person of ours reads each and decides; the words that seem to oppose are only proposed.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.notices.services import queue_notice
from marketingconnect.sending.bounces.mail import read
from marketingconnect.sending.bounces.replies import own_words
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.models import Campaign, InboundMail, ReturnEvent
from marketingconnect.sending.services.attaching import moved
from marketingconnect.sending.services.opposing import oppose, scopes_to_close
from marketingconnect.sending.services.returns import REPLY, octets_of
from marketingconnect.sending.states import MailState
from marketingconnect.terms.queries import first_owner

REASON: Final = "reply"
_LONGEST: Final = 8_000


@dataclass(frozen=True)
class Answer:
    """An answer, the campaign and the recipient it names, and where it can be handed on."""

    mail: InboundMail
    campaign: Campaign
    position: int
    forward_to: str
    """Empty when the client gave no address that takes it."""


def answer_of(mail: InboundMail) -> Answer | None:
    """None for a mail that is no answer to a campaign."""
    event = ReturnEvent.objects.filter(event_key=mail.sha256).first()
    if mail.kind != REPLY or event is None:
        return None
    campaign = Campaign.objects.select_related("company", "selection").get(pk=event.campaign_id)
    return Answer(mail, campaign, event.position, _forward_to(campaign))


def notice_key(mail: InboundMail) -> str:
    """Of the mail that hands an answer on: once an answer."""
    return f"reply-forwarded:{mail.pk}"


@transaction.atomic
def forward_answer(mail_id: int, *, actor: Actor, now: datetime) -> bool:
    """CGV B.5: hand an answer on to the client, who replies to its author; False when it was.

    Raises SendingError when it waits for no decision, or has nobody to go to.
    """
    answer = _locked(mail_id)
    if answer.mail.state == MailState.FORWARDED:
        return False
    if not answer.forward_to:
        raise SendingError(
            "Le client n’a donné aucune adresse de réponse qui puisse recevoir cet e-mail."
        )
    before = moved(answer.mail, MailState.FORWARDED)
    _queue(answer, now)
    after = {"campaign": answer.campaign.pk, "to": answer.forward_to}
    _journal("inbound_mail.forwarded", answer, actor, now, before=before, after=after)
    return True


@transaction.atomic
def oppose_answer(mail_id: int, *, actor: Actor, now: datetime) -> bool:
    """CGV B.5: who answered is written to no more by this client, nor from the base if rented.

    The recipient that we wrote to, whatever address the answer came from. False when it was done.
    """
    answer = _locked(mail_id)
    if answer.mail.state == MailState.OPPOSED:
        return False
    before = moved(answer.mail, MailState.OPPOSED)
    lists = scopes_to_close(answer.campaign)
    oppose(answer.campaign.pk, answer.position, lists, reason=REASON, at=now)
    after = {
        "campaign": answer.campaign.pk,
        "position": answer.position,
        "lists": [one.scope.value for one in lists],
        "cited": answer.mail.asks_to_leave,
    }
    _journal("inbound_mail.opposed", answer, actor, now, before=before, after=after)
    return True


def _locked(mail_id: int) -> Answer:
    answer = answer_of(InboundMail.objects.select_for_update().get(pk=mail_id))
    if answer is None:
        raise SendingError("Cet e-mail ne répond à aucune campagne.")
    return answer


def _forward_to(campaign: Campaign) -> str:
    """Where the message asked for answers; else the owner. Never back to our own reception."""
    owner = first_owner(campaign.company)
    for email in (campaign.reply_to, owner.email if owner else ""):
        if email and email.rpartition("@")[2].lower() != settings.SENDING_DOMAIN.lower():
            return email
    return ""


def _queue(answer: Answer, now: datetime) -> None:
    taken_apart = read(octets_of(answer.mail))
    name, address = parseaddr(taken_apart.header("Reply-To") or taken_apart.header("From"))
    try:
        address = normalise_email(address)
    except InvalidValueError:
        address = ""
    queue_notice(
        key=notice_key(answer.mail),
        template="reply_forwarded",
        to_email=answer.forward_to,
        company_id=answer.campaign.company_id,
        at=now,
        context={
            "campaign": answer.campaign,
            "name": name[:120],
            "address": address,
            "subject": answer.mail.subject,
            "words": own_words(taken_apart).replace("\0", "")[:_LONGEST],
            "asks_to_leave": answer.mail.asks_to_leave,
        },
        headers={"Reply-To": address} if address else None,
    )


def _journal(
    action: str,
    answer: Answer,
    actor: Actor,
    now: datetime,
    *,
    before: str,
    after: dict[str, object],
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=answer.campaign.company_id,
        subject=f"inbound_mail:{answer.mail.pk}",
        at=now,
        before={"state": before},
        after=after,
    )
