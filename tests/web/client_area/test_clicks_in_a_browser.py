"""The message with its clicks, in a real browser: as tall as it is, and nothing in it runs."""

import pytest
from django.urls import reverse

from marketingconnect.catalogue.demo_data import publish_demo_operator
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign
from marketingconnect.terms.services import ensure_terms_published
from tests.browser import OpenPage
from tests.cast import Cast, logged_in
from tests.sale import CLERK
from tests.sending.factories import NOON
from tests.web.tracking.clicking import CONTENT, tracked_campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TALL = 2345
FITS = """() => {
  const frame = document.querySelector("[data-message-frame]");
  frame.scrollIntoView();
  const inside = frame.contentDocument;
  return inside?.body?.dataset.run === undefined && inside?.title === "pain"
    && frame.clientHeight === inside.documentElement.scrollHeight && frame.clientHeight;
}"""


def test_the_message_has_no_scroll_bar_of_its_own(cast: Cast, open_page: OpenPage) -> None:
    ensure_terms_published(NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    sending = tracked_campaign(company=cast.bakery)
    tall = f'<title>pain</title><div style="height:{TALL}px"></div>{CONTENT.html}'
    html = f"{tall}<script>document.body.dataset.run = 1</script>"
    Campaign.objects.filter(pk=sending.pk).update(html=html)
    campaign = EmailCampaign.objects.create(
        company=cast.bakery, name="Pain", sending=sending, created_by=cast.alice, created_at=NOON
    )

    address = reverse("client_area:campaign_clicks", args=[campaign.pk])
    page = open_page(logged_in(cast.alice), address)

    height = page.wait_for_function(FITS).json_value()
    assert TALL < height < TALL + 200
