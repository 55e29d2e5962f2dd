"""The client hears once that a campaign is sent, with its figures."""

from datetime import timedelta

import pytest

from marketingconnect.notices.models import Notice
from marketingconnect.offers.email.queries import campaigns_sent_untold
from marketingconnect.offers.email.services import launch_campaign, tell_sent_campaign
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import freeze_audience
from tests.cast import Cast
from tests.offers.email.test_services import NOON, WEDNESDAY, composed, facts

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(hours=1)


def test_the_client_hears_once_that_the_campaign_is_sent(cast: Cast) -> None:
    campaign = composed(cast)
    sending = launch_campaign(campaign.pk, facts=facts(), now=NOON)
    freeze_audience(sending.pk, now=NOON)
    assert not tell_sent_campaign(campaign.pk, now=NOON)
    assert list(campaigns_sent_untold()) == []

    Campaign.objects.update(state="sent_out", finished_at=WEDNESDAY)
    assert list(campaigns_sent_untold()) == [campaign.pk]
    assert tell_sent_campaign(campaign.pk, now=LATER)
    assert not tell_sent_campaign(campaign.pk, now=LATER)

    assert list(campaigns_sent_untold()) == []
    notice = Notice.objects.get(key=f"campaign-sent:{campaign.pk}")
    assert notice.to_email == cast.alice.email
    assert notice.subject == "Votre campagne «\u00a0Noël\u00a0» est envoyée"
    assert "Sur 2\u00a0adresses commandées" in notice.text
    assert "terminé le mercredi 25\u00a0novembre 2026" in notice.text
    assert f"/espace/campagnes/{campaign.pk}/chiffres" in notice.text
    assert f"/espace/campagnes/{campaign.pk}/chiffres" in notice.html


def test_a_campaign_never_handed_over_tells_nothing(cast: Cast) -> None:
    campaign = composed(cast)

    assert not tell_sent_campaign(campaign.pk, now=LATER)
    assert not Notice.objects.filter(template="campaign_sent").exists()
