"""What a client is told of its statement."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from marketingconnect.notices.services import queue_notice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.statements.figures import StatementFigures
from marketingconnect.statements.models import CampaignStatement


def tell_statement_is_made(
    statement: CampaignStatement, figures: StatementFigures, *, at: datetime
) -> None:
    """CGV B.1.6: once, the figures no longer change; here is the document that proves them."""
    sold = EmailCampaign.objects.filter(sending=statement.campaign).select_related("created_by")
    if (campaign := sold.first()) is None:
        return
    queue_notice(
        key=f"statement:{statement.campaign_id}",
        template="statement_made",
        to_email=campaign.created_by.email,
        company_id=campaign.company_id,
        at=at,
        context={
            "first_name": campaign.created_by.first_name,
            "campaign": campaign,
            "number": statement.number,
            "delivered": figures.delivered,
            "sold": figures.sold,
            "action_url": settings.BASE_URL
            + reverse("client_area:campaign_figures", args=[campaign.pk]),
            "action_text": "Voir les chiffres et le relevé",
        },
    )
