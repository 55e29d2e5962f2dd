"""Mails that named no message of ours: a person says which one, or leaves them without effect."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.sending.bounces import Kind, Reading, classify
from marketingconnect.sending.bounces.mail import read
from marketingconnect.sending.bounces.replies import asks_to_leave
from marketingconnect.sending.causes import Cause
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.models import Campaign, DeliveryOutcome, InboundMail, ReturnEvent
from marketingconnect.sending.services.returns import (
    REPLY,
    is_answer,
    octets_of,
    record_return,
)
from marketingconnect.sending.states import MAIL_TRANSITIONS, MailState, Outcome, ReturnSource


@transaction.atomic
def attach_mail(
    mail_id: int, *, campaign_id: int, position: int, kind: Kind, actor: Actor, now: datetime
) -> bool:
    """CGV B.1.6: record what a mail says of one recipient, as when it names it itself.

    False when it was attached there already. Raises SendingError when it was attached elsewhere,
    or when no message left for this recipient.
    """
    mail = InboundMail.objects.select_for_update().get(pk=mail_id)
    _must_have_left(campaign_id, position)
    reading = _as_told(classify(octets_of(mail)), kind)
    is_new = record_return(
        campaign_id,
        position,
        reading,
        source=ReturnSource.HAND,
        key=mail.sha256,
        at=mail.received_at,
        now=now,
    )
    if not is_new:
        return _attached_there(mail, campaign_id, position)
    state = _answered(mail) if kind is Kind.OTHER else None
    if state is None:
        before = moved(mail, MailState.ATTACHED, kind=kind.value)
    else:
        before = moved(mail, MailState.ANSWERED, **state)
    record(
        action="inbound_mail.attached",
        actor=actor,
        company_id=Campaign.objects.get(pk=campaign_id).company_id,
        subject=f"inbound_mail:{mail.pk}",
        at=now,
        before={"state": before},
        after={"campaign": campaign_id, "position": position, "kind": kind.value},
    )
    return True


@transaction.atomic
def dismiss_mail(mail_id: int, *, reason: str, actor: Actor, now: datetime) -> bool:
    """A person read it and nothing follows; it is kept. False when it was left so already.

    Raises SendingError when it is about a message of ours.
    """
    mail = InboundMail.objects.select_for_update().get(pk=mail_id)
    if mail.state == MailState.DISMISSED:
        return False
    before = moved(mail, MailState.DISMISSED, reason=reason[:300])
    record(
        action="inbound_mail.dismissed",
        actor=actor,
        company_id=None,
        subject=f"inbound_mail:{mail.pk}",
        at=now,
        before={"state": before},
        after={"reason": reason[:300]},
    )
    return True


def _answered(mail: InboundMail) -> dict[str, str] | None:
    """What is kept of it when a person wrote it: then it waits for a decision of its own."""
    octets = octets_of(mail)
    taken_apart = read(octets)
    if not is_answer(classify(octets), taken_apart):
        return None
    return {"kind": REPLY, "asks_to_leave": asks_to_leave(taken_apart)}


def _must_have_left(campaign_id: int, position: int) -> None:
    outcomes = DeliveryOutcome.objects.filter(campaign_id=campaign_id, position=position)
    if not outcomes.exclude(outcome=Outcome.NOT_SENT).exists():
        raise SendingError(
            "Aucun message n’est parti vers ce destinataire : cet e-mail parle d’un autre envoi."
        )


def _as_told(reading: Reading, kind: Kind) -> Reading:
    """A person may call it otherwise; then nobody can say that the address will never work."""
    if reading.kind is kind:
        return reading
    cause = Cause.OTHER.value if kind is Kind.BOUNCE else ""
    return replace(reading, kind=kind, hard=None, cause=cause)


def _attached_there(mail: InboundMail, campaign_id: int, position: int) -> bool:
    event = ReturnEvent.objects.get(event_key=mail.sha256)
    if (event.campaign_id, event.position) != (campaign_id, position):
        raise SendingError("Cet e-mail est déjà rattaché à un autre destinataire.")
    return False


def moved(mail: InboundMail, state: MailState, **fields: str) -> str:
    before = MailState(mail.state)
    if state not in MAIL_TRANSITIONS[before]:
        raise SendingError("Cet e-mail n’attend plus de décision : rechargez la page.")
    moved = InboundMail.objects.filter(pk=mail.pk, state=before).update(state=state, **fields)
    if not moved:
        raise SendingError("Cet e-mail vient de changer : rechargez la page.")
    return before.value
