"""A campaign stops with its order, at once, and goes on with it."""

from datetime import datetime

import pytest

from marketingconnect import clock
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.contracts.errors import ContractError
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.sendings import resume_sending
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.offers.email.stopping import (
    end_campaign,
    go_on_with_campaign,
    hold_campaign,
)
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line
from marketingconnect.orders.states import LineState
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import freeze_audience, pause_campaign
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.states import CampaignState
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast
from tests.offers.email.test_sale import ordered, pay, state
from tests.offers.email.test_services import NOON, WEDNESDAY, composed
from tests.sale import CLERK


@pytest.fixture
def order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Order:
    """Paid, its campaign handed over for Wednesday."""
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    wire()
    placed = ordered(cast, composed(cast), NOON)
    pay(placed)
    advance(placed, NOON)
    return placed


def advance(order: Order, now: datetime) -> LineState:
    return advance_line(order.lines.get(offer="email").pk, now=now)


def start(order: Order) -> Campaign:
    sending = Campaign.objects.get()
    freeze_audience(sending.pk, now=NOON)
    start_due_campaigns(now=WEDNESDAY)
    advance(order, WEDNESDAY)
    return sending


def suspend(order: Order, cast: Cast) -> None:
    suspend_order(
        order.pk,
        ground=Ground.CONTENT,
        reason="Propos injurieux.",
        user_id=cast.paul.pk,
        actor=CLERK,
        now=WEDNESDAY,
    )


def resume(order: Order, cast: Cast) -> None:
    resume_order(order.pk, reason="", user_id=cast.paul.pk, actor=CLERK, now=WEDNESDAY)


def test_a_running_campaign_pauses_with_its_order_and_goes_on_with_it(
    order: Order, cast: Cast
) -> None:
    sending = start(order)

    suspend(order, cast)

    assert state(sending) == CampaignState.PAUSED
    with pytest.raises(ContractError):
        resume_sending(sending.pk, actor=CLERK, reason="Reprise", now=WEDNESDAY)
    assert state(sending) == CampaignState.PAUSED

    resume(order, cast)
    assert state(sending) == CampaignState.RUNNING


def test_a_campaign_that_moderation_paused_stays_paused(order: Order, cast: Cast) -> None:
    sending = start(order)
    pause_campaign(sending.pk, actor=CLERK, reason="Signalement", now=WEDNESDAY)

    suspend(order, cast)
    resume(order, cast)

    assert state(sending) == CampaignState.PAUSED
    resume_sending(sending.pk, actor=CLERK, reason="Réglé", now=WEDNESDAY)
    assert state(sending) == CampaignState.RUNNING


def test_a_campaign_not_started_is_taken_back_and_handed_over_anew(
    order: Order, cast: Cast
) -> None:
    sending = Campaign.objects.get()

    suspend(order, cast)

    assert state(sending) == CampaignState.STOPPED
    start_due_campaigns(now=WEDNESDAY)
    advance(order, NOON)
    assert Campaign.objects.count() == 1

    resume(order, cast)
    advance(order, NOON)
    assert advance(order, NOON) is LineState.SCHEDULED
    assert Campaign.objects.exclude(state=CampaignState.STOPPED).count() == 1


def test_a_terminated_order_stops_its_campaign_for_good(order: Order, cast: Cast) -> None:
    sending = start(order)

    terminate_order(
        order.pk,
        ground=Ground.NON_PAYMENT,
        reason="Chèque impayé.",
        user_id=cast.ines.pk,
        actor=CLERK,
        now=WEDNESDAY,
    )

    assert state(sending) == CampaignState.STOPPED
    assert order.lines.get(offer="email").state == LineState.STOPPED


def test_there_is_nothing_to_stop_before_or_after_the_sending(cast: Cast) -> None:
    campaign = composed(cast)
    verbs = (hold_campaign, go_on_with_campaign, end_campaign)

    assert [verb(campaign.pk, reason="", actor=CLERK, now=NOON) for verb in verbs] == [False] * 3
