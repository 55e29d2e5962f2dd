"""The two places that recipients come from, as tabs of one step."""

from django.urls import reverse

from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.web.components import Tab


def sources_of(campaign: EmailCampaign, *, here: str) -> list[Tab]:
    """`here` is `file` or `base`."""
    pages = [
        ("file", "Votre fichier de contacts", "client_area:campaign_recipients"),
        ("base", "Des adresses louées", "client_area:campaign_rented"),
    ]
    return [Tab(name, reverse(page, args=[campaign.pk]), key == here) for key, name, page in pages]
