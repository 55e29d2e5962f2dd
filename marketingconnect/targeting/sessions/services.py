"""Open a session, take a seat, say what changed, end it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.targeting.sessions.models import (
    EventKind,
    LiveEvent,
    LiveParticipant,
    LiveSession,
    Side,
)
from marketingconnect.targeting.sessions.rules import is_over, is_present

NOTIFICATIONS: Final = "targeting_live"
"""The PostgreSQL channel on which the number of a session with news is sent."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts in a session, and on which side of the table."""

    user_id: int
    name: str
    side: Side


@transaction.atomic
def start_session(
    *, target_id: int, company_id: int, person: Person, actor: Actor, now: datetime
) -> LiveSession:
    """CGV B.1.3, CL.4: look at a target together; the open session when there is one already."""
    close_idle_sessions(now=now, target_id=target_id)
    session, is_new = LiveSession.objects.get_or_create(
        target_id=target_id,
        ended_at=None,
        defaults={
            "company_id": company_id,
            "started_by_id": person.user_id,
            "started_side": person.side,
            "started_at": now,
            "last_event_at": now,
        },
    )
    if is_new:
        _say(session.pk, EventKind.STARTED, person, "a ouvert la séance", now)
        _journal("live_session.started", session, actor, now, person)
    return session


@transaction.atomic
def take_seat(session_id: int, *, person: Person, actor: Actor, now: datetime) -> bool:
    """Come in, or say that one is still there; True when the others did not know.

    The first time is written in the journal: both names stand there (CGV B.1.3).
    """
    session = LiveSession.objects.select_for_update().get(pk=session_id)
    if not session.is_open:
        return False
    seat, is_new = LiveParticipant.objects.get_or_create(
        session=session,
        user_id=person.user_id,
        defaults={"side": person.side, "name": person.name, "joined_at": now},
    )
    was_there = is_present(last_seen_at=seat.last_seen_at, now=now)
    LiveParticipant.objects.filter(pk=seat.pk).update(last_seen_at=now)
    if not was_there:
        _say(session_id, EventKind.JOINED, person, "regarde la cible", now)
    if is_new:
        _journal("live_session.joined", session, actor, now, person)
    return not was_there


def give_sign(session_id: int, user_ids: Sequence[int], *, now: datetime) -> None:
    """These people are still listening."""
    LiveParticipant.objects.filter(
        session_id=session_id, user_id__in=user_ids, last_seen_at__isnull=False
    ).update(last_seen_at=now)


@transaction.atomic
def come_back(session_id: int, user_id: int, *, now: datetime) -> None:
    """Sit down again on one's seat, after a line that was lost; nobody else gets one so."""
    session = LiveSession.objects.select_for_update().get(pk=session_id)
    seat = LiveParticipant.objects.filter(session=session, user_id=user_id).first()
    if seat is None or not session.is_open:
        return
    was_there = is_present(last_seen_at=seat.last_seen_at, now=now)
    LiveParticipant.objects.filter(pk=seat.pk).update(last_seen_at=now)
    if not was_there:
        person = Person(user_id, seat.name, Side(seat.side))
        _say(session_id, EventKind.JOINED, person, "regarde la cible", now)


@transaction.atomic
def leave_seat(session_id: int, user_id: int, *, now: datetime) -> None:
    """Go away; without effect for whoever was not there."""
    LiveSession.objects.select_for_update().get(pk=session_id)
    seat = LiveParticipant.objects.filter(
        session_id=session_id, user_id=user_id, last_seen_at__isnull=False
    ).first()
    if seat is None:
        return
    LiveParticipant.objects.filter(pk=seat.pk).update(last_seen_at=None)
    person = Person(user_id, seat.name, Side(seat.side))
    _say(session_id, EventKind.LEFT, person, "est parti", now)


@transaction.atomic
def say_changes(
    target_id: int, sentences: Sequence[str], *, person: Person, now: datetime
) -> LiveEvent | None:
    """Tell the open session of a target, if any, what a person has just changed."""
    session = LiveSession.objects.filter(target_id=target_id, ended_at=None).first()
    if session is None or not sentences:
        return None
    return _say(session.pk, EventKind.CHANGED, person, "\n".join(sentences), now)


@transaction.atomic
def end_session(session_id: int, *, person: Person, actor: Actor, now: datetime) -> None:
    """End a session; the target stays as it is. Without effect when it has ended."""
    session = LiveSession.objects.select_for_update().get(pk=session_id)
    if not session.is_open:
        return
    _say(session_id, EventKind.ENDED, person, "a clos la séance", now)
    _close(session, now, person.user_id)
    _journal("live_session.ended", session, actor, now, person)


@transaction.atomic
def close_idle_sessions(*, now: datetime, target_id: int | None = None) -> int:
    """CGV B.1.3: end the sessions that nobody uses; returns how many."""
    sessions = LiveSession.objects.select_for_update().filter(ended_at=None)
    if target_id is not None:
        sessions = sessions.filter(target_id=target_id)
    over = [
        session
        for session in sessions
        if is_over(started_at=session.started_at, last_event_at=session.last_event_at, now=now)
    ]
    for session in over:
        nobody = Person(session.started_by_id, "Personne", Side(session.started_side))
        _say(session.pk, EventKind.ENDED, nobody, "ne s’en sert plus : la séance est close", now)
        _close(session, now, None)
        _journal("live_session.ended", session, Actor.system("Séances"), now, nobody)
    return len(over)


def _close(session: LiveSession, now: datetime, user_id: int | None) -> None:
    LiveSession.objects.filter(pk=session.pk).update(ended_at=now, ended_by_id=user_id)
    LiveParticipant.objects.filter(session=session).update(last_seen_at=None)


def _say(session_id: int, kind: EventKind, person: Person, text: str, now: datetime) -> LiveEvent:
    """Write the next event of a session, and wake those who listen once it is committed."""
    session = LiveSession.objects.select_for_update().get(pk=session_id)
    event = LiveEvent.objects.create(
        session=session,
        number=session.last_number + 1,
        at=now,
        kind=kind,
        user_id=person.user_id,
        name=person.name,
        side=person.side,
        text=text,
    )
    LiveSession.objects.filter(pk=session_id).update(last_number=event.number, last_event_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [NOTIFICATIONS, str(session_id)])
    return event


def _journal(
    action: str, session: LiveSession, actor: Actor, now: datetime, person: Person
) -> None:
    names = sorted(session.participants.values_list("name", flat=True))
    record(
        action=action,
        actor=actor,
        company_id=session.company_id,
        subject=f"target:{session.target_id}",
        at=now,
        after={
            "session": session.pk,
            "person": person.name,
            "side": str(person.side),
            "participants": names,
        },
    )
