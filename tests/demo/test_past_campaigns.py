"""The demo's campaigns that ended: what their pages show was made by the product's services."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.clock import paris_date
from marketingconnect.demo.data import LOADER, load
from marketingconnect.demo.data.past.own_file import ERASED, TESTED, load_own_file_campaigns
from marketingconnect.demo.data.past.to_base import NAME, load_campaign_to_the_base
from marketingconnect.demo.data.people import BAKERY, load_people
from marketingconnect.demo.data.rentals import kept_target
from marketingconnect.invoices.models import Invoice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.sending.models import Campaign, DeliveryOutcome, Recipient, ReturnEvent
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
from tests.signature.making import PASSPHRASE
from tests.targeting.stage import ON_ONE_WORKER, Base

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def _platform(settings: Settings, tmp_path: Path) -> None:
    """Files and an authority of its own, which begins with the first statement."""
    settings.SENDER_RETRY_DELAYS = [60, 600, 3600, 14400]
    settings.FILES_ROOT = tmp_path / "files"
    settings.AUTHORITY_DIR = tmp_path / "authority"
    settings.AUTHORITY_PASSPHRASE = PASSPHRASE


@pytest.fixture
def _demo(_platform: None) -> None:
    """The demo's people, its operator, its prices."""
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
def test_every_hour_is_past_and_the_orders_are_done() -> None:
    load_own_file_campaigns(NOW)

    for campaign in Campaign.objects.all():
        assert campaign.started_at is not None
        assert campaign.finished_at is not None
        assert campaign.figures_frozen_at is not None
        assert campaign.started_at < campaign.finished_at < campaign.figures_frozen_at < NOW
        assert campaign.finished_at - campaign.started_at < timedelta(hours=12)
        order = Order.objects.get(reference=campaign.order_reference)
        assert order.state == OrderState.EXECUTED


@pytest.mark.usefixtures("_platform")
def test_the_whole_demo_has_invoices_in_the_order_of_their_days_and_a_campaign_to_come() -> None:
    now = clock.now()
    assert load(now)

    issued = list(Invoice.objects.order_by("sequence"))
    assert [one.issued_at for one in issued] == sorted(one.issued_at for one in issued)
    assert [one.issued_on for one in issued] == [paris_date(one.issued_at) for one in issued]
    planned = campaign_named("La carte de fidélité du fournil")
    assert (planned.state, planned.spread_minutes) == (CampaignState.PREPARING, 240)
    assert paris_date(planned.scheduled_for) == paris_date(now) + timedelta(days=7)


@pytest.mark.usefixtures("_platform")
def test_who_left_or_complained_is_not_written_to_by_the_campaign_that_leaves_today() -> None:
    load(clock.now())
    today = campaign_named("Les fêtes au fournil")
    before = campaign_named(TESTED)
    told = ReturnEvent.objects.filter(campaign_id=before.pk, kind__in=["unsubscribe", "complaint"])
    positions = told.values_list("position", flat=True)
    gone = Recipient.objects.filter(campaign_id=before.pk, position__in=positions)
    gone_emails = set(gone.values_list("email", flat=True))

    freeze_audience(today.pk, now=clock.now())

    written_to = Recipient.objects.filter(campaign_id=today.pk, email__in=gone_emails)
    outcomes = DeliveryOutcome.objects.filter(
        campaign_id=today.pk, position__in=written_to.values("position")
    )
    assert written_to
    assert {(one.outcome, one.cause) for one in outcomes} == {("not_sent", "suppressed")}
    assert len(outcomes) == len(written_to)


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
