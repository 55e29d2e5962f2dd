"""A disk without room, by the kernel's own refusal: nothing leaves, and nothing is lost."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.engine import spool as spools
from marketingconnect.sending.engine.spool import SpoolFile, SpoolFullError, read_spool_file
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.states import CampaignState
from tests.sending.engine.internet import PACES, Internet, addresses
from tests.sending.engine.stage import Run, at_work, finished, state_of
from tests.sending.factories import NOON, make_campaign

_KEPT_ROOM = spools._ROOM


@contextmanager
def no_room(most: int = _KEPT_ROOM - 1) -> Iterator[None]:
    """No file of this process may grow beyond: the kernel answers EFBIG."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def held(campaign: Campaign) -> str:
    return Campaign.objects.values_list("held_because", flat=True).get(pk=campaign.pk)


@pytest.mark.django_db(transaction=True)
def test_without_room_nothing_is_claimed_and_all_leaves_once_there_is_some(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(700)]
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        with no_room():
            await run.until(lambda: state_of(campaign) == CampaignState.RUNNING)
            await run.until(lambda: "disque" in held(campaign))
            assert run.server.taken == {}
            claimed = await run.ask(Chunk.objects.filter(state="claimed").exists)
            assert not claimed
        await finished(campaign)(run)

    server = at_work(tmp_path, story)
    assert server.taken == dict.fromkeys(emails, 1)
    assert (figures(campaign.pk).uncertain, held(campaign)) == (0, "")
    assert JournalEntry.objects.filter(action="campaign.held").count() == 2


_LONG = "2.0.0 " + "m" * 900
"""An answer of which a file of `_ROOM` octets does not hold three hundred."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["relay", "direct"])
def test_a_file_that_cannot_grow_holds_the_campaign_and_blames_no_server(
    tmp_path: Path, way: str
) -> None:
    emails = addresses("fast.test", 300)
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        with no_room(_KEPT_ROOM):
            await run.until(lambda: "disque" in held(campaign))
            await run.until(lambda: not Chunk.objects.filter(state="claimed").exists())
            assert 100 < sum(run.server.accepted.values()) < 300
            assert "disque" in await run.ask(lambda: held(campaign))
        await finished(campaign)(run)

    if way == "relay":
        server = at_work(tmp_path, story, {"thanks": _LONG})
    else:
        # A line that closed for trouble would open in an hour only.
        internet = Internet(tmp_path, paces=PACES.replace("waits = [1]", "waits = [3600]"))
        internet.fast.thanks = _LONG
        server, _ = internet.send(story)
    assert server.taken == dict.fromkeys(emails, 1)
    assert (figures(campaign.pk).uncertain, held(campaign)) == (0, "")
    assert JournalEntry.objects.filter(action="campaign.held").count() == 2


def words_before_a_start() -> tuple[str, int]:
    """An answer so long that the first line without room, with one connection, is a start; and how
    many messages were answered before."""
    for length in range(300, 900):
        words, end = "2.0.0 " + "m" * length, 0
        for position in range(1, 500):
            end += len(f"S {position}\n")
            if end > _KEPT_ROOM:
                return words, position - 1
            end += len(f"D {position} accepted - 250 {NOON.timestamp():.6f} {words}\n")
            if end > _KEPT_ROOM:
                break
    raise AssertionError("no answer is that long")


@pytest.mark.django_db(transaction=True)
def test_a_message_whose_start_cannot_be_written_does_not_leave(tmp_path: Path) -> None:
    """Its text stays here, and the server that was ready for it keeps its line open."""
    words, before = words_before_a_start()
    emails = addresses("fast.test", 480)
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        with no_room(_KEPT_ROOM):
            await run.until(lambda: "disque" in held(campaign))
            await run.until(lambda: not Chunk.objects.filter(state="claimed").exists())
            assert run.server.taken == dict.fromkeys(emails[:before], 1)
        run.server.thanks = "2.0.0 taken"
        await finished(campaign)(run)

    paces = PACES.replace("waits = [1]", "waits = [3600]").replace(
        "connections = 3", "connections = 1"
    )
    internet = Internet(tmp_path, paces=paces)
    internet.fast.thanks = words
    server, _ = internet.send(story)
    assert server.taken == dict.fromkeys(emails, 1)
    assert figures(campaign.pk).uncertain == 0


def lines_written(file: SpoolFile) -> int:
    """Until one is refused."""
    for position in range(1, 1_000):
        try:
            file.answered(Result(position, "relayed", "", 250, "m" * 900, NOON))
        except SpoolFullError:
            return position - 1
    raise AssertionError("the disk never refused")


def test_a_spool_that_cannot_grow_says_so_and_keeps_every_line(tmp_path: Path) -> None:
    file = SpoolFile(tmp_path / "1.log")
    with no_room(_KEPT_ROOM):
        written = lines_written(file)
    reading = read_spool_file(tmp_path / "1.log")
    assert written > 100
    assert sorted(reading.results) == list(range(1, written + 1))
    file.answered(Result(written + 1, "relayed", "", 250, "ok", NOON))
    assert read_spool_file(tmp_path / "1.log").results[written + 1].reply == "ok"


def test_a_file_without_room_leaves_nothing_behind(tmp_path: Path) -> None:
    with no_room(), pytest.raises(SpoolFullError, match="large"):
        SpoolFile(tmp_path / "spare")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_new_sender_ends_what_one_that_died_had_said(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org"])
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.RUNNING,
        started_at=NOON,
        held_by={"keys": "Clés indisponibles.", "room": "Disque plein."},
        held_because="Clés indisponibles. Disque plein.",
    )

    at_work(tmp_path, finished(campaign))

    told = JournalEntry.objects.filter(action="campaign.held").order_by("position")
    assert [(entry.after or {})["reason"] for entry in told] == ["Disque plein.", ""]
