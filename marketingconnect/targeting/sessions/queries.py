"""Reads of sessions: the open one of a target, its events, who is there."""

from datetime import datetime

from django.db.models import QuerySet

from marketingconnect.targeting.sessions.models import LiveEvent, LiveParticipant, LiveSession
from marketingconnect.targeting.sessions.rules import is_over, is_present


def open_session_of(target_id: int, *, now: datetime) -> LiveSession | None:
    """The session in which a target is looked at now."""
    session = LiveSession.objects.filter(target_id=target_id, ended_at=None).first()
    if session is None or is_over(
        started_at=session.started_at, last_event_at=session.last_event_at, now=now
    ):
        return None
    return session


def open_sessions() -> QuerySet[LiveSession]:
    """Every open session, the oldest first, with its target and company."""
    return (
        LiveSession.objects.filter(ended_at=None)
        .select_related("target", "company", "started_by")
        .prefetch_related("participants")
        .order_by("started_at")
    )


def events_after(session_id: int, number: int, *, most: int = 200) -> list[LiveEvent]:
    """The latest events of a session with a greater number, in order."""
    events = LiveEvent.objects.filter(session_id=session_id, number__gt=number)
    return list(reversed(events.order_by("-number")[:most]))


def people_in(session_id: int, *, now: datetime) -> list[LiveParticipant]:
    """Who is looking now, the first come first."""
    seats = LiveParticipant.objects.filter(session_id=session_id).order_by("joined_at", "pk")
    return [seat for seat in seats if is_present(last_seen_at=seat.last_seen_at, now=now)]


def is_session_open(session_id: int) -> bool:
    return LiveSession.objects.filter(pk=session_id, ended_at=None).exists()


def latest_session_of(target_id: int) -> LiveSession | None:
    """The last session of a target, open or not: whoever was there learns that it has ended."""
    return (
        LiveSession.objects.filter(target_id=target_id)
        .select_related("started_by")
        .order_by("-pk")
        .first()
    )
