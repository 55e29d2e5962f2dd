"""What goes on after the figures bind, beside what stood at the seal."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign, ReturnEvent
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.settled import late_bounces
from marketingconnect.statements.models import CampaignStatement
from marketingconnect.statistics.models import CountsAtSeal
from marketingconnect.statistics.sealing import (
    Afterwards,
    as_of_today,
    at_seal,
    count_at_seals,
)
from marketingconnect.statistics.visits.judging import judge_visits
from marketingconnect.statistics.visits.queries import visits_of
from marketingconnect.statistics.visits.recording import record_visits
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast, logged_in
from tests.sale import CLERK
from tests.sending.factories import NOON
from tests.web.tracking.clicking import made_visit, tracked_campaign

pytestmark = pytest.mark.django_db
SEAL = NOON + timedelta(hours=72)
HOUR = timedelta(hours=1)
TODAY = SEAL + 48 * HOUR


def told(campaign: Campaign, position: int, kind: str, after_seal: timedelta) -> None:
    ReturnEvent.objects.create(
        campaign=campaign,
        position=position,
        kind=kind,
        hard=True if kind == "bounce" else None,
        cause="mailbox_full" if kind == "bounce" else "",
        source="smtp",
        event_key=f"{campaign.pk}:{position}:{kind}:{after_seal}",
        at=SEAL + after_seal,
        received_at=SEAL + after_seal,
    )


def sealed_campaign(company: Company | None = None) -> Campaign:
    """Two clicked before the seal and one after it; one left before and one complained after."""
    sending = tracked_campaign(emails=[f"a{n}@example.org" for n in range(6)], company=company)
    results = [Result(place, "accepted", "", 250, "ok", NOON) for place in range(1, 7)]
    record_outcomes(sending.pk, results, fresh=True)
    record_visits(
        [
            made_visit(sending.pk, 1, 1, "click", SEAL - 2 * HOUR, ""),
            made_visit(sending.pk, 2, 1, "click", SEAL - timedelta(seconds=1), ""),
            made_visit(sending.pk, 2, 1, "click", SEAL, ""),
            made_visit(sending.pk, 3, 2, "click", SEAL + HOUR, ""),
            made_visit(sending.pk, 4, 1, "click", SEAL - HOUR, "agent"),
            made_visit(sending.pk, 0, 0, "open", SEAL - HOUR, ""),
        ]
    )
    told(sending, 1, "unsubscribe", -HOUR)
    told(sending, 2, "complaint", HOUR)
    told(sending, 5, "bounce", -HOUR)
    told(sending, 5, "bounce", HOUR)
    told(sending, 6, "bounce", HOUR)
    Campaign.objects.filter(pk=sending.pk).update(
        state="frozen", started_at=NOON, finished_at=NOON, figures_frozen_at=SEAL
    )
    return Campaign.objects.get(pk=sending.pk)


def test_what_stood_at_the_seal_is_kept_once_and_today_goes_on() -> None:
    sending = sealed_campaign()
    assert count_at_seals() == 0, "the visits are not judged"
    judge_visits(now=TODAY)

    assert count_at_seals() == 1
    stood = Afterwards(
        clickers=2, clicks=2, machine_visits=1, openers=0, opens=1, unsubscribed=1, complaints=0
    )
    assert at_seal(sending.pk) == stood
    assert as_of_today(sending.pk, visits_of(sending.pk)) == Afterwards(
        clickers=3, clicks=4, machine_visits=1, openers=0, opens=1, unsubscribed=1, complaints=1
    )
    assert late_bounces(sending) == 1

    record_visits([made_visit(sending.pk, 6, 1, "click", SEAL - HOUR, "")])
    judge_visits(now=TODAY)
    assert count_at_seals() == 0
    assert at_seal(sending.pk) == stood


def test_a_campaign_whose_figures_do_not_bind_has_none() -> None:
    sending = tracked_campaign()
    Campaign.objects.filter(pk=sending.pk).update(state="sent_out", finished_at=NOON)

    assert count_at_seals() == 0
    assert at_seal(sending.pk) is None
    assert not CountsAtSeal.objects.exists()


def pages(cast: Cast) -> EmailCampaign:
    sending = sealed_campaign(company=cast.bakery)
    judge_visits(now=TODAY)
    count_at_seals()
    CampaignStatement.objects.create(
        number="RL-2026-000001",
        campaign=sending,
        made_at=SEAL,
        figures={"sent": 6, "delivered": 5, "undelivered": {"mailbox_full": 1}},
    )
    return EmailCampaign.objects.create(
        company=cast.bakery, name="Pain", sending=sending, created_by=cast.alice, created_at=NOON
    )


@pytest.fixture
def today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: TODAY)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    wire()


@pytest.mark.usefixtures("today")
def test_pages_show_side_by_side_only_what_changed_since_the_seal(cast: Cast) -> None:
    campaign, alice = pages(cast), logged_in(cast.alice)

    for name in ("campaign_figures", "campaign_clicks"):
        shown = alice.get(reverse(f"client_area:{name}", args=[campaign.pk])).content.decode()
        assert "Ce qui a changé depuis le sceau" in shown
        table = shown[shown.index("Ce qui a changé depuis le sceau") :].partition("</table>")[0]
        assert "Personnes qui ont cliqué" in table
        assert '"Au sceau">2</td>' in table
        assert '"Aujourd’hui">3</td>' in table
        assert "Refus revenus après le sceau" in table
        assert "Plaintes" in table
        assert "Ouvertures" not in table, "nothing opened since"
        assert "aboutis" not in table


@pytest.mark.usefixtures("today")
def test_the_sheets_hold_each_figure_twice(cast: Cast) -> None:
    campaign, alice = pages(cast), logged_in(cast.alice)

    sheet = alice.get(reverse("client_area:campaign_since_seal_csv", args=[campaign.pk]))
    assert b"".join(sheet).decode().splitlines() == [
        "\ufeffChiffre;Au sceau (27/11/2026 12:00);Aujourd’hui (29/11/2026 12:00)",
        "E-mails envoyés;6;6",
        "E-mails aboutis;5;5",
        "E-mails non aboutis;1;1",
        "Personnes qui ont cliqué;2;3",
        "Clics de personnes;2;4",
        "Visites de machines;1;1",
        "Ouvertures;1;1",
        "Désinscrits par le lien;1;1",
        "Plaintes;0;1",
        "Refus revenus après le sceau;0;1",
    ]
    clicks = alice.get(reverse("client_area:campaign_clicks_csv", args=[campaign.pk]))
    assert b"".join(clicks).decode().splitlines()[-4:] == [
        "Ensemble des liens, aujourd’hui;;;4;3;1;1",
        "Ensemble des liens, au sceau du 27/11/2026 12:00;;;2;2;1;",
        "Ouvertures, aujourd’hui;;;1;0;0;",
        "Ouvertures, au sceau du 27/11/2026 12:00;;;1;0;;",
    ]
    charlie = logged_in(cast.charlie)
    address = reverse("client_area:campaign_since_seal_csv", args=[campaign.pk])
    assert charlie.get(address).status_code == 404


@pytest.mark.usefixtures("today")
def test_until_it_is_counted_the_page_says_nothing_and_the_sheet_has_today_alone(
    cast: Cast,
) -> None:
    campaign, alice = pages(cast), logged_in(cast.alice)
    CountsAtSeal.objects.all().delete()

    shown = alice.get(reverse("client_area:campaign_figures", args=[campaign.pk]))
    assert "depuis le sceau" not in shown.content.decode()
    sheet = alice.get(reverse("client_area:campaign_since_seal_csv", args=[campaign.pk]))
    lines = b"".join(sheet).decode().splitlines()
    assert lines[0] == "\ufeffChiffre;Au sceau (pas encore);Aujourd’hui (29/11/2026 12:00)"
    assert lines[4] == "Personnes qui ont cliqué;;3"
