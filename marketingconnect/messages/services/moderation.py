"""The moderator's decision, and the client's notice (CGV B.2)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.messages.errors import (
    InvalidDecisionError,
    MessageError,
    StaleModerationError,
)
from marketingconnect.messages.models import ModerationRequest, Validation
from marketingconnect.messages.rules.moderation import REASONS, decision_objections, may_moderate
from marketingconnect.messages.states import TRANSITIONS, ModerationState
from marketingconnect.notices.services import queue_notice

_VOIDED_BECAUSE = "La modération n’a pas accepté cette version"


@transaction.atomic
def decide_moderation(
    request_id: int,
    *,
    decision: str,
    reason: str = "",
    comment: str = "",
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ModerationRequest:
    """CGV B.2: approve, refuse or ask for changes; the client is told why by mail.

    A refused or unfinished version loses its validation. Raises InvalidDecisionError when the
    reason lacks, StaleModerationError when the request is no longer where it was.
    """
    user = User.objects.get(pk=user_id)
    if not may_moderate(staff_role=StaffRole(user.staff_role) if user.staff_role else None):
        raise MessageError("Cette décision revient à la modération.")
    if objections := decision_objections(decision=decision, reason=reason, comment=comment):
        raise InvalidDecisionError(objections)
    new = ModerationState(decision)
    request = ModerationRequest.objects.select_related("version__message__company").get(
        pk=request_id
    )
    old = ModerationState(request.state)
    _move(request, old, new, reason, comment, user, now)
    if new is not ModerationState.APPROVED:
        _void(request, now)
    _journal(request, old, new, actor, now)
    _notify(request, now)
    return request


def _move(
    request: ModerationRequest,
    old: ModerationState,
    new: ModerationState,
    reason: str,
    comment: str,
    user: User,
    now: datetime,
) -> None:
    """Compare and swap: two moderators cannot both decide."""
    given = reason if new is not ModerationState.APPROVED else ""
    moved = new in TRANSITIONS[old] and ModerationRequest.objects.filter(
        pk=request.pk, state=old
    ).update(state=new, reason=given, comment=comment.strip(), decided_at=now, decided_by=user)
    if not moved:
        raise StaleModerationError(
            "Cette demande n’attend plus de décision : elle a été traitée, ou le client a modifié "
            "son message."
        )
    request.refresh_from_db()


def _void(request: ModerationRequest, now: datetime) -> None:
    Validation.objects.filter(version=request.version, voided_at__isnull=True).update(
        voided_at=now, voided_because=_VOIDED_BECAUSE
    )


def _journal(
    request: ModerationRequest,
    old: ModerationState,
    new: ModerationState,
    actor: Actor,
    now: datetime,
) -> None:
    message = request.version.message
    record(
        action=f"message.moderation_{new}",
        actor=actor,
        company_id=message.company_id,
        subject=f"message:{message.pk}",
        at=now,
        before={"state": old},
        after={
            "state": new,
            "version": request.version.number,
            "sha256": request.version.sha256,
            "reason": request.reason,
            "comment": request.comment,
        },
    )


def _notify(request: ModerationRequest, now: datetime) -> None:
    message = request.version.message
    validation = request.version.validations.select_related("user").order_by("-pk").first()
    person = validation.user if validation else message.created_by
    reason = REASONS.get(request.reason)
    queue_notice(
        key=f"moderation:{request.pk}:{request.state}",
        template=f"moderation_{request.state}",
        to_email=person.email,
        company_id=message.company_id,
        context={
            "person": person,
            "message": message,
            "version": request.version,
            "reason": reason,
            "comment": request.comment,
            "action_url": settings.BASE_URL
            + reverse("client_area:message_proof", args=[message.pk]),
            "action_text": "Voir le message",
        },
        at=now,
    )
