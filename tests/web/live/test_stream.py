"""The stream of a live session, from the real program: nothing missed, nobody uninvited."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.targeting.models import LiveSession, SavedTarget
from marketingconnect.targeting.sessions import queries, services
from marketingconnect.targeting.sessions.services import Person
from marketingconnect.targeting.sessions.tokens import Listener, token_for
from marketingconnect.web.live.hub import MOST_OF_A_PERSON
from tests.cast import Cast
from tests.targeting.sessions.test_services import alice, make_target, marc, sit, start
from tests.web.live.listening import Listening, address, live_program, status_of, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


@pytest.fixture
def port() -> Iterator[int]:
    with live_program() as port:
        yield port


@pytest.fixture
def target(cast: Cast) -> SavedTarget:
    return make_target(cast)


@pytest.fixture
def session(cast: Cast, target: SavedTarget) -> LiveSession:
    """Alice has opened it and sits there."""
    found = start(cast, target, alice(cast), now=clock.now())
    sit(found, alice(cast), now=clock.now())
    return found


def token(session: LiveSession, person: Person) -> str:
    return token_for(Listener(session.pk, person.user_id, person.side), now=clock.now())


def change(target: SavedTarget, words: str, person: Person) -> None:
    services.say_changes(target.pk, [words], person=person, now=clock.now())


def test_who_listens_hears_what_happened_and_then_what_happens(
    cast: Cast, port: int, target: SavedTarget, session: LiveSession
) -> None:
    sit(session, marc(cast), now=clock.now())
    change(target, "a retiré le critère Âge", marc(cast))

    ear = Listening(port, address(token(session, alice(cast)), after=2))

    assert ear.status == 200
    assert ear.response.headers["Access-Control-Allow-Origin"] == settings.BASE_URL
    assert ear.next_message().data["text"] == "regarde la cible"
    heard = ear.next_message()
    assert (heard.id, heard.data["name"]) == ("4", "Marc Essai")
    assert heard.data["text"] == "a retiré le critère Âge"
    people = ear.next()
    assert people is not None
    assert [one["name"] for one in people.data] == ["Alice Essai", "Marc Essai"]

    change(target, "a ajouté le critère Sexe", marc(cast))
    assert ear.next_message().data["text"] == "a ajouté le critère Sexe"
    ear.close()


def test_a_line_that_was_cut_is_taken_up_after_the_last_event_heard(
    cast: Cast, port: int, target: SavedTarget, session: LiveSession
) -> None:
    for words in ("un", "deux", "trois"):
        change(target, words, alice(cast))

    where = address(token(session, alice(cast)))
    ear = Listening(port, where, {"Last-Event-ID": "4"})

    assert ear.next_message().data["text"] == "trois"
    ear.close()


def test_the_end_of_the_session_ends_the_stream(
    cast: Cast, port: int, session: LiveSession
) -> None:
    ear = Listening(port, address(token(session, alice(cast)), after=2))
    person = alice(cast)
    services.end_session(
        session.pk, person=person, actor=Actor.user(person.user_id, "Alice"), now=clock.now()
    )

    assert ear.next_message().data["kind"] == "ended"
    kinds = []
    while (said := ear.next()) is not None:
        kinds.append(said.kind)
    assert "over" in kinds
    ear.close()


def test_who_closes_the_page_has_left_a_moment_later(
    cast: Cast, port: int, session: LiveSession
) -> None:
    ear = Listening(port, address(token(session, alice(cast)), after=2))
    assert ear.next() is not None
    ear.close()

    until(lambda: queries.people_in(session.pk, now=clock.now()) == [])

    assert queries.events_after(session.pk, 0)[-1].text == "est parti"


def test_nobody_listens_without_a_token_of_ours(port: int, session: LiveSession) -> None:
    assert status_of(port, "/direct") == 403
    assert status_of(port, address("a:b:c")) == 403
    assert status_of(port, "/ailleurs") == 404
    assert status_of(port, "/") == 200


def test_one_person_holds_so_many_lines_and_no_more(
    cast: Cast, port: int, session: LiveSession
) -> None:
    where = address(token(session, alice(cast)), after=2)
    ears = [Listening(port, where) for _ in range(MOST_OF_A_PERSON)]
    assert {ear.status for ear in ears} == {200}

    assert status_of(port, where) == 503
    for ear in ears:
        ear.close()


def test_a_lost_database_is_found_again(
    cast: Cast, port: int, target: SavedTarget, session: LiveSession
) -> None:
    ear = Listening(port, address(token(session, alice(cast)), after=2))
    assert ear.next() is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )

    change(target, "après la coupure", alice(cast))

    assert ear.next_message().data["text"] == "après la coupure"
    ear.close()
