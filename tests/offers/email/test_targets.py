"""A campaign to the operator's base: counted, sold, arrested, written to, and never shown."""

import uuid
from datetime import timedelta

import pytest
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.catalogue.queries import current_price_list, price_of
from marketingconnect.claims.emails import EmailLots
from marketingconnect.claims.rules.guarantees import lot_dues
from marketingconnect.config.wiring import wire
from marketingconnect.kernel.money import Money
from marketingconnect.messages.models import Message, MessageVersion, Validation
from marketingconnect.messages.services.drafts import kept_mentions
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.email import services
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.offer import EmailConnect
from marketingconnect.offers.email.targets import choose_target, freeze_target, targets_to_freeze
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import missing_of
from marketingconnect.orders.services import advance_line
from marketingconnect.orders.states import LineState
from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.engine.stops import SinceFreeze
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.services.chunks import claim_chunk, recipients_left
from marketingconnect.sending.services.rented import rented_contacts
from marketingconnect.statistics.exports import csv_chunks
from marketingconnect.suppression.models import Scope
from marketingconnect.suppression.services import suppress
from marketingconnect.targeting.criteria import All, Channel, Criteria, Population, Use, ValueIn
from marketingconnect.targeting.desk import Question, ask
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast
from tests.offers.email.factories import make_message, release
from tests.offers.email.test_sale import ordered, pay
from tests.offers.email.test_services import ALICE, NOON, choose_date
from tests.sale import CLERK
from tests.targeting.stage import ON_ONE_WORKER, TODAY, Base, asking

pytestmark = [ON_ONE_WORKER, pytest.mark.django_db]
OWNER = "Lozère, par e-mail"
HOUR = NOON + timedelta(days=3)


