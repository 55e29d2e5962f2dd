"""The rows of a list of targets: what each looks for, in a few words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.sessions.models import LiveSession, Side
from marketingconnect.targeting.sessions.queries import open_session_of
from marketingconnect.targeting.sessions.rules import is_present
from marketingconnect.web.targeting.choices import value_name
from marketingconnect.web.targeting.fields import FIELDS
from marketingconnect.web.targeting.live import PersonShown, shown
from marketingconnect.web.targeting.state import state_from

_MOST_NAMED: Final = 3
_LEFT_OUT: Final = frozenset({"channel", "seed", "other"})


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its criteria in words."""

    target: SavedTarget
    population: str
    channel: str
    words: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open session; `waits` while no advisor looks."""

    session: LiveSession
    people: tuple[PersonShown, ...]
    waits: bool


def session_rows(sessions: Iterable[LiveSession], *, now: datetime) -> list[SessionRow]:
    """A row a session."""
    rows = []
    for session in sessions:
        seats = [
            seat
            for seat in session.participants.all()
            if is_present(last_seen_at=seat.last_seen_at, now=now)
        ]
        people = tuple(shown(seat.name, seat.side, is_me=False) for seat in seats)
        rows.append(SessionRow(session, people, all(seat.side == Side.CLIENT for seat in seats)))
    return rows


def rows_of(targets: Iterable[SavedTarget], *, now: datetime) -> list[TargetRow]:
    """A row a target."""
    return [
        TargetRow(
            target=target,
            population=Population(target.population).label,
            channel=value_name("channel", target.criteria["channel"]),
            words=in_words(target),
            is_live=open_session_of(target.pk, now=now) is not None,
        )
        for target in targets
    ]


def in_words(target: SavedTarget) -> str:
    """`Rhône (département) · 30 à 34 ans, 35 à 39 ans`."""
    state = state_from(target.criteria)
    parts = []
    for name, values in state.items():
        if name in _LEFT_OUT:
            continue
        if FIELDS[name].kind == "flag" or name in {"stop_file", "quota_by"}:
            parts.append(FIELDS[name].label)
            continue
        named = ", ".join(value_name(name, value) for value in values[:_MOST_NAMED])
        more = f" et {len(values) - _MOST_NAMED} autres" if len(values) > _MOST_NAMED else ""
        parts.append(f"sauf {named}{more}" if name == "without" else f"{named}{more}")
    return " · ".join(parts) or "Toute la France"
