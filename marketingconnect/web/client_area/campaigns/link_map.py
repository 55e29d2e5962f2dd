"""The validated message with, on each of its links, how many people followed it."""

from typing import Final

from django.utils.html import format_html

from marketingconnect.messages.merge_fields import STANDARD_LABELS, sample_fields
from marketingconnect.messages.queries.samples import Rendered, Sample, render_sample
from marketingconnect.sending.message.tracking import marked
from marketingconnect.sending.models import Campaign, CampaignVariant
from marketingconnect.sending.services.campaigns import content_of
from marketingconnect.sending.variants import Variant
from marketingconnect.statistics.visits.queries import visits_of
from marketingconnect.web.templatetags.formats import number_fr

_BADGE: Final = (
    "display:inline-block;margin:3px 8px 8px 4px;padding:1px 7px;border-radius:10px"
    ";font:700 12px/16px Arial,sans-serif;text-decoration:none"
    ";white-space:nowrap;color:#fff;background:{}"
)
_HOT: Final = "#a3260c"
_WARM: Final = "#8a5a00"
_COLD: Final = "#4a4f57"


def message_with_clicks(sending: Campaign, variant: str) -> Rendered:
    """The message shown to an invented person; `variant` B where two messages were tried."""
    kept: Campaign | CampaignVariant = sending
    if variant == Variant.B:
        kept = CampaignVariant.objects.get(campaign=sending)
    content = content_of(kept)
    people = {link.number: link.clicks.people for link in visits_of(sending.pk).links}
    most = max(people.values(), default=0)
    numbers = dict(sending.tracked_links.values_list("written", "number"))

    def badge(number: int) -> str:
        return _badge(number, people.get(number, 0), most)

    sample = Sample(sample_fields(STANDARD_LABELS), "", True)
    shown = render_sample(content, sample)
    return Rendered(shown.subject, shown.preheader, marked(shown.html, numbers, badge), shown.text)


def _badge(number: int, people: int, most: int) -> str:
    colour = _COLD if not people else _HOT if people * 2 >= most else _WARM
    words = "personne" if people < 2 else "personnes"
    return format_html(
        '<span style="{}">n° {} · {} {}</span>',
        _BADGE.format(colour),
        number,
        number_fr(people),
        words,
    )
