"""Verbs of messages: compose, prove, validate, moderate, keep pictures."""

from marketingconnect.messages.services.drafts import (
    DraftChanges,
    archive_message,
    create_message,
    duplicate_message,
    save_content,
)
from marketingconnect.messages.services.moderation import decide_moderation
from marketingconnect.messages.services.pictures import add_picture, delete_picture
from marketingconnect.messages.services.proofs import send_proof, validate_proof

__all__ = [
    "DraftChanges",
    "add_picture",
    "archive_message",
    "create_message",
    "decide_moderation",
    "delete_picture",
    "duplicate_message",
    "save_content",
    "send_proof",
    "validate_proof",
]
