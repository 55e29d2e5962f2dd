"""Campaigns that were out of sight for too long wait for a person (CGV B.1.4).

A database restored from before a sending takes what was received for what is still to be sent:
once its hour is long past, nothing leaves before somebody says so, in the journal.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending import queries
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.rules import asks_a_person
from marketingconnect.sending.services import restored
from marketingconnect.sending.services.campaigns import pause_each, start_due_campaigns
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

    In one transaction: no sender can claim anything of them in between. Without `stale_after`,
    only what was due before the database was restored or moved.
    """
    hours = round(stale_after.total_seconds() / 3600)
    found = _late(now, stale_after)
    if any(found.values()):
        start_due_campaigns(now=now)
    found[_OUT_OF_SIGHT] = queries.out_of_sight(before=now - stale_after) if stale_after else []
    return [
        campaign_id
        for reason, ids in found.items()
        for campaign_id in pause_each(ids, reason=reason.format(hours=hours), now=now)
    ]


def _late(now: datetime, stale_after: timedelta) -> dict[str, list[int]]:
    """Reason -> campaigns whose hour has come."""
    due = Campaign.objects.filter(state=CampaignState.SCHEDULED, scheduled_for__lte=now)
    found: dict[str, list[int]] = {restored.FROM_A_COPY: [], _LATE: []}
    moved_at = restored.moved_at()
    for campaign in due.order_by("pk"):
        if moved_at is not None and campaign.scheduled_for <= moved_at:
            found[restored.FROM_A_COPY].append(campaign.pk)
        elif stale_after and asks_a_person(
            last_sign=campaign.scheduled_for, now=now, stale_after=stale_after
        ):
            found[_LATE].append(campaign.pk)
    return found
