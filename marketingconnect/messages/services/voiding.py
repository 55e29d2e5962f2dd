"""A validation that no longer holds, and the moderation that went with it."""

from datetime import datetime

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.messages.models import Message, ModerationRequest, Validation
from marketingconnect.messages.states import TRANSITIONS, ModerationState

_VOIDABLE = [state for state, ways in TRANSITIONS.items() if ModerationState.VOID in ways]


def void_validations(message: Message, *, because: str, actor: Actor, now: datetime) -> int:
    """CGV B.1.2: end the open validation of a message and its moderation; returns how many fell.

    Runs inside the transaction of the change; the message's row is locked by the caller.
    """
    versions = list(message.versions.values_list("pk", flat=True))
    fallen = Validation.objects.filter(version__in=versions, voided_at__isnull=True).update(
        voided_at=now, voided_because=because
    )
    ModerationRequest.objects.filter(version__in=versions, state__in=_VOIDABLE).update(
        state=ModerationState.VOID
    )
    if fallen:
        record(
            action="message.validation_voided",
            actor=actor,
            company_id=message.company_id,
            subject=f"message:{message.pk}",
            at=now,
            after={"because": because, "revision": message.revision},
        )
    return fallen
