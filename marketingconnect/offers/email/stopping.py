"""Hold, take up again or end a campaign whose order is suspended or ended (CGV III.g, III.h)."""

from datetime import datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import pause_campaign, resume_campaign, stop_campaign
from marketingconnect.sending.states import CampaignState

_NOT_STARTED: Final = {CampaignState.PREPARING, CampaignState.SCHEDULED}
_UNDER_WAY: Final = {*_NOT_STARTED, CampaignState.RUNNING, CampaignState.PAUSED}


@transaction.atomic
def hold_campaign(campaign_id: int, *, reason: str, actor: Actor, now: datetime) -> bool:
    """CGV III.g, III.h: nothing leaves any more: a running campaign pauses.

    One not started is taken back, and waits as before it was handed over. False when there is
    nothing to hold, or somebody paused it before.
    """
    campaign, sending = _locked(campaign_id)
    if sending is None:
        return False
    if sending.state == CampaignState.RUNNING:
        pause_campaign(sending.pk, actor=actor, reason=reason, now=now)
        return True
    if sending.state not in _NOT_STARTED:
        return False
    stop_campaign(sending.pk, actor=actor, reason=reason, now=now)
    EmailCampaign.objects.filter(pk=campaign.pk).update(sending=None, version=None, version_b=None)
    record(
        action="email_campaign.recalled",
        actor=actor,
        company_id=campaign.company_id,
        subject=f"email_campaign:{campaign.pk}",
        at=now,
        before={"sending_id": sending.pk},
        after={"sending_id": None, "reason": reason},
    )
    return True


@transaction.atomic
def go_on_with_campaign(campaign_id: int, *, reason: str, actor: Actor, now: datetime) -> bool:
    """CGV III.g, III.h: the order goes on, and its paused campaign where it stood.

    One that was taken back is handed over anew with its order. False when it is not paused.
    """
    _, sending = _locked(campaign_id)
    if sending is None or sending.state != CampaignState.PAUSED:
        return False
    resume_campaign(sending.pk, actor=actor, reason=reason, now=now)
    return True


@transaction.atomic
def end_campaign(campaign_id: int, *, reason: str, actor: Actor, now: datetime) -> bool:
    """CGV III.g, B.2: the order ended: what was not sent never will be. False when all was."""
    _, sending = _locked(campaign_id)
    if sending is None or sending.state not in _UNDER_WAY:
        return False
    stop_campaign(sending.pk, actor=actor, reason=reason, now=now)
    return True


def _locked(campaign_id: int) -> tuple[EmailCampaign, Campaign | None]:
    """Both rows until the transaction ends, so that the sender does not move them meanwhile."""
    campaign = EmailCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.sending_id is None:
        return campaign, None
    return campaign, Campaign.objects.select_for_update().get(pk=campaign.sending_id)
