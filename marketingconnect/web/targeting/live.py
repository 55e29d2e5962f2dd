"""The panel of a live session: who is there, what changed, where to listen."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from marketingconnect.audit.actors import Actor
from marketingconnect.targeting.sessions import queries, services
from marketingconnect.targeting.sessions.models import EventKind, LiveEvent, LiveSession, Side
from marketingconnect.targeting.sessions.services import Person
from marketingconnect.targeting.sessions.tokens import Listener, token_for
from marketingconnect.web.components import Kind


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Someone who looks, as the badge says it."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class LiveView:
    """The session of a target as one of its people sees it."""

    session: LiveSession | None = None
    is_open: bool = False
    people: tuple[PersonShown, ...] = ()
    events: tuple[LiveEvent, ...] = ()
    number: int = 0
    stream: str = ""
    is_changed: bool = False
    """Whether someone else changed the criteria since the number that was asked."""


def live_view(
    target_id: int,
    person: Person,
    *,
    now: datetime,
    after: int = 0,
    session: LiveSession | None = None,
) -> LiveView:
    """The panel of the open session of a target, or of `session` until its end was seen."""
    session = session or queries.open_session_of(target_id, now=now)
    if session is None:
        return LiveView()
    events = tuple(queries.events_after(session.pk, 0))
    return LiveView(
        session=session,
        is_open=session.is_open,
        people=tuple(
            shown(seat.name, seat.side, is_me=seat.user_id == person.user_id)
            for seat in queries.people_in(session.pk, now=now)
        ),
        events=tuple(reversed(events)),
        number=events[-1].number if events else 0,
        stream=stream_address(session.pk, person, now=now),
        is_changed=any(
            event.number > after
            and event.kind == EventKind.CHANGED
            and event.user_id != person.user_id
            for event in events
        ),
    )


def sit_down(target_id: int, person: Person, actor: Actor, *, now: datetime) -> None:
    """Whoever opens a target that is looked at together takes part."""
    session = queries.open_session_of(target_id, now=now)
    if session is not None:
        services.take_seat(session.pk, person=person, actor=actor, now=now)


def stream_address(session_id: int, person: Person, *, now: datetime) -> str:
    """Where this person listens; empty when no program serves streams."""
    if not settings.LIVE_URL:
        return ""
    token = token_for(Listener(session_id, person.user_id, person.side), now=now)
    return f"{settings.LIVE_URL}/direct?{urlencode({'jeton': token})}"


def shown(name: str, side: str, *, is_me: bool) -> PersonShown:
    """A person of a session, and on which side."""
    words = "vous" if is_me else Side(side).label.lower()
    return PersonShown(f"{name} ({words})", "success" if is_me else "info")
