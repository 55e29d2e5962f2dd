"""A stop binds within a second of its commit, whatever the campaign, the database or the load."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction

from marketingconnect.sending.engine import stops
from marketingconnect.sending.engine.stops import Asked, SinceFreeze, Stops
from marketingconnect.sending.services import freeze_audience
from marketingconnect.suppression import watching
from marketingconnect.suppression.queries import asked
from marketingconnect.suppression.services import suppress
from marketingconnect.suppression.watching import NewStops, SuppressionWatch
from tests.sending.factories import NOON, make_campaign


@dataclass
class Held:
    asked: Asked = field(default_factory=Asked)


def held() -> Held:
    return Held(
        Asked(
            [(1, "a@example.org", {}), (2, "b@example.org", {})],
            lambda: {b"B": ["b@example.org"]},
        )
    )


def stop(*digests: bytes) -> NewStops:
    return NewStops(frozenset(digests))


def test_a_reading_stops_the_positions_it_names_in_every_chunk_in_hand() -> None:
    known, chunk, other = Stops(), held(), Held()
    known.heard(stop(b"B", b"stranger"), began=time.monotonic(), chunks=[chunk, other])
    assert (chunk.asked.stopped, chunk.asked.stale, other.asked.stopped) == ({2}, False, set())


def test_messages_wait_for_a_reading_that_is_late() -> None:
    known = Stops()
    assert not known.ready
    began = time.monotonic() - 5
    known.heard(stop(), began=began, chunks=[])
    assert known.fresh_until == began + stops.FRESH_SECONDS < began + 1


def test_a_chunk_learns_what_was_read_while_it_asked() -> None:
    known, before = Stops(), time.monotonic()
    known.heard(stop(b"B"), began=before, chunks=[])
    during, after = held(), held()
    known.catch_up(during.asked, since=before)
    known.catch_up(after.asked, since=time.monotonic())
    assert (during.asked.stopped, after.asked.stopped) == ({2}, set())


def test_too_many_stops_or_too_long_a_question_ask_everything_again() -> None:
    known, chunk, slow = Stops(), held(), held()
    known.heard(NewStops(frozenset(), too_many=True), began=0.0, chunks=[chunk])
    known.catch_up(slow.asked, since=time.monotonic() - 60)
    assert (chunk.asked.stale, slow.asked.stale) == (True, True)


def oppose(address: str, scope: str, company_id: int = 0) -> None:
    suppress(
        channel="email",
        address=address,
        scope=scope,
        company_id=company_id,
        reason="client_request",
        at=NOON,
    )


@contextmanager
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """A thread whose connection is closed behind it."""
    with ThreadPoolExecutor(1) as thread:
        try:
            yield thread
        finally:
            thread.submit(lambda: connection.close()).result()


@pytest.mark.django_db(transaction=True)
def test_a_stop_that_commits_late_is_read_after_its_commit_and_once_is_enough() -> None:
    watch = SuppressionWatch("email")
    assert watch.read().too_many
    with elsewhere() as thread, transaction.atomic():
        oppose("late@example.org", "client", 7)
        thread.submit(oppose, "early@example.org", "everyone").result()
        oppose("later@example.org", "operator")
        first = thread.submit(watch.read).result().digests
    second = watch.read().digests
    names = asked(
        channel="email",
        addresses=["late@example.org", "early@example.org", "later@example.org"],
        company_id=7,
        to_base=True,
    ).by_digest
    assert {names[digest][0] for digest in first} == {"early@example.org"}
    assert {names[digest][0] for digest in second} >= {"late@example.org", "later@example.org"}
    assert watch.read() == NewStops(frozenset())


@pytest.mark.django_db
def test_a_list_brought_at_once_asks_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = SuppressionWatch("email")
    watch.read()
    monkeypatch.setattr(watching, "MOST_AT_ONCE", 2)
    for number in range(3):
        oppose(f"a{number}@example.org", "everyone")
    assert watch.read().too_many


@pytest.mark.django_db
def test_only_what_was_written_since_the_freeze_is_held_and_heard_stops_are_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emails = [f"a{number}@example.org" for number in range(5)]
    campaign = make_campaign(emails, freeze=False)
    oppose(emails[0], "client", campaign.company_id)
    freeze_audience(campaign.pk, now=NOON)
    campaign.refresh_from_db()
    oppose(emails[1], "client", campaign.company_id)
    oppose(emails[2], "everyone")
    recipients: list[tuple[int, str, dict[str, str]]] = [
        (place, email, {}) for place, email in enumerate(emails, start=1)
    ]
    since = SinceFreeze()

    assert since.opposed(campaign, recipients).opposed >= {emails[1], emails[2]}
    digests = since.opposed(campaign, recipients).digests()
    late = next(digest for digest, found in digests.items() if found == [emails[3]])
    since.heard(stop(late))
    assert emails[3] in since.opposed(campaign, recipients).opposed
    assert emails[4] not in since.opposed(campaign, recipients).opposed

    everybody_else = since.opposed(campaign, recipients[4:])
    assert everybody_else.digests().keys() == {d for d in digests if digests[d] == [emails[4]]}

    monkeypatch.setattr(watching, "MOST_HELD", 1)
    since.heard(NewStops(frozenset(), too_many=True))
    assert since.opposed(campaign, recipients).opposed == set(emails[:3])
