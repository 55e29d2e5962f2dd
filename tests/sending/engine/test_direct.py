"""Straight to the servers of each destination, against real SMTP servers and a zone of ours."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from marketingconnect.sending.models import Campaign, Chunk, DestinationDay
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services.by_day import count_destinations
from tests.sending.engine.internet import PACES, Internet, addresses
from tests.sending.engine.stage import Run, finished, outcome_of, state_of
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def internet(tmp_path: Path) -> Internet:
    (tmp_path / "spool").mkdir()
    return Internet(tmp_path)


def test_each_message_goes_to_the_server_of_its_domain_whose_word_is_the_last(
    internet: Internet,
) -> None:
    fast, slow = addresses("fast.test", 30), addresses("slow.test", 12) + addresses("twin.test", 8)
    others = ["unknown@fast.test", "x@nowhere.test", "x@silent.test", "x@spare.test"]
    campaign = make_campaign(fast + slow + others)

    at_fast, at_slow = internet.send(finished(campaign))

    assert at_fast.accepted == Counter([*fast, "x@spare.test"])
    assert at_slow.accepted == Counter(slow)
    found = figures(campaign.pk)
    assert (found.delivered, found.relayed) == (51, 0)
    assert found.undelivered_by_cause == {"mailbox_unknown": 1, "domain_unknown": 2}
    assert outcome_of(campaign, 52).reply.startswith("5.1.2 ce nom de domaine")


def test_a_provider_has_its_own_connections_and_messages_in_each(internet: Internet) -> None:
    campaign = make_campaign(addresses("slow.test", 40) + addresses("twin.test", 10))

    _, slow = internet.send(finished(campaign))

    assert sum(slow.accepted.values()) == 50
    assert slow.most_open <= 2
    assert slow.connections >= 10


def test_a_provider_that_answers_421_to_everything_does_not_slow_the_others(
    internet: Internet,
) -> None:
    internet.slow.messages_a_session = 0
    mixed = [one for pair in zip(addresses("slow.test", 150), addresses("fast.test", 150),
                                 strict=True) for one in pair]  # fmt: skip
    campaign = make_campaign(mixed)

    async def story(run: Run) -> None:
        await run.until(lambda: sum(internet.fast.accepted.values()) == 150)
        assert internet.slow.accepted == {}
        assert await run.ask(lambda: state_of(campaign)) == "running"
        internet.slow.messages_a_session = 10_000
        await run.until(lambda: _brought_forward(campaign) and state_of(campaign) == "sent_out")

    _, slow = internet.send(story, retry_delays=[0] * 50)

    assert slow.accepted == Counter(addresses("slow.test", 150))
    assert figures(campaign.pk).delivered == 300


def test_a_destination_that_bears_fewer_connections_goes_on_with_those(
    internet: Internet,
) -> None:
    """Nobody is put off for it: without a retry allowed, all are delivered at the first try."""
    internet.fast.connections_at_once = 2
    campaign = make_campaign(addresses("fast.test", 200))

    fast, _ = internet.send(finished(campaign), retry_delays=[])

    assert fast.accepted == Counter(addresses("fast.test", 200))
    assert 1 <= fast.turned_away <= 3
    assert not Chunk.objects.filter(campaign=campaign, not_before__isnull=False).exists()


def test_a_session_that_ends_after_some_messages_is_opened_again_at_once(
    internet: Internet,
) -> None:
    internet.fast.messages_a_session = 7
    campaign = make_campaign(addresses("fast.test", 90))

    fast, _ = internet.send(finished(campaign), retry_delays=[])

    assert fast.accepted == Counter(addresses("fast.test", 90))
    assert not Chunk.objects.filter(campaign=campaign, not_before__isnull=False).exists()


def test_a_session_that_ends_for_the_pace_closes_the_line_for_a_while(internet: Internet) -> None:
    internet.fast.messages_a_session = 7
    internet.fast.farewell = "421 4.7.28 too many messages, rate limit"
    make_campaign(addresses("fast.test", 90))

    async def story(run: Run) -> None:
        await run.until(lambda: Chunk.objects.filter(not_before__isnull=False).exists())

    fast, _ = internet.send(story, retry_delays=[])

    assert 7 <= sum(fast.accepted.values()) <= 21


def test_a_line_cut_in_the_middle_again_and_again_stops_what_would_be_doubtful(
    internet: Internet,
) -> None:
    """Though each session carried something first."""
    internet.paces = PACES.replace("connections = 3", "connections = 1")
    good, bad = addresses("fast.test", 60), addresses("fast.test", 60, name="drop")
    campaign = make_campaign([one for pair in zip(good, bad, strict=True) for one in pair])

    async def story(run: Run) -> None:
        await run.until(lambda: Chunk.objects.filter(not_before__isnull=False).exists())

    internet.send(story)

    assert figures(campaign.pk).uncertain == 1


def _brought_forward(campaign: Campaign) -> bool:
    """What was given back for later comes now, so that nobody waits in a test."""
    Chunk.objects.filter(campaign=campaign, state="open").update(not_before=None)
    return True


def test_what_a_destination_never_takes_is_given_up_and_said(internet: Internet) -> None:
    internet.slow.messages_a_session = 0
    campaign = make_campaign(addresses("slow.test", 30))

    internet.send(finished(campaign), give_up_hours=0, retry_delays=[])

    assert figures(campaign.pk).delivered == 0
    assert sum(figures(campaign.pk).undelivered_by_cause.values()) == 30
    assert figures(campaign.pk).undelivered_by_cause["too_many"] >= 20


def test_a_warm_up_leaves_the_rest_for_another_day(internet: Internet) -> None:
    internet.paces = PACES.replace("connections = 2", "connections = 2\nwarm_up = [7, 9]")
    make_campaign(addresses("slow.test", 40) + addresses("fast.test", 20))

    async def story(run: Run) -> None:
        await run.until(lambda: sum(internet.fast.accepted.values()) == 20)
        await run.until(lambda: not Chunk.objects.filter(state="claimed").exists())
        await run.until(lambda: DestinationDay.objects.filter(name="Lente", sent__gte=7).exists())

    _, slow = internet.send(story)

    assert sum(slow.accepted.values()) == 7
    assert Chunk.objects.filter(state="open").exists()


def test_senders_count_together_and_the_first_day_is_day_zero() -> None:
    day = NOON.date()

    assert count_destinations({"Lente": 3, "Autre": 0}, day)["Lente"].sent == 3
    later = count_destinations({"Lente": 4}, day + timedelta(2))
    again = count_destinations({"Lente": 1}, day + timedelta(2))

    assert (later["Lente"].age, later["Lente"].sent) == (2, 4)
    assert (again["Lente"].age, again["Lente"].sent) == (2, 5)
