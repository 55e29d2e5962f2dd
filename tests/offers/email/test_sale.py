"""A campaign sold through the basket, paid, released and followed to its end."""

import uuid
from datetime import datetime, timedelta

import pytest

from marketingconnect import clock
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.messages.models import ModerationRequest
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import recall_campaign
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import missing_of
from marketingconnect.orders.services import advance_line, mark_paid
from marketingconnect.orders.states import LineState
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast
from tests.offers.email.test_services import NOON, WEDNESDAY, composed
from tests.sale import CLERK


@pytest.fixture(autouse=True)
def open_shop(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    wire()


def ordered(cast: Cast, campaign: EmailCampaign, now: datetime) -> Order:
    add_to_cart(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        offer="email",
        item_id=campaign.pk,
        now=now,
    )
    cart = cart_of(cast.bakery.pk, clock.paris_date(now))
    return check_out(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        request_uuid=uuid.uuid4(),
        terms_sha256=cart.terms.sha256,
        attestations=[asked.code for asked in cart.attestations],
        payment_method="card",
        purchase_reference="",
        shown_total_cents=cart.total.cents,
        ip_address="192.0.2.7",
        now=now,
    )


def pay(order: Order) -> None:
    today = clock.paris_date(NOON)
    mark_paid(order, received_on=today, validated_on=today, actor=CLERK, at=NOON)


def test_from_the_basket_to_the_sender(cast: Cast) -> None:
    campaign = composed(cast, approved=False)
    order = ordered(cast, campaign, NOON)
    line = order.lines.get(offer="email")
    assert line.quantity == 2
    campaign.refresh_from_db()
    assert campaign.ordered_quantity == 2
    assert {one.code for one in missing_of(line)} == {"moderation", "payment"}

    pay(order)
    assert advance_line(line.pk, now=NOON) is LineState.TO_PREPARE
    ModerationRequest.objects.update(state="approved")
    assert advance_line(line.pk, now=NOON) is LineState.SCHEDULED

    sending = Campaign.objects.get()
    assert sending.scheduled_for == WEDNESDAY
    assert sending.order_reference == order.reference
    freeze_audience(sending.pk, now=NOON)
    assert figures(sending.pk).pending == 2
    start_due_campaigns(now=WEDNESDAY - timedelta(seconds=1))
    assert state(sending) == "scheduled"
    start_due_campaigns(now=WEDNESDAY)
    assert state(sending) == "running"
    assert advance_line(line.pk, now=WEDNESDAY) is LineState.RUNNING
    Campaign.objects.update(state="sent_out", finished_at=WEDNESDAY)
    assert advance_line(line.pk, now=WEDNESDAY) is LineState.DONE


def test_a_recalled_campaign_makes_its_order_wait_again(cast: Cast) -> None:
    campaign = composed(cast)
    order = ordered(cast, campaign, NOON)
    line = order.lines.get(offer="email")
    pay(order)
    assert advance_line(line.pk, now=NOON) is LineState.SCHEDULED
    ModerationRequest.objects.update(state="void")
    assert recall_campaign(campaign.pk, now=NOON)
    assert advance_line(line.pk, now=NOON) is LineState.TO_PREPARE
    ModerationRequest.objects.update(state="approved")
    assert advance_line(line.pk, now=NOON) is LineState.SCHEDULED
    assert Campaign.objects.exclude(state="stopped").count() == 1


def state(sending: Campaign) -> str:
    sending.refresh_from_db()
    return sending.state
