"""A database of yesterday must not send what was received: a person is asked."""

from datetime import timedelta
from uuid import uuid4

import pytest

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.services import resume_campaign
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.services.chunks import claim_chunk
from marketingconnect.sending.services.late import pause_late
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import CampaignState, Outcome
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db
AFTER = timedelta(hours=12)
MOMENT = timedelta(seconds=1)
LEA = Actor.staff(1, "Léa")


def states() -> list[str]:
    return list(Campaign.objects.order_by("pk").values_list("state", flat=True))


def test_an_hour_long_past_waits_for_a_person_who_lets_it_leave() -> None:
    campaign = make_campaign(["a@example.org"])
    hour = campaign.scheduled_for
    assert pause_late(now=hour + AFTER, stale_after=AFTER) == []
    late = hour + AFTER + MOMENT

    assert pause_late(now=late, stale_after=AFTER) == [campaign.pk]
    start_due_campaigns(now=late)
    assert claim_chunk(campaign.pk, owner=uuid4(), now=late) is None
    assert "une personne vérifie" in Campaign.objects.get().stop_reason

    much_later = late + timedelta(days=2)
    resume_campaign(campaign.pk, actor=LEA, reason="Vérifié.", now=much_later)
    assert pause_late(now=much_later + AFTER, stale_after=AFTER) == []
    assert claim_chunk(campaign.pk, owner=uuid4(), now=much_later) is not None
    actions = JournalEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-3:] == ["campaign.started", "campaign.paused", "campaign.resumed"]


def test_a_campaign_caught_in_the_middle_waits_too_but_not_one_that_was_told_to() -> None:
    caught, waiting, sending = (make_campaign(["a@example.org", "b@example.org"]) for _ in "123")
    start_due_campaigns(now=NOON)
    now = NOON + AFTER + MOMENT
    Chunk.objects.filter(campaign=waiting).update(not_before=now - timedelta(hours=1))
    for campaign, at in ((caught, NOON), (sending, now - timedelta(hours=1))):
        told = Result(1, Outcome.RELAYED, "", 250, "ok", at)
        record_outcomes(campaign.pk, [told], fresh=True)

    assert pause_late(now=now, stale_after=AFTER) == [caught.pk]

    running = [CampaignState.PAUSED, CampaignState.RUNNING, CampaignState.RUNNING]
    assert states() == running
    assert "déjà été envoyé" in Campaign.objects.get(pk=caught.pk).stop_reason
    assert pause_late(now=now, stale_after=AFTER) == []


def test_where_the_clock_is_moved_by_hand_nobody_is_asked() -> None:
    campaign = make_campaign(["a@example.org"])
    assert pause_late(now=campaign.scheduled_for + 9 * AFTER, stale_after=timedelta(0)) == []
    assert states() == [CampaignState.SCHEDULED]
