"""Write what happens to a signature: in its own proof, and in the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.signature.models import SignatureEvent, SignatureRequest
from marketingconnect.signature.states import EventKind


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who acts, and from where."""

    actor: Actor
    user_id: int | None = None
    ip_address: str | None = None
    user_agent: str = ""


PLATFORM = Visitor(Actor.system("Signature électronique"))


def write_event(
    request: SignatureRequest,
    kind: EventKind,
    visitor: Visitor,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> SignatureEvent:
    """CGV II.3: one event of the proof, and one entry of the journal, in the same transaction.

    The caller holds the lock of the request, so that numbers follow each other.
    """
    facts = dict(detail or {})
    event = SignatureEvent.objects.create(
        request=request,
        number=SignatureEvent.objects.filter(request=request).count() + 1,
        kind=kind,
        at=at,
        actor=visitor.actor.label,
        user_id=visitor.user_id,
        ip_address=visitor.ip_address,
        user_agent=visitor.user_agent[:300],
        detail=facts,
    )
    record(
        action=f"signature.{kind}",
        actor=visitor.actor,
        company_id=request.company_id,
        subject=f"order:{request.order_id}",
        at=at,
        after={
            "request": request.reference,
            "kind": request.kind,
            "sha256": request.sha256,
            "ip_address": visitor.ip_address,
            **facts,
        },
    )
    return event
