"""Visits of people told from those of machines, and counts that equal the events."""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import Outcome
from marketingconnect.statistics.models import Visit, VisitCount
from marketingconnect.statistics.states import Signal, Verdict
from marketingconnect.statistics.visits import signals
from marketingconnect.statistics.visits.judging import TOGETHER_SECONDS, judge_visits
from marketingconnect.statistics.visits.queries import Counted, csv_of, visits_of
from marketingconnect.statistics.visits.recording import new_key, record_visits
from marketingconnect.statistics.visits.signals import scanners, signal_of
from tests.sending.factories import NOON
from tests.web.tracking.clicking import BROWSER, made_visit, tracked_campaign

LATER = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("method", "headers", "address", "signal"),
    [
        ("GET", {}, "", ""),
        ("HEAD", {}, "", Signal.HEAD),
        ("GET", {"purpose": "prefetch"}, "", Signal.PREFETCH),
        ("GET", {"x-purpose": "Preview"}, "", Signal.PREFETCH),
        ("GET", {"sec-purpose": "prefetch;prerender"}, "", Signal.PREFETCH),
        ("GET", {"user-agent": " "}, "", Signal.NO_AGENT),
        ("GET", {"user-agent": "python-requests/2"}, "", Signal.AGENT),
        ("GET", {"user-agent": "Mimecast URL scanner"}, "", Signal.AGENT),
        ("GET", {}, "198.51.100.7", Signal.RANGE),
        ("GET", {}, "192.0.2.1", ""),
        ("GET", {}, "2001:db8::1", ""),
        ("GET", {}, "nobody", ""),
    ],
)
def test_what_a_request_says_of_who_made_it(
    method: str,
    headers: dict[str, str],
    address: str,
    signal: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signals, "_ranges", lambda: [ip_network("198.51.100.0/24")])
    signals._in_known_range.cache_clear()
    given_headers = {"user-agent": BROWSER, **headers}
    assert signal_of(method=method, header=given_headers.get, address=address) == signal


def test_the_list_of_scanners_says_of_when_it_is() -> None:
    assert scanners()["as_of"].year >= 2026


def test_keys_of_visits_sort_by_time_and_are_uuids_of_version_7() -> None:
    first, second = uuid.UUID(new_key()), uuid.UUID(new_key())
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert first.int >> 80 <= second.int >> 80
    assert len({new_key() for _ in range(1_000)}) == 1_000


def visit(
    campaign_id: int, position: int, link: int, at: datetime, signal: str = "", kind: str = "click"
) -> None:
    record_visits([made_visit(campaign_id, position, link, kind, at, signal)])


@pytest.mark.django_db
def test_a_click_too_soon_and_all_links_at_once_are_machines_and_a_late_click_a_person() -> None:
    campaign = tracked_campaign(emails=[f"a{n}@example.org" for n in range(4)])
    outcomes = [Result(place, Outcome.ACCEPTED, "", 250, "", LATER) for place in (1, 2, 3)]
    record_outcomes(campaign.pk, outcomes, fresh=True)
    second = timedelta(seconds=1)
    visit(campaign.pk, 1, 1, LATER + 2 * second)
    visit(campaign.pk, 1, 1, LATER + 3 * second)
    for link in (1, 2, 3):
        visit(campaign.pk, 2, link, LATER + (10 + link) * second)
        visit(campaign.pk, 3, link, LATER + (10 + 6 * link) * second)
    visit(campaign.pk, 2, 1, LATER + 60 * second)
    visit(campaign.pk, 0, 0, LATER + 60 * second, kind="open")
    visit(campaign.pk, 3, 0, LATER + 60 * second, Signal.HONEYPOT)

    assert judge_visits(now=LATER + timedelta(hours=1)) == 11

    told = Visit.objects.order_by("at", "position", "link")
    assert list(told.values_list("position", "link", "verdict", "reason")) == [
        (1, 1, Verdict.MACHINE, Signal.TOO_SOON),
        (1, 1, Verdict.PERSON, ""),
        (2, 1, Verdict.MACHINE, Signal.ALL_LINKS),
        (2, 2, Verdict.MACHINE, Signal.ALL_LINKS),
        (2, 3, Verdict.MACHINE, Signal.ALL_LINKS),
        (3, 1, Verdict.PERSON, ""),
        (3, 2, Verdict.PERSON, ""),
        (3, 3, Verdict.PERSON, ""),
        (0, 0, Verdict.PERSON, ""),
        (2, 1, Verdict.PERSON, ""),
        (3, 0, Verdict.MACHINE, Signal.HONEYPOT),
    ]
    found = visits_of(campaign.pk)
    assert found.clicks == Counted(visits=5, people=3, machine_visits=5, machine_people=3)
    assert found.opens == Counted(visits=1, people=0)
    assert [link.clicks.visits for link in found.links] == [3, 1, 1]
    assert [link.words for link in found.links] == ["La boutique", "Le pain", "Venir"]
    assert [counted.visits for _, counted in found.hours] == [5]
    assert "".join(csv_of(found)).count("\r\n") == 1 + 3 + 1


@pytest.mark.django_db
def test_a_visit_waits_for_those_that_could_tell_of_it() -> None:
    campaign = tracked_campaign()
    visit(campaign.pk, 1, 1, LATER)
    assert judge_visits(now=LATER + timedelta(seconds=TOGETHER_SECONDS)) == 0
    assert judge_visits(now=LATER + timedelta(seconds=TOGETHER_SECONDS + 1)) == 1
    assert judge_visits(now=LATER + timedelta(days=1)) == 0


class CountsEqualTheEvents(TestCase):
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 3),
                st.integers(1, 3),
                st.integers(0, 3),
                st.sampled_from(["", "head", "agent"]),
                st.booleans(),
            ),
            max_size=25,
        )
    )
    @settings(max_examples=20)
    def test_whenever_they_are_judged(self, drawn: list[tuple[int, int, int, str, bool]]) -> None:
        campaign = tracked_campaign()
        for position, link, hour, signal, judged in drawn:
            visit(campaign.pk, position, link, LATER + timedelta(hours=hour), signal)
            if judged:
                judge_visits(now=LATER + timedelta(days=1))
        judge_visits(now=LATER + timedelta(days=1))
        events = list(Visit.objects.exclude(verdict=""))
        assert len(events) == len(drawn)
        for row in VisitCount.objects.filter(campaign_id=campaign.pk):
            among = [
                one
                for one in events
                if one.verdict == row.verdict
                and row.link in {None, one.link}
                and (row.hour is None or row.hour <= one.at < row.hour + timedelta(hours=1))
            ]
            assert row.visits == len(among)
            assert row.people == len({one.position for one in among})
        whole = VisitCount.objects.filter(campaign_id=campaign.pk, link=None, hour=None)
        verdicts = Counter(one.verdict for one in events)
        assert {row.verdict: row.visits for row in whole} == dict(verdicts)
