"""What arrived by domain: as the figures say, and no domain of so few that it names somebody."""

from collections import Counter

import pytest

from marketingconnect.sending.models import Campaign, ReturnEvent
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import Outcome
from marketingconnect.statistics.domain_counting import count_domains_of_sent_campaigns
from marketingconnect.statistics.domains import DomainRow, domains_csv, domains_of
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db
SIZES = {"grande.test": 30, "moyenne.test": 12, "petite.test": 4, "seule.test": 1}


def sent_out() -> Campaign:
    emails = [f"p{n}@{domain}" for domain, size in SIZES.items() for n in range(size)]
    campaign = make_campaign(emails)
    results = [Result(position, *_fate(position), NOON) for position in range(1, len(emails) + 1)]
    record_outcomes(campaign.pk, results, fresh=True)
    Campaign.objects.filter(pk=campaign.pk).update(
        state="sent_out", started_at=NOON, finished_at=NOON
    )
    return Campaign.objects.get(pk=campaign.pk)


def _fate(position: int) -> tuple[Outcome, str, int | None, str]:
    if position % 9 == 0:
        return Outcome.UNDELIVERED, "mailbox_full", 552, "full"
    if position % 10 == 0:
        return Outcome.NOT_SENT, "suppressed", None, ""
    return Outcome.RELAYED, "", 250, "ok"


def test_domains_add_up_to_the_figures_and_hide_the_few() -> None:
    campaign = sent_out()
    assert domains_of(campaign.pk) == []

    assert count_domains_of_sent_campaigns() == 1
    assert count_domains_of_sent_campaigns() == 0

    rows = domains_of(campaign.pk)
    assert [row.domain for row in rows] == ["grande.test", "moyenne.test", ""]
    whole = figures(campaign.pk)
    assert sum(row.delivered for row in rows) == whole.delivered
    assert sum(row.undelivered for row in rows) == whole.undelivered
    for row in rows:
        assert row.causes == ({"mailbox_full": row.undelivered} if row.undelivered else {})


def test_the_sheet_has_a_column_a_cause_and_nothing_where_nothing_was_counted() -> None:
    grande = DomainRow("grande.test", 27, 3, {"mailbox_full": 2, "blocked": 1}, 9)
    before = DomainRow("", 3, 1, None, None)

    titles, *lines = (
        line.strip("\r\n").split(";") for line in domains_csv([grande, before], clicks_counted=True)
    )
    assert titles[0] == "\ufeffDomaine"
    told = [dict(zip(titles[1:], line[1:], strict=True)) for line in lines]
    assert [line[0] for line in lines] == ["grande.test", "Autres domaines"]
    assert {name: cell for name, cell in told[0].items() if cell != "0"} == {
        "Envoyés": "30",
        "Aboutis": "27",
        "Non aboutis": "3",
        "Aboutis (%)": "90,0",
        "Personnes qui ont cliqué": "9",
        "Personnes qui ont cliqué (% des aboutis)": "33,3",
        "Non aboutis : Boîte pleine": "2",
        "Non aboutis : Envoi bloqué par le serveur": "1",
    }
    assert {name: cell for name, cell in told[1].items() if cell} == {
        "Envoyés": "4",
        "Aboutis": "3",
        "Non aboutis": "1",
        "Aboutis (%)": "75,0",
    }
    unmeasured = list(domains_csv([grande], clicks_counted=False))[1]
    assert unmeasured.startswith("grande.test;30;27;3;90,0;;;")


def test_what_came_back_in_time_is_counted_once_the_figures_bind() -> None:
    campaign = sent_out()
    count_domains_of_sent_campaigns()
    before = Counter({row.domain: row.undelivered for row in domains_of(campaign.pk)})
    ReturnEvent.objects.create(
        campaign=campaign,
        position=1,
        kind="bounce",
        hard=True,
        cause="mailbox_unknown",
        words="unknown",
        source="smtp",
        event_key="essai",
        at=NOON,
        received_at=NOON,
    )
    Campaign.objects.update(state="frozen", figures_frozen_at=NOON)

    assert count_domains_of_sent_campaigns() == 1
    assert count_domains_of_sent_campaigns() == 0
    after = Counter({row.domain: row.undelivered for row in domains_of(campaign.pk)})
    assert after - before == {"grande.test": 1}
    told = domains_of(campaign.pk)[0].causes
    assert told == {"mailbox_full": before["grande.test"], "mailbox_unknown": 1}
    assert sum(after.values()) == figures(campaign.pk).undelivered
