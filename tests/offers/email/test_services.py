"""A campaign is composed in any order and handed over once, exactly as validated."""

from datetime import UTC, date, datetime

import pytest

from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.models import ContactFile
from marketingconnect.messages.models import ModerationRequest
from marketingconnect.offers.contract import NotSellableError, OrderFacts
from marketingconnect.offers.email import services
from marketingconnect.offers.email.errors import (
    AlreadyLaunchedError,
    EmailCampaignError,
    SendDateRefusedError,
)
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.offer import EmailConnect
from marketingconnect.sending.models import Campaign
from marketingconnect.terms.parameters import TermsParameters
from tests.cast import Cast
from tests.offers.email.factories import make_message, release
from tests.sending.factories import make_contact_file

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
TERMS = TermsParameters()
ALICE = Actor.user(1, "Alice")


def composed(cast: Cast, *, approved: bool = True) -> EmailCampaign:
    campaign = services.start_campaign(
        company_id=cast.bakery.pk, name="Noël", user_id=cast.alice.pk, actor=ALICE, now=NOON
    )
    file = make_contact_file(cast.bakery, ["a@example.org", "b@example.org"])
    message = make_message(cast.bakery, cast.alice, NOON)
    release(message, cast.alice, NOON, approved=approved)
    services.choose_file(campaign.pk, file_id=file.pk, actor=ALICE, now=NOON)
    services.choose_message(campaign.pk, message_id=message.pk, actor=ALICE, now=NOON)
    choose_date(campaign, WEDNESDAY)
    campaign.refresh_from_db()
    return campaign


def choose_date(campaign: EmailCampaign, send_at: datetime) -> None:
    services.choose_send_date(
        campaign.pk,
        send_at=send_at,
        payment_validated_on=None,
        terms=TERMS,
        actor=ALICE,
        now=NOON,
    )


def facts(quantity: int = 2) -> OrderFacts:
    return OrderFacts("BC-2026-000001", date(2026, 11, 23), TERMS, quantity)


def test_a_ready_campaign_is_handed_over_once_with_the_validated_content(cast: Cast) -> None:
    campaign = composed(cast)

    first = services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    again = services.launch_campaign(campaign.pk, facts=facts(), now=NOON)

    assert first == again
    sent = Campaign.objects.get()
    campaign.refresh_from_db()
    assert campaign.version is not None
    assert (sent.content_sha256, sent.scheduled_for) == (campaign.version.sha256, WEDNESDAY)
    assert (sent.sold_quantity, sent.settling_hours) == (2, TERMS.delivery_window_hours)


def test_nothing_is_handed_over_before_the_moderation(cast: Cast) -> None:
    campaign = composed(cast, approved=False)
    with pytest.raises(EmailCampaignError, match="modération"):
        services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    assert not Campaign.objects.exists()
    ModerationRequest.objects.update(state="approved")
    services.launch_campaign(campaign.pk, facts=facts(), now=NOON)


def test_a_message_changed_after_its_validation_holds_the_campaign(cast: Cast) -> None:
    campaign = composed(cast)
    assert campaign.message is not None
    campaign.message.subject = "Autre chose"
    campaign.message.save()
    campaign.message.versions.get().validations.update(voided_at=NOON)
    with pytest.raises(EmailCampaignError, match="bon à tirer"):
        services.launch_campaign(campaign.pk, facts=facts(), now=NOON)


def test_after_the_launch_nothing_changes_any_more(cast: Cast) -> None:
    campaign = composed(cast)
    services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    with pytest.raises(AlreadyLaunchedError):
        choose_date(campaign, datetime(2026, 11, 26, 9, tzinfo=UTC))


def test_a_date_too_close_is_refused_with_its_article(cast: Cast) -> None:
    campaign = composed(cast)
    with pytest.raises(SendDateRefusedError) as refusal:
        choose_date(campaign, datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert refusal.value.article == "B.1.4"
    with pytest.raises(SendDateRefusedError, match="entre"):
        choose_date(campaign, datetime(2026, 11, 25, 3, tzinfo=UTC))
    campaign.refresh_from_db()
    assert campaign.send_at == WEDNESDAY


def test_another_company_s_file_or_message_is_refused(cast: Cast) -> None:
    campaign = composed(cast)
    theirs = make_contact_file(cast.garage, ["x@example.org"])
    with pytest.raises(EmailCampaignError):
        services.choose_file(campaign.pk, file_id=theirs.pk, actor=ALICE, now=NOON)
    message = make_message(cast.garage, cast.charlie, NOON)
    with pytest.raises(EmailCampaignError):
        services.choose_message(campaign.pk, message_id=message.pk, actor=ALICE, now=NOON)


def test_an_order_freezes_the_file(cast: Cast) -> None:
    campaign = composed(cast)
    EmailConnect().ordered(campaign.pk, order_reference="BC-1", quantity=2, now=NOON)
    other = make_contact_file(cast.bakery, ["c@example.org", "d@example.org"])
    with pytest.raises(EmailCampaignError, match="commande"):
        services.choose_file(campaign.pk, file_id=other.pk, actor=ALICE, now=NOON)
    with pytest.raises(EmailCampaignError, match="commandée"):
        services.abandon_campaign(campaign.pk, actor=ALICE, now=NOON)


def test_the_offer_sells_as_many_addresses_as_the_file_gives(cast: Cast) -> None:
    campaign = composed(cast)
    described = EmailConnect().describe(campaign.pk)
    assert (described.quantity, described.price_code) == (2, "email.own_file")
    assert described.company_id == cast.bakery.pk
    ContactFile.objects.update(accepted=0)
    with pytest.raises(NotSellableError):
        EmailConnect().describe(campaign.pk)
    with pytest.raises(LookupError):
        EmailConnect().describe(0)


def test_progress_follows_the_sender(cast: Cast) -> None:
    campaign = composed(cast)
    offer = EmailConnect()
    assert offer.progress(campaign.pk).state == "waiting"
    services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    for state, shown in [("running", "running"), ("sent_out", "done"), ("stopped", "stopped")]:
        Campaign.objects.update(state=state)
        assert offer.progress(campaign.pk).state == shown


def test_a_message_changed_after_the_launch_is_recalled_until_validated_again(cast: Cast) -> None:
    campaign = composed(cast)
    sending = services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    assert not services.recall_campaign(campaign.pk, now=NOON)
    assert campaign.message is not None
    version = campaign.message.versions.get()
    version.validations.update(voided_at=NOON)

    assert services.recall_campaign(campaign.pk, now=NOON)

    sending.refresh_from_db()
    assert sending.state == "stopped"
    assert EmailConnect().progress(campaign.pk).state == "waiting"
    version.validations.update(voided_at=None)
    again = services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    assert again.pk != sending.pk


def test_a_moderation_taken_back_recalls_what_has_not_started(cast: Cast) -> None:
    campaign = composed(cast)
    services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    ModerationRequest.objects.update(state="refused")
    Campaign.objects.update(state="running")
    assert not services.recall_campaign(campaign.pk, now=NOON)
    Campaign.objects.update(state="scheduled")
    assert services.recall_campaign(campaign.pk, now=NOON)
