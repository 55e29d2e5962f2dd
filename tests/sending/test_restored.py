"""A restored database lets nothing leave that it may have forgotten, until a person says so."""

from datetime import timedelta
from uuid import uuid4

import pytest

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.models import Campaign, HomeDatabase
from marketingconnect.sending.services import resume_campaign
from marketingconnect.sending.services.campaigns import (
    pause_campaign,
    pause_each,
    start_due_campaigns,
)
from marketingconnect.sending.services.chunks import claim_chunk
from marketingconnect.sending.services.late import pause_late
from marketingconnect.sending.services.restored import FROM_A_COPY, recognise_database
from marketingconnect.sending.states import CampaignState
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db
LEA = Actor.staff(1, "Léa")
NEVER = timedelta(0)


def restored() -> None:
    """As if the row had been copied from another database."""
    HomeDatabase.objects.update(identity="7712750276704290380/16385/1")


def state_of(campaign: Campaign) -> tuple[str, str]:
    campaign.refresh_from_db()
    return campaign.state, campaign.stop_reason


def test_the_first_database_and_the_same_again_hold_nothing() -> None:
    campaign = make_campaign(["a@example.org"])
    start_due_campaigns(now=NOON)

    assert not recognise_database(now=NOON)
    assert not recognise_database(now=NOON)

    assert state_of(campaign) == (CampaignState.RUNNING, "")
    assert len(HomeDatabase.objects.get().identity.split("/")) == 3


def test_another_database_pauses_what_runs_and_what_is_due_but_nothing_to_come() -> None:
    recognise_database(now=NOON)
    running, due, to_come = (make_campaign(["a@example.org"]) for _ in "123")
    Campaign.objects.filter(pk=due.pk).update(state=CampaignState.SCHEDULED)
    Campaign.objects.filter(pk=to_come.pk).update(scheduled_for=NOON + timedelta(hours=1))
    Campaign.objects.filter(pk=running.pk).update(state=CampaignState.RUNNING, started_at=NOON)
    restored()

    assert recognise_database(now=NOON)
    assert pause_late(now=NOON, stale_after=NEVER) == [due.pk]

    assert state_of(running) == state_of(due) == (CampaignState.PAUSED, FROM_A_COPY)
    assert claim_chunk(due.pk, owner=uuid4(), now=NOON) is None
    later = NOON + timedelta(hours=2)
    assert pause_late(now=later, stale_after=NEVER) == []
    start_due_campaigns(now=later)
    assert state_of(to_come) == (CampaignState.RUNNING, "")
    told = JournalEntry.objects.get(action="sending.database_changed")
    assert told.before == {"database": "7712750276704290380/16385/1"}


def test_what_a_person_lets_leave_is_not_asked_again() -> None:
    recognise_database(now=NOON)
    campaign = make_campaign(["a@example.org"])
    start_due_campaigns(now=NOON)
    restored()
    recognise_database(now=NOON)

    resume_campaign(campaign.pk, actor=LEA, reason="Vérifié.", now=NOON)

    assert not recognise_database(now=NOON)
    assert pause_late(now=NOON, stale_after=NEVER) == []
    assert state_of(campaign)[0] == CampaignState.RUNNING


def test_one_that_somebody_paused_first_keeps_its_reason_and_stops_nobody_else() -> None:
    paused, running = (make_campaign(["a@example.org"]) for _ in "12")
    start_due_campaigns(now=NOON)
    pause_campaign(paused.pk, actor=LEA, reason="Demandé par le client.", now=NOON)

    assert pause_each([paused.pk, running.pk], reason=FROM_A_COPY, now=NOON) == [running.pk]

    assert state_of(paused) == (CampaignState.PAUSED, "Demandé par le client.")
    assert state_of(running) == (CampaignState.PAUSED, FROM_A_COPY)
