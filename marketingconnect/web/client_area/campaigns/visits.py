"""Clicks prepared for their page: rates, links, hours."""

from decimal import Decimal
from html import escape
from typing import Any, Final

from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending import queries
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign, CampaignVariant
from marketingconnect.sending.variants import Variant
from marketingconnect.statistics.hours import hour_label, told_twice
from marketingconnect.statistics.visits.queries import Visits, visits_of
from marketingconnect.web.client_area.campaigns.since_seal import since_seal
from marketingconnect.web.components import Series

_MOST_HOURS: Final = 48


def clicks_page(campaign: EmailCampaign, sending: Campaign) -> dict[str, Any]:
    """Context of the clicks."""
    visits = visits_of(sending.pk)
    found = queries.figures(sending.pk)
    return {
        "campaign": campaign,
        "sending": sending,
        "visits": visits,
        "since_seal": since_seal(sending, found, visits) if sending.figures_frozen_at else None,
        "delivered": found.delivered,
        "click_rate": _share(visits.clicks.people, found.delivered),
        "open_rate": _share(_opens(sending, visits), found.delivered),
        "opens_counted": sending.opens != Opens.NONE,
        "opens_by_person": sending.opens == Opens.INDIVIDUAL,
        "links": [
            (link, _share(link.clicks.people, visits.clicks.people)) for link in visits.links
        ],
        "hours": [hour_label(hour) for hour, _ in visits.hours[:_MOST_HOURS]],
        "hour_twice": any(told_twice(hour) for hour, _ in visits.hours[:_MOST_HOURS]),
        "series": [
            Series("Personnes", [counted.visits for _, counted in visits.hours[:_MOST_HOURS]]),
            Series(
                "Machines", [counted.machine_visits for _, counted in visits.hours[:_MOST_HOURS]]
            ),
        ],
        "maps": _maps(sending),
        "any": visits.clicks.visits or visits.clicks.machine_visits,
    }


def variants_of(sending: Campaign) -> list[str]:
    """The messages that were sent: two where two were tried."""
    return [Variant.A, Variant.B] if sending.test_percent else [Variant.A]


def _maps(sending: Campaign) -> list[tuple[str, str]]:
    """Each message and the title of its drawing; one drawing for two that look the same."""
    variants = variants_of(sending)
    if len(variants) == 1 or _look_the_same(sending):
        return [(variants[0], "Le message, lien par lien")]
    return [(one, f"Le message {one.upper()}, lien par lien") for one in variants]


def _look_the_same(sending: Campaign) -> bool:
    """Whether the two messages of a test differ by their subject alone, which the HTML repeats."""
    kept: list[Campaign | CampaignVariant] = [
        sending,
        CampaignVariant.objects.get(campaign=sending),
    ]
    bodies = {one.html.replace(escape(one.subject), "") for one in kept}
    return len(bodies) == 1


def _opens(sending: Campaign, visits: Visits) -> int:
    """By person where they consented; otherwise every opening, some of them repeated."""
    return visits.opens.people if sending.opens == Opens.INDIVIDUAL else visits.opens.visits


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(100 * part / whole).quantize(Decimal("0.1")) if whole else None
