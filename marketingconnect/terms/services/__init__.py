"""Verbs of the terms: publish them, accept them, tell of a change, keep the law."""

from marketingconnect.terms.services.acceptance import accept_terms
from marketingconnect.terms.services.changes import (
    announce_change,
    record_refusal,
    tell_clients,
)
from marketingconnect.terms.services.drafts import (
    discard_draft,
    publish_draft,
    save_draft,
    start_draft,
)
from marketingconnect.terms.services.law import seed_law, set_legal_fact
from marketingconnect.terms.services.texts import ensure_terms_published

__all__ = [
    "accept_terms",
    "announce_change",
    "discard_draft",
    "ensure_terms_published",
    "publish_draft",
    "record_refusal",
    "save_draft",
    "seed_law",
    "set_legal_fact",
    "start_draft",
    "tell_clients",
]
