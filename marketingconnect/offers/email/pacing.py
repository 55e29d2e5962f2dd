"""How a campaign leaves: spread over hours, and with two subjects put to the test."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.messages.queries import messages_of
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.queries import addresses_of
from marketingconnect.offers.email.rows import being_composed, save
from marketingconnect.offers.email.rules import comparison_refusal


@transaction.atomic
def choose_test(
    campaign_id: int, *, message_id: int, percent: int, hours: int, actor: Actor, now: datetime
) -> None:
    """CGV B.1.1: try a second message on a part of the audience, and send the rest the better one.

    Raises EmailCampaignError with the reason when the test could not tell anything.
    """
    campaign = being_composed(campaign_id)
    if not messages_of(campaign.company_id).filter(pk=message_id).exists():
        raise EmailCampaignError("Ce message n’existe plus.")
    refusal = comparison_refusal(
        is_same=message_id == campaign.message_id,
        tracks_clicks=campaign.tracks_clicks,
        addresses=addresses_of(campaign),
        percent=percent,
        hours=hours,
    )
    if refusal:
        raise EmailCampaignError(refusal, article="B.1.1")
    save(
        campaign,
        "email_campaign.test_chosen",
        actor=actor,
        now=now,
        message_b_id=message_id,
        test_percent=percent,
        test_hours=hours,
    )


@transaction.atomic
def give_up_test(campaign_id: int, *, actor: Actor, now: datetime) -> None:
    """Send one message to everybody after all."""
    campaign = being_composed(campaign_id)
    none = {"message_b_id": None, "test_percent": 0, "test_hours": 0}
    save(campaign, "email_campaign.test_given_up", actor=actor, now=now, **none)