@pytest.fixture(autouse=True)
def open_shop(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    wire()


def by_email(population: Population = Population.CONSUMERS) -> Criteria:
    """Who may be written to by e-mail in one departement."""
    where = All((ValueIn("departement", ("48",)),))
    return Criteria(population, Channel.EMAIL, Use.SENDING, where)


def counted(criteria: Criteria) -> int:
    return ask(Question(criteria=criteria, company_id=None, on=TODAY)).count


def message_to_base(cast: Cast) -> Message:
    message = make_message(cast.bakery, cast.alice, NOON)
    mentions = {"advertiser": "Boulangerie Nadia", "sent_to": "base", "rights_contact": "a@b.test"}
    legal = kept_mentions(mentions, on=TODAY)
    message.content = {**message.content, "footer": True, "legal": legal}
    message.save()
    release(message, cast.alice, NOON)
    return message


def composed(cast: Cast, base: Base, *, message: Message | None = None) -> EmailCampaign:
    campaign = services.start_campaign(
        company_id=cast.bakery.pk, name=OWNER, user_id=cast.alice.pk, actor=ALICE, now=NOON
    )
    criteria = by_email()
    choose_target(
        campaign.pk,
        criteria=criteria,
        counted=counted(criteria),
        release=base.consumers.name,
        actor=ALICE,
        now=NOON,
    )
    message = message or message_to_base(cast)
    services.choose_message(campaign.pk, message_id=message.pk, actor=ALICE, now=NOON)
    choose_date(campaign, HOUR)
    campaign.refresh_from_db()
    return campaign


def handed_over(cast: Cast, base: Base) -> tuple[EmailCampaign, Order]:
    campaign = composed(cast, base)
    order = ordered(cast, campaign, NOON)
    pay(order)
    assert freeze_target(campaign.pk, now=NOON)
    line = order.lines.get(offer="email")
    assert advance_line(line.pk, now=NOON) is LineState.SCHEDULED
    campaign.refresh_from_db()
    return campaign, order


def test_what_was_counted_is_sold_arrested_and_written_to(cast: Cast, base: Base) -> None:
    campaign = composed(cast, base)
    quantity = campaign.counted
    assert quantity
    assert quantity > 50

    order = ordered(cast, campaign, NOON)
    line = order.lines.get(offer="email")
    price = price_of(current_price_list(TODAY), "email.base", quantity)
    assert (line.quantity, line.net_cents) == (quantity, price.net.cents)
    assert "adresses louées" in line.label
    assert {one.code for one in missing_of(line)} == {"payment", "selection"}
    pay(order)
    assert advance_line(line.pk, now=NOON) is LineState.TO_PREPARE
    assert list(targets_to_freeze()) == [campaign.pk]
    assert freeze_target(campaign.pk, now=NOON)
    assert not freeze_target(campaign.pk, now=NOON)
    assert not targets_to_freeze()
    assert advance_line(line.pk, now=NOON) is LineState.SCHEDULED

    sending = Campaign.objects.get()
    assert sending.to_base
    assert not freeze_audience(sending.pk, now=HOUR - timedelta(minutes=61))
    freeze_audience(sending.pk, now=HOUR)
    sent_to = list(Recipient.objects.filter(campaign=sending).order_by("position"))
    assert [one.position for one in sent_to] == list(range(1, quantity + 1))
    left_out = figures(sending.pk).not_sent_by_reason
    assert set(left_out) <= {NotSentReason.DUPLICATE}
    emails = [one.email.lower() for one in sent_to]
    assert all(emails)
    assert len(set(emails)) == quantity - sum(left_out.values())
    assert all(one.fields["first_name"] != one.fields["first_name"].upper() for one in sent_to)


def test_who_opposed_since_the_order_is_not_written_to(cast: Cast, base: Base) -> None:
    _, _ = handed_over(cast, base)
    sending = Campaign.objects.get()
    gone = _first_address(sending)
    suppress(channel="email", address=gone, scope=Scope.OPERATOR, reason="opposition", at=NOON)

    freeze_audience(sending.pk, now=HOUR)

    sending.refresh_from_db()
    assert sending.audience_size == sending.sold_quantity
    assert not Recipient.objects.filter(campaign=sending, email=gone).exists()
    assert figures(sending.pk).not_sent_by_reason[NotSentReason.WITHDRAWN] == 1
    assert Recipient.objects.filter(campaign=sending, email="").count() == 1


def test_who_leaves_the_base_while_it_runs_is_stopped(cast: Cast, base: Base) -> None:
    handed_over(cast, base)
    sending = Campaign.objects.get()
    freeze_audience(sending.pk, now=HOUR)
    Campaign.objects.update(state="running", started_at=NOON)
    sending.refresh_from_db()
    chunk = claim_chunk(sending.pk, owner=uuid.uuid4(), now=NOON)
    assert chunk is not None
    left = recipients_left(chunk)
    gone = left[3][1]
    suppress(channel="email", address=gone, scope=Scope.OPERATOR, reason="opposition", at=NOON)

    assert SinceFreeze().opposed(sending, left).opposed == {gone}


def test_addresses_of_the_base_are_never_shown(cast: Cast, base: Base) -> None:
    handed_over(cast, base)
    sending = Campaign.objects.get()
    freeze_audience(sending.pk, now=HOUR)

    sheet = b"".join(csv_chunks(sending.pk)).decode()

    assert "@" not in sheet
    assert sheet.count("\r\n") == sending.sold_quantity + 1


def test_a_message_to_the_base_says_where_addresses_come_from(cast: Cast, base: Base) -> None:
    plain = make_message(cast.bakery, cast.alice, NOON)
    release(plain, cast.alice, NOON)
    campaign = composed(cast, base, message=plain)
    order = ordered(cast, campaign, NOON)
    pay(order)
    freeze_target(campaign.pk, now=NOON)
    line = order.lines.get(offer="email")
    assert {one.code for one in missing_of(line)} == {"origin"}
    assert advance_line(line.pk, now=NOON) is LineState.TO_PREPARE

    told = message_to_base(cast)
    version = MessageVersion.objects.get(message=told)
    assert "Atelier Postal" in version.text
    assert "{{lien_origine}}" in version.html
    assert Validation.objects.filter(version=version).exists()
    services.choose_message(campaign.pk, message_id=told.pk, actor=ALICE, now=NOON)
    assert not missing_of(line)


def test_what_cannot_be_sold_is_refused_in_words(
    cast: Cast, base: Base, settings: Settings
) -> None:
    campaign = composed(cast, base)
    choose = {"counted": 10, "release": "r", "actor": ALICE, "now": NOON}
    with pytest.raises(EmailCampaignError, match="pour l’e-mail"):
        choose_target(campaign.pk, criteria=asking(), **choose)  # type: ignore[arg-type]
    with pytest.raises(EmailCampaignError, match="ne donne personne"):
        choose_target(campaign.pk, criteria=by_email(), **{**choose, "counted": 0})  # type: ignore[arg-type]
    with pytest.raises(EmailCampaignError, match="consenti"):
        services.choose_measures(
            campaign.pk, tracks_clicks=True, opens=Opens.INDIVIDUAL, actor=ALICE, now=NOON
        )

    EmailCampaign.objects.update(counted_release="consumers-2026-10-01-01")
    with pytest.raises(NotSellableError, match="mise à jour depuis votre comptage"):
        EmailConnect().describe(campaign.pk)

    EmailCampaign.objects.update(counted_release=base.consumers.name)
    ordered(cast, campaign, NOON)
    with pytest.raises(EmailCampaignError, match="arrêtée avec la commande"):
        choose_target(campaign.pk, criteria=by_email(), **choose)  # type: ignore[arg-type]


def test_its_guarantee_counts_what_was_sold_and_did_not_arrive(cast: Cast, base: Base) -> None:
    campaign, order = handed_over(cast, base)
    assert EmailLots().lot(campaign.pk) is None
    sending = Campaign.objects.get()
    freeze_audience(sending.pk, now=HOUR)
    Campaign.objects.update(state="stopped", started_at=NOON, finished_at=NOON)
    lot = EmailLots().lot(campaign.pk)
    assert lot is not None
    assert (lot.is_rented, lot.are_final) == (True, False)
    [consumers] = lot.populations
    line = order.lines.get(offer="email")
    assert (consumers.rented, consumers.billed) == (line.quantity, Money(line.net_cents))
    assert consumers.undelivered == figures(sending.pk).not_sent
    assert lot_dues(lot, terms=TermsParameters())[0].threshold == 10


def _first_address(sending: Campaign) -> str:
    """Of the rows arrested, in the order of the base."""
    assert sending.selection is not None
    return next(rented_contacts(sending.selection, fields=(), on=TODAY))[0][1]
