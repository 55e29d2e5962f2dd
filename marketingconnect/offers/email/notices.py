"""What e-mail campaigns tell clients by mail."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from marketingconnect.notices.services import queue_notice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import figures
from marketingconnect.sending.rules import figures_freeze_at


def tell_campaign_is_sent(campaign: EmailCampaign, sending: Campaign, *, at: datetime) -> None:
    """Once a campaign: every address has its outcome, here are the figures so far."""
    finished_at = sending.finished_at or at
    queue_notice(
        key=f"campaign-sent:{campaign.pk}",
        template="campaign_sent",
        to_email=campaign.created_by.email,
        company_id=campaign.company_id,
        at=at,
        context={
            "first_name": campaign.created_by.first_name,
            "campaign": campaign,
            "figures": figures(sending.pk),
            "finished_at": finished_at,
            "binding_at": figures_freeze_at(
                finished_at=finished_at, settling_hours=sending.settling_hours
            ),
            "action_url": settings.BASE_URL
            + reverse("client_area:campaign_figures", args=[campaign.pk]),
            "action_text": "Voir les chiffres",
        },
    )
