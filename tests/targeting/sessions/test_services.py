"""A live session: one a target, its events numbered, its people named in the journal."""

from datetime import UTC, datetime, timedelta

import pytest

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import LiveSession, SavedTarget
from marketingconnect.targeting.saving import keep_target
from marketingconnect.targeting.sessions import queries, services
from marketingconnect.targeting.sessions.models import Side
from marketingconnect.targeting.sessions.services import Person
from marketingconnect.targeting.sessions.tokens import (
    Listener,
    RefusedTokenError,
    listener_of,
    token_for,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
EVERYBODY = {
    "version": 1,
    "population": "consumers",
    "channel": "post",
    "use": "rental",
    "where": {"all": []},
}


def make_target(cast: Cast) -> SavedTarget:
    return keep_target(
        company_id=cast.bakery.pk,
        name="Familles",
        criteria=Criteria.from_json(EVERYBODY),
        user_id=cast.alice.pk,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=NOW,
    )


def alice(cast: Cast) -> Person:
    return Person(cast.alice.pk, "Alice Essai", Side.CLIENT)


def marc(cast: Cast) -> Person:
    return Person(cast.marc.pk, "Marc Essai", Side.ADVISOR)


def start(cast: Cast, target: SavedTarget, person: Person, *, now: datetime = NOW) -> LiveSession:
    return services.start_session(
        target_id=target.pk,
        company_id=target.company_id,
        person=person,
        actor=Actor.user(person.user_id, person.name),
        now=now,
    )


def sit(session: LiveSession, person: Person, *, now: datetime = NOW) -> bool:
    actor = Actor.user(person.user_id, person.name)
    return services.take_seat(session.pk, person=person, actor=actor, now=now)


def said(session: LiveSession, after: int = 0) -> list[tuple[int, str, str]]:
    return [(e.number, e.name, e.text) for e in queries.events_after(session.pk, after)]


def test_both_come_into_the_same_session_and_both_names_are_in_the_journal(cast: Cast) -> None:
    target = make_target(cast)
    session = start(cast, target, alice(cast))
    sit(session, alice(cast))

    assert start(cast, target, marc(cast)).pk == session.pk
    assert sit(session, marc(cast))

    assert said(session) == [
        (1, "Alice Essai", "a ouvert la séance"),
        (2, "Alice Essai", "regarde la cible"),
        (3, "Marc Essai", "regarde la cible"),
    ]
    entry = JournalEntry.objects.filter(action="live_session.joined").latest("position")
    assert entry.after is not None
    assert entry.after["participants"] == ["Alice Essai", "Marc Essai"]
    assert entry.company_id == cast.bakery.pk


def test_a_change_is_told_with_its_author_and_read_from_any_number(cast: Cast) -> None:
    target = make_target(cast)
    session = start(cast, target, alice(cast))

    services.say_changes(target.pk, ["a retiré le critère Âge"], person=marc(cast), now=NOW)

    assert said(session, after=1) == [(2, "Marc Essai", "a retiré le critère Âge")]
    assert said(session, after=2) == []


def test_nothing_is_told_outside_a_session(cast: Cast) -> None:
    target = make_target(cast)

    assert services.say_changes(target.pk, ["rien"], person=alice(cast), now=NOW) is None


def test_who_gives_no_sign_is_no_longer_shown_and_who_comes_back_is_told(cast: Cast) -> None:
    session = start(cast, make_target(cast), alice(cast))
    sit(session, alice(cast))
    sit(session, marc(cast))
    later = NOW + timedelta(seconds=60)
    services.give_sign(session.pk, [cast.alice.pk], now=later)

    assert [seat.name for seat in queries.people_in(session.pk, now=later)] == ["Alice Essai"]
    services.come_back(session.pk, cast.marc.pk, now=later)
    assert len(queries.people_in(session.pk, now=later)) == 2
    assert said(session)[-1] == (4, "Marc Essai", "regarde la cible")


def test_only_who_has_a_seat_comes_back_to_it(cast: Cast) -> None:
    session = start(cast, make_target(cast), alice(cast))

    services.come_back(session.pk, cast.charlie.pk, now=NOW)

    assert queries.people_in(session.pk, now=NOW) == []


def test_leaving_is_told_once(cast: Cast) -> None:
    session = start(cast, make_target(cast), alice(cast))
    sit(session, marc(cast))

    services.leave_seat(session.pk, cast.marc.pk, now=NOW)
    services.leave_seat(session.pk, cast.marc.pk, now=NOW)

    assert said(session)[-1] == (3, "Marc Essai", "est parti")
    assert queries.people_in(session.pk, now=NOW) == []


def test_an_ended_session_takes_nobody_and_another_may_begin(cast: Cast) -> None:
    target = make_target(cast)
    session = start(cast, target, alice(cast))
    actor = Actor.user(cast.alice.pk, "Alice")

    services.end_session(session.pk, person=alice(cast), actor=actor, now=NOW)
    services.end_session(session.pk, person=alice(cast), actor=actor, now=NOW)

    assert not sit(session, marc(cast))
    assert queries.open_session_of(target.pk, now=NOW) is None
    assert JournalEntry.objects.filter(action="live_session.ended").count() == 1
    assert start(cast, target, marc(cast)).pk != session.pk


def test_a_session_that_nobody_uses_ends_by_itself(cast: Cast) -> None:
    target = make_target(cast)
    session = start(cast, target, alice(cast))
    later = NOW + timedelta(hours=3)

    assert queries.open_session_of(target.pk, now=later) is None
    assert services.close_idle_sessions(now=later) == 1
    session.refresh_from_db()
    assert session.ended_at == later
    assert services.close_idle_sessions(now=later) == 0


def test_a_token_opens_one_session_for_a_while(cast: Cast) -> None:
    listener = Listener(7, cast.alice.pk, "client")
    token = token_for(listener, now=NOW)

    assert listener_of(token, now=NOW + timedelta(minutes=10)) == listener
    for refused in (token + "x", "", "a:b:c"):
        with pytest.raises(RefusedTokenError):
            listener_of(refused, now=NOW)
    with pytest.raises(RefusedTokenError):
        listener_of(token, now=NOW + timedelta(minutes=11))
