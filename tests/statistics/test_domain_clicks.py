"""People who clicked by domain: added as they come, always what a count from nothing would find."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.catalogue.demo_data import publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.statistics.domain_counting import (
    FEWEST_SHOWN,
    count_domains,
    count_domains_of_sent_campaigns,
)
from marketingconnect.statistics.domains import domains_of
from marketingconnect.statistics.models import DomainCount, Visit
from marketingconnect.statistics.visits.judging import judge_visits
from marketingconnect.statistics.visits.recording import record_visits
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast, logged_in
from tests.sale import CLERK
from tests.sending.factories import NOON
from tests.web.tracking.clicking import made_visit, tracked_campaign

LATER = NOON + timedelta(days=1)
EMAILS = [
    *(f"a{n}@grande.test" for n in range(FEWEST_SHOWN)),
    *(f"B{n}@Moyenne.test" for n in range(FEWEST_SHOWN)),
    *(f"c{n}@petite{n}.test" for n in range(3)),
]


def sent_out(*, company: Company | None = None, refused: Sequence[int] = ()) -> Campaign:
    campaign = tracked_campaign(emails=EMAILS, company=company)
    results = [
        Result(n, "undelivered", "mailbox_full", 552, "full", NOON)
        if n in refused
        else Result(n, "accepted", "", 250, "ok", NOON)
        for n in range(1, len(EMAILS) + 1)
    ]
    record_outcomes(campaign.pk, results, fresh=True)
    Campaign.objects.filter(pk=campaign.pk).update(
        state="sent_out", started_at=NOON, finished_at=NOON
    )
    return Campaign.objects.get(pk=campaign.pk)


def clicked(campaign: Campaign, *positions: int, signal: str = "", kind: str = "click") -> None:
    record_visits([made_visit(campaign.pk, n, 1, kind, LATER, signal) for n in positions])
    judge_visits(now=LATER + timedelta(hours=1))


def clickers(campaign: Campaign) -> dict[str, int | None]:
    return {row.domain: row.clickers for row in domains_of(campaign.pk)}


@pytest.mark.django_db
def test_people_are_counted_once_in_their_domain_and_machines_never() -> None:
    campaign = sent_out()
    clicked(campaign, 1, 2, 11)
    assert clickers(campaign) == {}

    count_domains_of_sent_campaigns()
    assert clickers(campaign) == {"grande.test": 2, "moyenne.test": 1, "": 0}

    clicked(campaign, 1, 3, 3, 21, 22)
    clicked(campaign, 12, signal="agent")
    clicked(campaign, 13, kind="open")
    clicked(campaign, 0, kind="open")
    assert clickers(campaign) == {"grande.test": 3, "moyenne.test": 1, "": 2}


@pytest.mark.django_db
def test_a_click_after_the_addresses_were_erased_is_of_no_domain() -> None:
    campaign = sent_out()
    count_domains_of_sent_campaigns()
    clicked(campaign, 1)
    Recipient.objects.filter(campaign=campaign).update(email="")

    clicked(campaign, 2, 21)
    assert clickers(campaign) == {"grande.test": 1, "moyenne.test": 0, "": 0}


@pytest.mark.django_db
def test_what_was_counted_before_clicks_were_stays_unknown() -> None:
    campaign = sent_out()
    count_domains(campaign)
    DomainCount.objects.update(clickers=None, causes=None)

    clicked(campaign, 1)
    assert clickers(campaign)["grande.test"] is None


@pytest.mark.django_db
def test_the_page_says_causes_and_clicks_by_domain_and_draws_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: LATER)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    wire()
    sending = sent_out(company=cast.bakery, refused=(1, 2))
    count_domains_of_sent_campaigns()
    clicked(sending, 3, 4)
    campaign = EmailCampaign.objects.create(
        company=cast.bakery, name="Pain", sending=sending, created_by=cast.alice, created_at=NOON
    )

    address = reverse("client_area:campaign_figures", args=[campaign.pk])
    shown = logged_in(cast.alice).get(address).content.decode()
    row = shown[shown.index("grande.test</th>") :].partition("</tr>")[0]
    assert "Boîte pleine\u00a0:\u00a02" in row
    assert "2 (20\u00a0%)" in row, "not delivered"
    assert "2 (25\u00a0%)" in row, "people who clicked, of the eight delivered"
    assert "Non aboutis et clics par domaine" in shown
    chart = shown[shown.index('id="domaines"') :].partition("</figure>")[0]
    assert "grande.test" in chart
    assert "Autres domaines" not in chart, "three people: a share says nothing"
    Campaign.objects.update(tracks_clicks=False)
    shown = logged_in(cast.alice).get(address).content.decode()
    assert "Ont cliqué" not in shown
    sheet = b"".join(
        logged_in(cast.alice).get(reverse("client_area:campaign_domains_csv", args=[campaign.pk]))
    ).decode()
    assert "grande.test;10;8;2;80,0;;;0;2;0" in sheet


class AddedAsTheyCome(TestCase):
    @given(
        st.lists(
            st.tuples(
                st.lists(st.integers(1, len(EMAILS)), min_size=1, max_size=6),
                st.sampled_from(["", "", "agent"]),
                st.booleans(),
            ),
            max_size=8,
        )
    )
    @settings(max_examples=15)
    def test_equals_a_count_from_nothing(self, drawn: list[tuple[list[int], str, bool]]) -> None:
        campaign = sent_out()
        for positions, signal, counted in drawn:
            clicked(campaign, *positions, signal=signal)
            if counted:
                count_domains(campaign)
        count_domains_of_sent_campaigns()
        people = set(Visit.objects.filter(verdict="person").values_list("position", flat=True))
        named = Counter(EMAILS[n - 1].lower().partition("@")[2] for n in people)
        expected = {name: named[name] for name in ("grande.test", "moyenne.test")}
        expected[""] = len(people) - sum(expected.values())
        assert clickers(campaign) == expected
