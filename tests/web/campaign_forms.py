"""Forms of a client’s campaigns and of the way to an order, as a person fills them."""

from typing import Any

from marketingconnect import clock
from marketingconnect.offers.email.models import EmailCampaign
from tests.sale import Leaflet
from tests.web.scene import Scene
from tests.web.signing_scene import SIGNING_FORMS

Fields = dict[str, Any]
NOTHING: Fields = {}
_ACTS = (
    *("campaign_order", "campaign_abandon", "campaign_no_test"),
    *("campaign_duplicate", "campaign_resend"),
)
_STEPS = ("measures", "test", "no_test", "recipients", "rented", "message", "calendar")


def campaigns_and_orders(values: Fields, today: str) -> dict[str, Fields]:
    return {
        "campaign_new": {"name": "Noël"},
        "campaign_recipients": {"contact_file": values["file_id"]},
        "campaign_message": {"message": values["message_id"]},
        "campaign_calendar": {"send_on": today, "send_hour": "10:00", "spread": "60"},
        "campaign_test": {"message": values["message_id"], "percent": "20", "hours": "4"},
        "campaign_measures": {"tracks_clicks": "on", "opens": "aggregate"},
        **dict.fromkeys((*_ACTS, "campaign_workbook"), NOTHING),
        "cart_add": {"offer": "email", "item_id": "1"},
        "cart_remove": NOTHING,
        "checkout": {
            "request_uuid": "6f2f5a5e-0f3e-4b43-9d5c-3f6a2f0f2a11",
            "terms_sha256": "0" * 64,
            "shown_total_cents": "36000",
            "payment_method": "transfer",
            "purchase_reference": "BC 12",
            "accept_terms": "on",
            "attest_own_file_lawful": "on",
            "attest_content_mine": "on",
        },
        **SIGNING_FORMS,
    }


def pages_of_a_campaign(scene: Scene) -> dict[str, dict[str, Any]]:
    """A campaign that is being composed, for every page that changes it."""
    bakery = scene.cast.bakery
    draft = EmailCampaign.objects.create(
        company=bakery, name="Brouillon", created_by=scene.cast.alice, created_at=clock.now()
    )
    scene.shop.offer.items[draft.pk] = Leaflet(bakery.pk)
    steps = (*_STEPS, "order", "abandon")
    return {f"client_area:campaign_{step}": {"campaign_id": draft.pk} for step in steps}
