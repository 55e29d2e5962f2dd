"""Reads of sessions: the open one of a target, its events, who is there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from marketingconnect import clock
from marketingconnect.targeting.sessions.models import LiveEvent, LiveParticipant, LiveSession
from marketingconnect.targeting.sessions.rules import is_over, is_present, made_together

_LOOKED_AT = 20


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


@dataclass(frozen=True, slots=True)
class SatTogether:
    """A session as a contract names it: its number, its day, and each person with a side."""

    session: int
    on: str
    people: tuple[dict[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "people": list(self.people)}


def session_behind(company_id: int, criteria: Mapping[str, Any]) -> SatTogether | None:
    """CGV B.1.3: the session in which a client's criteria were made, as they stand, if any."""
    sessions = LiveSession.objects.filter(
        company_id=company_id, target__company_id=company_id, target__criteria=dict(criteria)
    )
    latest = sessions.select_related("target").prefetch_related("participants").order_by("-pk")
    return next((found for one in latest[:_LOOKED_AT] if (found := _together(one))), None)


def _together(session: LiveSession) -> SatTogether | None:
    seats = sorted(session.participants.all(), key=lambda seat: (seat.joined_at, seat.pk))
    if not made_together(
        changed_at=session.target.changed_at,
        ended_at=session.ended_at,
        sides=[seat.side for seat in seats],
    ):
        return None
    people = tuple({"name": seat.name, "side": seat.side} for seat in seats)
    return SatTogether(session.pk, clock.paris_date(session.started_at).isoformat(), people)
