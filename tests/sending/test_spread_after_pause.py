"""A spread envoi that was paused: its rate stays, and nothing leaves at night."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.clock import PARIS
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.rules import FIRST_HOUR, LATEST_END, spread_after_pause
from marketingconnect.sending.services import pause_campaign, resume_campaign
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.services.chunks import claim_chunk
from tests.sending.test_pacing import START, campaign_of

CLERK = Actor.system("essai")
STEP = timedelta(minutes=5)


def paris(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=PARIS).astimezone(UTC)


def moved(dues: list[datetime], paused_at: datetime, resumed_at: datetime) -> list[datetime]:
    return list(spread_after_pause(dues, paused_at=paused_at, resumed_at=resumed_at, zone=PARIS))


def test_the_rest_moves_on_by_the_length_of_the_pause_and_what_was_late_leaves_first() -> None:
    late, soon, then = paris(24, 9, 50), paris(24, 10, 3), paris(24, 10, 8)
    found = moved([late, soon, then], paris(24, 10), paris(24, 15))
    assert found == [paris(24, 15), paris(24, 15, 3), paris(24, 15, 8)]
    assert moved([], paris(24, 10), paris(24, 15)) == []


@pytest.mark.parametrize(
    ("resumed_at", "expected"),
    [
        (paris(24, 21, 59, 59), paris(24, 21, 59, 59)),
        (paris(24, 22), paris(25, 7)),
        (paris(25, 6, 59, 59), paris(25, 7)),
        (paris(25, 7), paris(25, 7)),
        (paris(24, 23, month=10), paris(25, 7, month=10)),
    ],
)
def test_nothing_leaves_from_22_h_to_7_h(resumed_at: datetime, expected: datetime) -> None:
    assert moved([paris(24, 10, month=10)], paris(24, 10, month=10), resumed_at) == [expected]


def test_what_does_not_fit_in_the_evening_takes_up_its_rate_in_the_morning() -> None:
    dues = [paris(24, 10) + n * STEP for n in range(4)]
    assert moved(dues, paris(24, 10), paris(24, 21, 50)) == [
        paris(24, 21, 50),
        paris(24, 21, 55),
        paris(25, 7),
        paris(25, 7, 5),
    ]


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 480), min_size=1, max_size=60),
    st.integers(0, 480),
    st.integers(0, 5 * 24 * 60),
)
def test_nothing_catches_up_and_nothing_leaves_at_night(
    minutes: list[int], at: int, pause: int
) -> None:
    start = paris(23, 12, month=10)
    dues = [start + timedelta(minutes=n) for n in sorted(minutes)]
    paused_at = start + timedelta(minutes=at)
    resumed_at = paused_at + timedelta(minutes=pause)

    found = moved(dues, paused_at, resumed_at)

    assert all(FIRST_HOUR <= one.astimezone(PARIS).time() < LATEST_END for one in found)
    assert all(one >= resumed_at for one in found)
    waited = [max(due, paused_at) for due in dues]
    for (before, after), (then, next_one) in zip(pairwise(waited), pairwise(found), strict=True):
        assert next_one - then >= after - before


@pytest.mark.django_db
def test_a_pause_longer_than_the_spread_lets_one_part_leave_at_a_time() -> None:
    campaign = campaign_of(600, spread_minutes=60)
    start_due_campaigns(now=START)
    owner = uuid.uuid4()
    for n in range(3):
        assert claim_chunk(campaign.pk, owner=owner, now=START + n * STEP)
    paused_at, resumed_at = START + 2.5 * STEP, START + timedelta(hours=5)
    pause_campaign(campaign.pk, actor=CLERK, reason="Doute", now=paused_at)
    retry = Chunk.objects.order_by("-pk").first()
    assert retry
    Chunk.objects.filter(pk=retry.pk).update(attempt=2)
    resume_campaign(campaign.pk, actor=CLERK, reason="Levé", now=resumed_at)

    campaign.refresh_from_db()
    assert campaign.paused_at is None
    waiting = Chunk.objects.filter(state="open", attempt=1).order_by("pk")
    hours = list(waiting.values_list("not_before", flat=True))
    assert hours == [resumed_at + STEP / 2 + n * STEP for n in range(8)]
    assert Chunk.objects.get(pk=retry.pk).not_before == retry.not_before
    Chunk.objects.filter(pk=retry.pk).delete()
    assert claim_chunk(campaign.pk, owner=owner, now=resumed_at) is None
    assert claim_chunk(campaign.pk, owner=owner, now=resumed_at + STEP / 2)
    assert claim_chunk(campaign.pk, owner=owner, now=resumed_at + STEP / 2) is None
    told = JournalEntry.objects.get(action="campaign.spread_moved")
    assert told.after
    assert told.after["last_part_at"].startswith(f"{hours[-1]:%Y-%m-%dT%H:%M}")


@pytest.mark.django_db
def test_a_campaign_that_is_not_spread_goes_on_at_once() -> None:
    campaign = campaign_of(600)
    start_due_campaigns(now=START)
    pause_campaign(campaign.pk, actor=CLERK, reason="Doute", now=START)
    resume_campaign(campaign.pk, actor=CLERK, reason="Levé", now=START + timedelta(hours=20))

    assert claim_chunk(campaign.pk, owner=uuid.uuid4(), now=START + timedelta(hours=20))
    assert not JournalEntry.objects.filter(action="campaign.spread_moved").exists()
    assert Campaign.objects.get(pk=campaign.pk).state == "running"


@pytest.mark.django_db
def test_a_spread_that_begins_too_late_ends_the_next_morning() -> None:
    campaign_of(600, spread_minutes=60)
    begun = START.replace(hour=20, minute=30)
    start_due_campaigns(now=begun)

    hours = list(Chunk.objects.order_by("pk").values_list("not_before", flat=True))
    morning = START.replace(hour=6) + timedelta(days=1)
    assert hours == [begun + n * STEP for n in range(6)] + [morning + n * STEP for n in range(6)]
