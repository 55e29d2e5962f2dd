"""Reads of messages: drafts and their bytes, checks, samples, where validation stands, queues."""

from marketingconnect.messages.queries.checking import findings_of, flags_of
from marketingconnect.messages.queries.drafts import (
    compiled_draft,
    draft_of,
    message_of,
    messages_of,
)
from marketingconnect.messages.queries.moderation import (
    ModerationQueue,
    company_history,
    moderation_of,
    moderation_queue,
    request_of,
    waiting_requests,
)
from marketingconnect.messages.queries.pictures import pictures_of, public_picture
from marketingconnect.messages.queries.samples import (
    Rendered,
    merge_choices,
    render_sample,
    sample_of,
)
from marketingconnect.messages.queries.standing import (
    Standing,
    says_origin,
    standing_of,
    validated_version,
)

__all__ = [
    "ModerationQueue",
    "Rendered",
    "Standing",
    "company_history",
    "compiled_draft",
    "draft_of",
    "findings_of",
    "flags_of",
    "merge_choices",
    "message_of",
    "messages_of",
    "moderation_of",
    "moderation_queue",
    "pictures_of",
    "public_picture",
    "render_sample",
    "request_of",
    "sample_of",
    "says_origin",
    "standing_of",
    "validated_version",
    "waiting_requests",
]
