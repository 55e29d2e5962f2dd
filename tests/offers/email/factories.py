"""Messages validated and released, for campaigns that are ready to leave."""

from datetime import datetime

from marketingconnect.accounts.models import Company, User
from marketingconnect.messages.models import (
    Message,
    MessageVersion,
    ModerationRequest,
    Validation,
)
from marketingconnect.messages.queries import compiled_draft
from marketingconnect.messages.states import ModerationState


def make_message(company: Company, user: User, at: datetime) -> Message:
    return Message.objects.create(
        company=company,
        name="Brioches de Noël",
        kind="html",
        subject="Des brioches pour {{first_name}}",
        sender_name="Boulangerie Nadia",
        reply_to="nadia@example.org",
        content={
            "html": '<p>Bonjour {{first_name}}</p><a href="{{lien_desinscription}}">Quitter</a>'
        },
        fallbacks={"first_name": "cher client"},
        created_by=user,
        created_at=at,
        updated_at=at,
    )


def release(message: Message, user: User, at: datetime, *, approved: bool = True) -> MessageVersion:
    """Freeze, validate and moderate the message's present content."""
    content = compiled_draft(message)
    version = MessageVersion.objects.create(
        message=message,
        number=1,
        sha256=content.sha256,
        subject=content.subject,
        preheader=content.preheader,
        sender_name=content.sender_name,
        reply_to=content.reply_to,
        html=content.html,
        text=content.text,
        fallbacks=content.fallbacks,
        merge_fields=content.merge_fields,
        created_at=at,
    )
    Validation.objects.create(version=version, sha256=version.sha256, user=user, at=at)
    ModerationRequest.objects.create(
        version=version,
        state=ModerationState.APPROVED if approved else ModerationState.WAITING,
        requested_at=at,
    )
    return version
