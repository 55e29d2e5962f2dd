"""The demo's campaigns that ended: what their pages show was made by the product's services."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from pytest_django import Settings

from marketingconnect.accounts.models import User
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.demo.data import LOADER
from marketingconnect.demo.data.composing import composed
from marketingconnect.demo.data.past.own_file import ERASED, TESTED, load_own_file_campaigns
from marketingconnect.demo.data.past.to_base import NAME, load_campaign_to_the_base
from marketingconnect.demo.data.people import BAKERY, load_people
from marketingconnect.demo.data.rentals import kept_target
from marketingconnect.demo.data.sales import client_actor
from marketingconnect.invoices.models import Invoice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.sending.models import Campaign, Chunk, Recipient
from marketingconnect.sending.queries import complaints_about, figures, unsubscribed_by
from marketingconnect.sending.returned import answers_to_read
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.settled import overturned_counts
from marketingconnect.sending.states import CampaignState, ChunkState
from marketingconnect.statements.queries import file_of, statement_of
from marketingconnect.statistics.domains import domains_of
from marketingconnect.statistics.visits.queries import visits_of
from marketingconnect.suppression.models import Scope, Suppression
from marketingconnect.terms.services import ensure_terms_published
from tests.targeting.stage import ON_ONE_WORKER, Base

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def _demo(signing: object, settings: Settings) -> None:
    """The demo's people, its operator, its prices."""
    settings.SENDER_RETRY_DELAYS = [60, 600, 3600, 14400]
    ensure_terms_published(NOW)
    publish_demo_operator(actor=LOADER, now=NOW)
    publish_demo_price_list(actor=LOADER, now=NOW)
    load_people(NOW)


def campaign_named(name: str) -> Campaign:
    return Campaign.objects.get(name=name)


def must_add_up(campaign: Campaign) -> None:
    """Figures that bind, to the address: each one sold has an outcome, and the chunks are done."""
    counted = figures(campaign.pk)
    assert (campaign.state, counted.pending) == (CampaignState.FROZEN, 0)
    assert counted.sold == campaign.audience_size
    assert counted.sold == counted.sent + counted.uncertain + counted.not_sent
    assert set(campaign.chunks.values_list("state", flat=True)) == {ChunkState.DONE}
    by_domain = domains_of(campaign.pk)
    assert sum(row.sent for row in by_domain) == counted.sent
    assert sum(row.delivered for row in by_domain) == counted.delivered


def must_be_sealed(campaign: Campaign) -> None:
    statement = statement_of(campaign.pk)
    assert statement is not None
    assert statement.figures["delivered"] == figures(campaign.pk).delivered
    stream, _ = file_of(statement, "pdf")
    with stream:
        assert stream.read(5) == b"%PDF-"


@pytest.mark.usefixtures("_demo")
def test_two_subjects_were_tried_and_everything_that_may_happen_happened() -> None:
    load_own_file_campaigns(NOW)
    campaign = campaign_named(TESTED)

    must_add_up(campaign)
    must_be_sealed(campaign)
    assert campaign.winner == "b"
    tried = campaign.test_figures
    assert tried["b"]["clickers"] * tried["a"]["delivered"] > (
        tried["a"]["clickers"] * tried["b"]["delivered"]
    )
    counted = figures(campaign.pk)
    assert len(counted.undelivered_by_cause) >= 3
    assert counted.uncertain > 0
    assert counted.not_sent_by_reason["suppressed"] > 0  # who left the one before
    assert sum(one.n for one in overturned_counts([campaign.pk])) == 5
    assert (complaints_about(campaign.pk), unsubscribed_by(campaign.pk)) == (1, 6)
    links = visits_of(campaign.pk).links
    assert len(links) == 3
    assert all(link.clicks.visits and link.clicks.machine_visits for link in links)
    assert len(visits_of(campaign.pk).hours) > 8
    (answer,) = answers_to_read()
    assert (answer.asks_to_leave, answer.received_at < NOW) == ("", True)


@pytest.mark.usefixtures("_demo")
def test_the_older_one_lost_its_addresses_on_the_day_of_the_terms() -> None:
    load_own_file_campaigns(NOW)
    campaign = campaign_named(ERASED)

    must_add_up(campaign)
    must_be_sealed(campaign)
    assert campaign.finished_at is not None
    assert campaign.addresses_erased_at is not None
    assert (campaign.addresses_erased_at - campaign.finished_at).days in {29, 30}
    assert not Recipient.objects.filter(campaign_id=campaign.pk).exclude(email="").exists()
    assert campaign_named(TESTED).addresses_erased_at is None


@pytest.mark.usefixtures("_demo")
def test_every_hour_is_past_and_invoices_follow_their_days() -> None:
    load_own_file_campaigns(NOW)

    for campaign in Campaign.objects.all():
        assert campaign.started_at is not None
        assert campaign.finished_at is not None
        assert campaign.figures_frozen_at is not None
        assert campaign.started_at < campaign.finished_at < campaign.figures_frozen_at < NOW
        assert campaign.finished_at - campaign.started_at < timedelta(hours=12)
        order = Order.objects.get(reference=campaign.order_reference)
        assert order.state == OrderState.EXECUTED
    issued = Invoice.objects.order_by("sequence").values_list("issued_at", flat=True)
    assert list(issued) == sorted(issued)


@pytest.mark.usefixtures("_demo")
def test_who_left_or_complained_is_not_written_to_by_the_next_campaign() -> None:
    load_own_file_campaigns(NOW)
    opposed = Suppression.objects.filter(since__lt=NOW)
    owner = User.objects.get(email=BAKERY.email)
    following = composed(owner, "La suite", "fidelite", rows=1250, seed=1, now=NOW)
    assert following.contact_file is not None

    assert {"complaint", "hard_bounce", "unsubscribe_one_click", "unsubscribe_page"} <= set(
        opposed.values_list("reason", flat=True)
    )


@ON_ONE_WORKER
@pytest.mark.usefixtures("_demo")
def test_neighbours_of_the_base_were_written_to_and_one_asks_to_be_left_alone(base: Base) -> None:
    where = [{"field": "departement", "in": ["69"]}]
    target = kept_target(
        BAKERY.email, "Voisins", "consumers", where, NOW, channel="email", use="sending"
    )

    load_campaign_to_the_base(target, NOW)

    campaign = campaign_named(NAME)
    must_add_up(campaign)
    must_be_sealed(campaign)
    assert campaign.to_base
    assert unsubscribed_by(campaign.pk) == 3
    left = Suppression.objects.filter(reason="unsubscribe_page")
    assert {one.scope for one in left} == {Scope.CLIENT, Scope.OPERATOR}
    (answer,) = answers_to_read()
    assert answer.asks_to_leave == "ne m’écrivez plus"


@ON_ONE_WORKER
@pytest.mark.usefixtures("_demo")
def test_a_base_that_has_nobody_there_gives_no_campaign(base: Base) -> None:
    nowhere = [{"field": "departement", "in": ["23"]}]
    target = kept_target(
        BAKERY.email, "Personne", "consumers", nowhere, NOW, channel="email", use="sending"
    )

    load_campaign_to_the_base(target, NOW)

    assert not EmailCampaign.objects.exists()
