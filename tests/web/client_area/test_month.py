"""The calendar of the client's campaigns: a month at a time, and the agenda."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.services import ensure_terms_published
from marketingconnect.web.client_area.campaigns.month import MonthDay, month_asked, month_of
from marketingconnect.web.client_area.campaigns.tables import months_of
from tests.cast import Cast, logged_in
from tests.sending.factories import make_campaign

MONDAY = datetime(2026, 11, 23, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def published(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: MONDAY)
    ensure_terms_published(MONDAY)


def planned(
    cast: Cast,
    name: str,
    at: datetime | None,
    *,
    sending: Campaign | None = None,
    company: Company | None = None,
) -> EmailCampaign:
    return EmailCampaign.objects.create(
        company=company or cast.bakery,
        name=name,
        send_at=at,
        sending=sending,
        created_by=cast.alice,
        created_at=MONDAY,
    )


def handed_over(cast: Cast, at: datetime) -> Campaign:
    sending = make_campaign(["zoe@example.org"], company=cast.bakery)
    Campaign.objects.filter(pk=sending.pk).update(scheduled_for=at)
    sending.refresh_from_db()
    return sending


def test_the_agenda_names_each_month_once_by_the_hour_handed_over(cast: Cast) -> None:
    planned(cast, "Avent", datetime(2026, 12, 1, 9, tzinfo=UTC))
    moved = handed_over(cast, datetime(2026, 12, 20, 9, tzinfo=UTC))
    planned(cast, "Bûches", datetime(2026, 11, 30, 9, tzinfo=UTC), sending=moved)
    planned(cast, "Saint-André", datetime(2026, 11, 30, 9, tzinfo=UTC))
    planned(cast, "Étrennes", datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    planned(cast, "Sans date", None)

    found = [(month, [row.campaign.name for row in rows]) for month, rows in months_of(_id(cast))]

    assert found == [
        (date(2026, 11, 1), ["Saint-André"]),
        (date(2026, 12, 1), ["Avent", "Bûches"]),
        (date(2027, 1, 1), ["Étrennes"]),
    ]


def test_a_month_is_weeks_from_monday_with_holidays_and_what_the_terms_refuse(cast: Cast) -> None:
    planned(cast, "Étrennes", datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    planned(cast, "Vœux", datetime(2026, 12, 31, 23, tzinfo=UTC))
    terms = TermsParameters()

    december = month_of(_id(cast), asked="2026-12", today=clock.today(), terms=terms)
    weeks = december["weeks"]
    assert [day and day.on.day for day in weeks[0]] == [None, 1, 2, 3, 4, 5, 6]
    assert [day and day.on.day for day in weeks[-1]] == [28, 29, 30, 31, None, None, None]
    days = days_of(december)
    assert {on: day.holiday for on, day in days.items() if day.holiday} == {25: "Noël"}
    assert [row.campaign.name for row in days[31].campaigns] == ["Étrennes"]
    assert (december["before"], december["after"]) == (date(2026, 11, 1), date(2027, 1, 1))

    november = month_of(_id(cast), asked="", today=clock.today(), terms=terms)
    days = days_of(november)
    assert [on for on, day in days.items() if day.refusal] == [23, 24]
    assert days[23].refusal
    assert days[23].refusal.article == "B.1.4"
    assert [on for on, day in days.items() if day.is_today] == [23]
    assert {on: day.holiday for on, day in days.items() if day.holiday} == {
        1: "Toussaint",
        11: "Armistice de 1918",
    }


def test_the_page_links_the_company_s_campaigns_and_nobody_else_s(cast: Cast) -> None:
    campaign = planned(cast, "Avent", datetime(2026, 12, 1, 9, tzinfo=UTC))
    planned(cast, "Fleurs", datetime(2026, 12, 1, 9, tzinfo=UTC), company=cast.garage)
    for number in range(5):
        planned(cast, f"Soldes {number}", datetime(2026, 12, 2, 9, number, tzinfo=UTC))
    address = reverse("client_area:campaigns_month")

    shown = logged_in(cast.alice).get(address, {"mois": "2026-12"}).content.decode()
    assert reverse("client_area:campaign", args=[campaign.pk]) in shown
    assert "Soldes 4" in shown
    assert "1 de plus" in shown
    assert "Fleurs" not in shown
    assert "?mois=2026-11" in shown
    assert "?mois=2027-01" in shown
    theirs = logged_in(cast.charlie).get(address, {"mois": "2026-12"}).content.decode()
    assert "Fleurs" in theirs
    assert "Avent" not in theirs
    now = logged_in(cast.charlie).get(address).content.decode()
    assert "Aucune campagne ne part ce mois-ci" in now
    assert "2 jours ouvrés au moins après votre paiement" in now.replace("\u00a0", " ")
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("asked", ["", "2026-13", "0001-01", "9999-12", "x", "2026-12-01"])
def test_a_month_that_does_not_exist_gives_the_present_one(cast: Cast, asked: str) -> None:
    assert month_asked(asked) is None
    address = reverse("client_area:campaigns_month")
    assert logged_in(cast.alice).get(address, {"mois": asked}).status_code == 200


def days_of(month: dict[str, list[list[MonthDay | None]]]) -> dict[int, MonthDay]:
    return {day.on.day: day for week in month["weeks"] for day in week if day}


def _id(cast: Cast) -> int:
    return cast.bakery.pk
