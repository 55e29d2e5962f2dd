"""Take in a provider's callback: verified, kept as it came, applied at most once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.payments.gateways.base import CardGateway, ForgedWebhookError, GatewayEvent
from marketingconnect.payments.models import PaymentAttempt, WebhookEvent
from marketingconnect.payments.queries import attempt_behind
from marketingconnect.payments.services.settling import apply_outcome
from marketingconnect.payments.states import WebhookVerdict

MAX_BYTES = 256 * 1024
_KEPT_OF_A_FORGERY = 8 * 1024


def receive_webhook(
    gateway: CardGateway, headers: Mapping[str, str], body: bytes, *, now: datetime
) -> WebhookVerdict:
    """CGV II.1.b: a callback changes something once; forged, old or repeated, it changes nothing.

    A forged one is kept (its first 8 KB) and written in the journal.
    """
    try:
        event = gateway.parse_webhook(headers, body)
    except ForgedWebhookError as forgery:
        return _keep_forgery(gateway.name, headers, body, str(forgery), now)
    return _take_in(gateway.name, event, headers, body, now)


@transaction.atomic
def _take_in(
    gateway: str, event: GatewayEvent, headers: Mapping[str, str], body: bytes, now: datetime
) -> WebhookVerdict:
    kept, is_new = WebhookEvent.objects.get_or_create(
        gateway=gateway,
        event_id=event.event_id[:120],
        defaults={"headers": _kept(headers), "payload": body, "received_at": now},
    )
    kept = WebhookEvent.objects.select_for_update().get(pk=kept.pk)
    if not is_new:
        WebhookEvent.objects.filter(pk=kept.pk).update(times_received=kept.times_received + 1)
        return WebhookVerdict.UNCHANGED
    attempt, verdict = _apply(gateway, event, now)
    WebhookEvent.objects.filter(pk=kept.pk).update(attempt=attempt, verdict=verdict)
    return verdict


def _apply(
    gateway: str, event: GatewayEvent, now: datetime
) -> tuple[PaymentAttempt | None, WebhookVerdict]:
    if event.outcome is None:
        return None, WebhookVerdict.UNRELATED
    attempt = attempt_behind(gateway, event.outcome)
    if attempt is None:
        return None, WebhookVerdict.UNRELATED
    return attempt, apply_outcome(attempt.pk, event.outcome, now=now)


@transaction.atomic
def _keep_forgery(
    gateway: str, headers: Mapping[str, str], body: bytes, why: str, now: datetime
) -> WebhookVerdict:
    kept = WebhookEvent.objects.create(
        gateway=gateway,
        headers=_kept(headers),
        payload=body[:_KEPT_OF_A_FORGERY],
        received_at=now,
        verdict=WebhookVerdict.FORGED,
        detail=why[:300],
    )
    record(
        action="payment.webhook_forged",
        actor=Actor.system("Rappel de paiement"),
        company_id=None,
        subject=f"webhook:{kept.pk}",
        at=now,
        after={"gateway": gateway, "reason": why, "bytes": len(body)},
    )
    return WebhookVerdict.FORGED


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers worth keeping: who signed, what kind of body, from where."""
    wanted = ("signature", "content-type", "user-agent")
    return {name: value[:500] for name, value in headers.items() if name.lower().endswith(wanted)}
