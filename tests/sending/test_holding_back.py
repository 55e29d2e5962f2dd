"""Reasons that hold what runs: each comes and goes by itself, and each change is in the journal."""

import pytest

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import pause_campaign
from marketingconnect.sending.services.campaigns import hold_running
from marketingconnect.sending.states import CampaignState, HeldBy
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db
KEYS, ROOM = "Clés indisponibles.", "Disque plein."


def running() -> Campaign:
    campaign = make_campaign(["a@example.org"])
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.RUNNING, started_at=NOON)
    return campaign


def held(campaign: Campaign) -> str:
    return Campaign.objects.values_list("held_because", flat=True).get(pk=campaign.pk)


def told() -> list[str]:
    entries = JournalEntry.objects.filter(action="campaign.held").order_by("position")
    return [(entry.after or {})["reason"] for entry in entries]


def test_room_that_comes_back_leaves_what_is_said_of_the_keys() -> None:
    campaign = running()

    hold_running(HeldBy.ROOM, ROOM, now=NOON)
    hold_running(HeldBy.KEYS, KEYS, now=NOON)
    assert held(campaign) == f"{KEYS} {ROOM}"
    hold_running(HeldBy.ROOM, "", now=NOON)
    assert held(campaign) == KEYS
    hold_running(HeldBy.KEYS, "", now=NOON)
    assert held(campaign) == ""
    assert told() == [ROOM, f"{KEYS} {ROOM}", KEYS, ""]


def test_keys_that_come_back_leave_what_is_said_of_the_room() -> None:
    campaign = running()
    for _ in range(3):
        hold_running(HeldBy.KEYS, KEYS, now=NOON)
        hold_running(HeldBy.ROOM, ROOM, now=NOON)
    assert told() == [KEYS, f"{KEYS} {ROOM}"], "said again, and written once"

    hold_running(HeldBy.KEYS, "", now=NOON)
    assert held(campaign) == ROOM


def test_what_is_over_without_having_been_said_changes_nothing() -> None:
    campaign = running()
    hold_running(HeldBy.ROOM, "", now=NOON)
    assert (held(campaign), told()) == ("", [])


def test_only_what_runs_is_held_and_a_pause_ends_it() -> None:
    campaign, waiting = running(), make_campaign(["b@example.org"])
    hold_running(HeldBy.KEYS, KEYS, now=NOON)
    assert held(waiting) == ""

    pause_campaign(campaign.pk, actor=Actor.system("Essai"), reason="Essai", now=NOON)
    assert held(campaign) == ""
    hold_running(HeldBy.KEYS, "", now=NOON)
    found = Campaign.objects.get(pk=campaign.pk)
    assert (found.state, found.held_by, found.held_because) == (CampaignState.PAUSED, {}, "")
