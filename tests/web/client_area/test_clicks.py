"""What is measured, and what came of it, on the client's pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, CampaignVariant
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.statistics.models import Visit
from marketingconnect.statistics.visits.judging import judge_visits
from marketingconnect.statistics.visits.recording import record_visits
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast, logged_in
from tests.sale import CLERK
from tests.sending.factories import NOON
from tests.web.tracking.clicking import BROWSER, SHOP, made_visit, tracked_campaign

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


@pytest.fixture(autouse=True)
def terms(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: LATER)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    wire()


def page(name: str, campaign: EmailCampaign) -> str:
    return reverse(f"client_area:{name}", args=[campaign.pk])


def launched(cast: Cast, **changed: object) -> EmailCampaign:
    sending = tracked_campaign(company=cast.bakery)
    Campaign.objects.filter(pk=sending.pk).update(**changed) if changed else None
    return EmailCampaign.objects.create(
        company=cast.bakery, name="Pain", sending=sending, created_by=cast.alice, created_at=NOON
    )


def test_people_and_machines_stand_apart_by_link_and_by_hour(cast: Cast) -> None:
    campaign = launched(cast)
    sending = campaign.sending_id or 0
    record_outcomes(sending, [Result(1, "accepted", "", 250, "ok", NOON)], fresh=True)
    record_visits(
        [
            made_visit(sending, 1, 1, "click", LATER, ""),
            made_visit(sending, 1, 1, "click", LATER + timedelta(hours=1), ""),
            made_visit(sending, 2, 2, "click", LATER, "agent"),
            made_visit(sending, 0, 0, "open", LATER, ""),
        ]
    )
    judge_visits(now=LATER + timedelta(days=1))
    alice = logged_in(cast.alice)
    shown = alice.get(page("campaign_clicks", campaign)).content.decode()
    assert "La boutique" in shown
    assert "Clics heure par heure" in shown
    assert "sans savoir qui ouvre" in shown
    assert "Le message, lien par lien" in shown
    drawn = alice.get(page("campaign_clicks_message", campaign))
    policy = drawn.headers["Content-Security-Policy"]
    assert ("sandbox" in policy, "allow-scripts" in policy) == (True, False)
    words = drawn.content.decode()
    assert words.index("La boutique") < words.index("n° 1 · 1 personne<")
    assert words.index("Le pain") < words.index("n° 2 · 0 personne<")
    assert "{{" not in words
    assert alice.get(page("campaign_clicks_message", campaign) + "?message=b").status_code == 404
    assert logged_in(cast.charlie).get(page("campaign_clicks_message", campaign)).status_code == 404
    sheet = b"".join(alice.get(page("campaign_clicks_csv", campaign)))
    assert f"La boutique;{SHOP};;2;1;0;0\r\nLe pain;https://pain.test/;;0;0;1;1" in sheet.decode()
    assert logged_in(cast.charlie).get(page("campaign_clicks", campaign)).status_code == 404
    assert logged_in(cast.charlie).get(page("campaign_clicks_csv", campaign)).status_code == 404


def test_two_messages_are_drawn_once_when_only_their_subjects_differ(cast: Cast) -> None:
    campaign, alice = launched(cast, test_percent=50, test_hours=1), logged_in(cast.alice)
    kept = Campaign.objects.get(pk=campaign.sending_id or 0)
    named = f"<title>{kept.subject}</title>{kept.html}"
    Campaign.objects.filter(pk=kept.pk).update(html=named)
    other = CampaignVariant.objects.create(
        campaign=kept,
        subject="L’heure du pain & du beurre",
        sender_name=kept.sender_name,
        html=f"<title>L’heure du pain &amp; du beurre</title>{kept.html}",
        text=kept.text,
        content_sha256="0" * 64,
    )

    once = alice.get(page("campaign_clicks", campaign)).content.decode()
    assert (once.count("<iframe"), "Le message, lien par lien" in once) == (1, True)

    CampaignVariant.objects.filter(pk=other.pk).update(html=f"{named}<p>Autre</p>")
    twice = alice.get(page("campaign_clicks", campaign)).content.decode()
    assert (twice.count("<iframe"), "Le message B, lien par lien" in twice) == (2, True)
    assert twice.count("les nombres additionnent leurs clics") == 2
    assert "additionnent" not in once


def test_a_page_without_clicks_says_why(cast: Cast) -> None:
    alice, campaign = logged_in(cast.alice), launched(cast)
    assert (
        "Aucun clic pour l’instant" in alice.get(page("campaign_clicks", campaign)).content.decode()
    )
    Campaign.objects.update(tracks_clicks=False, opens="none")
    shown = alice.get(page("campaign_clicks", campaign)).content.decode()
    assert "Les clics ne sont pas comptés" in shown
    assert "Ouvertures" not in shown


def test_what_is_measured_is_chosen_before_the_launch_and_stays_in_the_journal(cast: Cast) -> None:
    campaign = EmailCampaign.objects.create(
        company=cast.bakery, name="Pain", created_by=cast.alice, created_at=NOON
    )
    assert (campaign.tracks_clicks, campaign.opens) == (True, "aggregate")
    address, alice = page("campaign_measures", campaign), logged_in(cast.alice)
    assert "Choisissez l’une des trois" in alice.post(address, {"opens": "x"}).content.decode()
    assert alice.post(address, {"opens": "individual"}).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.tracks_clicks, campaign.opens) == (False, "individual")
    entry = JournalEntry.objects.get(action="email_campaign.measures_chosen")
    assert entry.after == {"tracks_clicks": False, "opens": "individual"}
    assert "ouvertures par personne" in alice.get(page("campaign", campaign)).content.decode()
    assert logged_in(cast.vera).post(address, {"opens": "none"}).status_code == 403

    begun = launched(cast)
    shown = alice.post(page("campaign_measures", begun), {"opens": "none"}).content.decode()
    assert "Le choix est arrêté" in shown
    begun.refresh_from_db()
    assert begun.opens == "aggregate"


def test_the_site_itself_takes_clicks_where_no_service_stands_apart() -> None:
    campaign, browser = tracked_campaign(), Client(headers={"user-agent": BROWSER})
    token = current_tokens().visit(campaign.pk, 1)
    answer = browser.get(f"/c/{token}/1")
    assert (answer.status_code, answer["Location"]) == (302, SHOP)
    assert browser.get(f"/o/{current_tokens().visit(campaign.pk, 0)}.gif").content[:3] == b"GIF"
    for wrong in (f"/c/{token}/9", f"/c/{token[:-1]}/1", "/c/x/1", "/o/x.gif", f"/c/{token}/0"):
        assert browser.get(wrong).status_code == 404
    kinds = sorted(Visit.objects.values_list("kind", "link", "signal"))
    assert kinds == [("click", 0, "honeypot"), ("click", 1, ""), ("open", 0, "")]
