"""Append to the journal, inside the transaction of the act itself."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry, JournalHead

State = Mapping[str, Any] | None


@transaction.atomic
def record(
    *,
    action: str,
    actor: Actor,
    company_id: int | None,
    subject: str,
    at: datetime,
    before: State = None,
    after: State = None,
) -> JournalEntry:
    """CGV III.n: append one act; it commits or rolls back with the transaction around it.

    `subject` reads `order:42`. The head of the chain is locked until that transaction ends, so
    positions have no gap and hashes no fork.
    """
    head = hold()
    entry = JournalEntry(
        position=head.position + 1,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        company_id=company_id,
        action=action,
        subject=subject,
        before=_plain(before),
        after=_plain(after),
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    JournalHead.objects.filter(pk=1).update(position=entry.position, hash=entry.hash)
    return entry


def hold() -> JournalHead:
    """Take the head of the chain now, and other locks next: every act takes them in that order."""
    if head := JournalHead.objects.select_for_update().filter(pk=1).first():
        return head
    JournalHead.objects.get_or_create(pk=1)
    return JournalHead.objects.select_for_update().get(pk=1)


def entry_hash(entry: JournalEntry) -> str:
    """SHA-256 over the entry's canonical JSON and the hash of the entry before it."""
    content = [
        entry.position,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_label,
        entry.company_id,
        entry.action,
        entry.subject,
        entry.before,
        entry.after,
        entry.previous_hash,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(state: State) -> Any:
    """The same JSON that the database gives back, so that a hash can be computed again.

    Numbers with a fraction become text: PostgreSQL would give some of them back differently.
    """
    if state is None:
        return None
    return json.loads(json.dumps(state, cls=DjangoJSONEncoder), parse_float=str)
