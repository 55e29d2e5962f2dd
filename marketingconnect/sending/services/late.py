"""Campaigns that were out of sight for too long wait for a person (CGV B.1.4).

A database restored from before a sending takes what was received for what is still to be sent:
once its hour is long past, nothing leaves before somebody says so, in the journal.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending import queries
from marketingconnect.sending.errors import StaleCampaignError
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.rules import asks_a_person
from marketingconnect.sending.services.campaigns import (
    SENDER,
    pause_campaign,
    start_due_campaigns,
)
from marketingconnect.sending.states import CampaignState

_LATE: Final = non_breaking(
    "Son heure est passée depuis plus de {hours} heures : une personne vérifie qu’elle n’est pas"
    " déjà partie avant de la laisser partir."
)
_OUT_OF_SIGHT: Final = non_breaking(
    "Rien n’est parti depuis plus de {hours} heures : une personne vérifie ce qui a déjà été envoyé"
    " avant de la laisser reprendre."
)


@transaction.atomic
def pause_late(*, now: datetime, stale_after: timedelta) -> list[int]:
    """Pause what was due long ago and what stood still; ids of the campaigns that now wait.

    In one transaction: no sender can claim anything of them in between.
    """
    if not stale_after:
        return []
    hours = round(stale_after.total_seconds() / 3600)
    late = _late(now, stale_after)
    if late:
        start_due_campaigns(now=now)
    still = queries.out_of_sight(before=now - stale_after)
    return [
        *_paused(late, _LATE.format(hours=hours), now),
        *_paused(still, _OUT_OF_SIGHT.format(hours=hours), now),
    ]


def _late(now: datetime, stale_after: timedelta) -> list[int]:
    due = Campaign.objects.filter(state=CampaignState.SCHEDULED, scheduled_for__lte=now)
    return [
        campaign.pk
        for campaign in due.order_by("pk")
        if asks_a_person(last_sign=campaign.scheduled_for, now=now, stale_after=stale_after)
    ]


def _paused(campaign_ids: list[int], reason: str, now: datetime) -> list[int]:
    """Those that could be paused; another sender may have done it, or its start be refused."""
    done = []
    for campaign_id in campaign_ids:
        try:
            with transaction.atomic():
                pause_campaign(campaign_id, actor=SENDER, reason=reason, now=now)
        except StaleCampaignError:
            continue
        done.append(campaign_id)
    return done
