"""Deliver one notice: mark it in flight, commit, speak SMTP, record what became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.notices.mime import message_bytes
from marketingconnect.notices.models import Notice
from marketingconnect.notices.services import defer_delivery
from marketingconnect.notices.smtp import Outcome, Verdict, hand_over
from marketingconnect.notices.states import NoticeState

Clock = Callable[[], datetime]
RETRY_MINUTES: Final = (1, 2, 5, 15, 30, 60, 120, 240)
"""Pauses between attempts; after the last one the notice has failed and staff see it."""
STALLED_AFTER: Final = timedelta(minutes=10)
FORGOTTEN_AFTER: Final = timedelta(minutes=2)
_ACTOR: Final = Actor.system("Messagerie")
_NEW_STATE: Final = {
    Verdict.SENT: NoticeState.SENT,
    Verdict.DEFERRED: NoticeState.QUEUED,
    Verdict.REFUSED: NoticeState.FAILED,
    Verdict.UNCERTAIN: NoticeState.UNCERTAIN,
}


def deliver(notice_id: int, *, now: Clock) -> NoticeState | None:
    """One attempt; None when there is nothing to do (already sent, in flight, or too early)."""
    notice = _take(notice_id, now())
    if notice is None:
        return None
    try:
        content = message_bytes(notice, at=now())
    except (storage.UnknownFileError, ValueError) as error:
        return _conclude(
            notice, Outcome(Verdict.REFUSED, f"{type(error).__name__}: {error}"), now()
        )
    return _conclude(notice, hand_over(notice.to_email, content), now())


def sweep(now: datetime) -> int:
    """Mark as uncertain what a stopped process left in flight; give lost jobs a new one.

    Returns the number of notices that became uncertain.
    """
    stalled = Notice.objects.filter(
        state=NoticeState.IN_FLIGHT, in_flight_at__lt=now - STALLED_AFTER
    )
    doubtful = sum(_abandon(notice, now) for notice in stalled)
    forgotten = Notice.objects.filter(
        Q(not_before__isnull=True, queued_at__lt=now - FORGOTTEN_AFTER)
        | Q(not_before__lt=now - FORGOTTEN_AFTER),
        state=NoticeState.QUEUED,
    )
    for notice_id in forgotten.order_by("pk").values_list("pk", flat=True)[:500]:
        defer_delivery(notice_id)
    return doubtful


@transaction.atomic(durable=True)
def _take(notice_id: int, now: datetime) -> Notice | None:
    """Compare and swap to `in_flight`, committed before a single byte leaves."""
    taken = Notice.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now),
        pk=notice_id,
        state=NoticeState.QUEUED,
    ).update(state=NoticeState.IN_FLIGHT, in_flight_at=now, attempts=F("attempts") + 1)
    return Notice.objects.get(pk=notice_id) if taken else None


@transaction.atomic
def _conclude(notice: Notice, outcome: Outcome, now: datetime) -> NoticeState:
    """Record the outcome of this attempt; a sweep may have called it uncertain meanwhile."""
    state = _NEW_STATE[outcome.verdict]
    pause = _pause_after(notice.attempts)
    if state is NoticeState.QUEUED and pause is None:
        state = NoticeState.FAILED
    concluded = Notice.objects.filter(
        pk=notice.pk,
        in_flight_at=notice.in_flight_at,
        attempts=notice.attempts,
        state__in=[NoticeState.IN_FLIGHT, NoticeState.UNCERTAIN],
    ).update(
        state=state,
        reply=outcome.reply[:2000],
        sent_at=now if state is NoticeState.SENT else None,
        not_before=now + pause if pause and state is NoticeState.QUEUED else None,
    )
    if not concluded:
        return state
    if state is NoticeState.QUEUED and pause:
        defer_delivery(notice.pk, in_seconds=int(pause.total_seconds()))
    else:
        _write_down(notice, state, outcome.reply, now)
    return state


@transaction.atomic
def _abandon(notice: Notice, now: datetime) -> int:
    swapped = Notice.objects.filter(
        pk=notice.pk, state=NoticeState.IN_FLIGHT, attempts=notice.attempts
    ).update(state=NoticeState.UNCERTAIN, reply="La plateforme s’est arrêtée pendant l’envoi.")
    if swapped:
        _write_down(notice, NoticeState.UNCERTAIN, "", now)
    return swapped


def _write_down(notice: Notice, state: NoticeState, reply: str, now: datetime) -> None:
    record(
        action=f"notice.{state}",
        actor=_ACTOR,
        company_id=notice.company_id,
        subject=f"notice:{notice.pk}",
        at=now,
        after={
            "key": notice.key,
            "to": notice.to_email,
            "message_id": notice.message_id,
            "attempts": notice.attempts,
            "reply": reply[:300],
        },
    )


def _pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None when enough were made."""
    if attempts > len(RETRY_MINUTES):
        return None
    return timedelta(minutes=RETRY_MINUTES[attempts - 1])
