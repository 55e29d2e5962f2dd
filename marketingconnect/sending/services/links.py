"""The link table of a campaign, made with it, and the message that leads through it."""

from django.conf import settings

from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.tokens import RecipientTokens
from marketingconnect.sending.message.tracking import (
    VISIT_TOKEN,
    Opens,
    Tracking,
    links_of,
    pixel_path,
    tracked,
)
from marketingconnect.sending.models.campaigns import Campaign
from marketingconnect.sending.models.links import TrackedLink


def keep_links(campaign: Campaign, *contents: CampaignContent) -> None:
    """Write down the addresses of the contents, if clicks are to be counted; called once."""
    if not campaign.tracks_clicks:
        return
    found = {link.written: link for content in contents for link in links_of(content)}
    TrackedLink.objects.bulk_create(
        TrackedLink(
            campaign=campaign, number=number, url=link.url, written=link.written, words=link.words
        )
        for number, link in enumerate(found.values(), start=1)
    )


def tracked_content(
    campaign: Campaign, content: CampaignContent, tokens: RecipientTokens
) -> CampaignContent:
    """What leaves: the validated content, its links through the table that the campaign has."""
    numbers = dict(campaign.tracked_links.values_list("written", "number"))
    pixel = _pixel(campaign, tokens)
    if not numbers and not pixel:
        return content
    return tracked(content, Tracking(numbers, settings.TRACKING_URL, pixel))


def _pixel(campaign: Campaign, tokens: RecipientTokens) -> str:
    if campaign.opens == Opens.AGGREGATE:
        return pixel_path(tokens.visit(campaign.pk, 0))
    if campaign.opens == Opens.INDIVIDUAL:
        return pixel_path("{{" + VISIT_TOKEN + "}}")
    return ""
