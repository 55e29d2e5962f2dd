"""Messages of a company, and the bytes that a draft makes."""

from django.conf import settings
from django.db.models import QuerySet

from marketingconnect.messages.composing.rendering import Compiled, Draft, compile_draft
from marketingconnect.messages.models import Message


def messages_of(company_id: int) -> QuerySet[Message]:
    """Messages of a company that were not put away, the last changed first."""
    return Message.objects.filter(company_id=company_id, archived_at__isnull=True).order_by(
        "-updated_at", "-pk"
    )


def message_of(company_id: int, message_id: int) -> Message:
    """One message of this company. Raises Message.DoesNotExist for anybody else's."""
    return Message.objects.select_related("company", "contact_file").get(
        pk=message_id, company_id=company_id, archived_at__isnull=True
    )


def draft_of(message: Message) -> Draft:
    """The stored draft as a plain value."""
    return Draft(
        kind=message.kind,
        subject=message.subject,
        preheader=message.preheader,
        sender_name=message.sender_name,
        reply_to=message.reply_to,
        content=message.content,
        fallbacks=message.fallbacks,
    )


def compiled_draft(message: Message) -> Compiled:
    """What would be frozen and sent if a proof were asked for now (about a millisecond)."""
    return compile_draft(draft_of(message), base_url=settings.BASE_URL)
