"""Rows of e-mail campaigns: locked, changed and journaled in one way."""

from datetime import datetime
from typing import Final

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.offers.email.errors import AlreadyLaunchedError
from marketingconnect.offers.email.models import EmailCampaign

LAUNCHER: Final = Actor.system("Suivi des commandes")


def being_composed(campaign_id: int) -> EmailCampaign:
    """The campaign, locked. Raises AlreadyLaunchedError once it is handed over or put away."""
    campaign = EmailCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.sending_id is not None or campaign.abandoned_at is not None:
        raise AlreadyLaunchedError
    return campaign


def save(
    campaign: EmailCampaign, action: str, *, actor: Actor, now: datetime, **facts: object
) -> None:
    """Change these columns, and say so in the journal."""
    before = {name: getattr(campaign, name) for name in facts}
    EmailCampaign.objects.filter(pk=campaign.pk).update(**facts)
    journal(action, campaign, actor, now, facts, before)


def journal(
    action: str,
    campaign: EmailCampaign,
    actor: Actor,
    at: datetime,
    after: dict[str, object],
    before: dict[str, object] | None = None,
) -> None:
    """One row of the journal about a campaign."""
    record(
        action=action,
        actor=actor,
        company_id=campaign.company_id,
        subject=f"email_campaign:{campaign.pk}",
        at=at,
        before=before,
        after=after,
    )
