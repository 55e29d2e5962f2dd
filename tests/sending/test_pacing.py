"""Spread over hours, and two contents put to the test: exact, drawn, nobody twice."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.models import Campaign, Chunk, Recipient, TrackedLink
from marketingconnect.sending.services import create_campaign, freeze_audience
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.services.chunks import Deferred, claim_chunk, close_chunk
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.services.signatures import scheduled_soon
from marketingconnect.sending.states import Outcome
from marketingconnect.sending.variants import SubjectTest, Variant
from marketingconnect.statistics.states import Verdict, VisitKind
from marketingconnect.statistics.subject_tests import Tried, better, decide_due_tests, tried
from marketingconnect.statistics.visits.models import Visit
from tests.sending.factories import CONTENT, make_company, make_contact_file

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
OTHER = CampaignContent(
    subject="Encore chaudes",
    preheader="",
    sender_name="Boulangerie Nadia",
    reply_to="",
    html='<a href="https://boulangerie.test/b">Voir</a><a href="{{lien_desinscription}}">x</a>',
    text="https://boulangerie.test/b {{lien_desinscription}}",
    fallbacks={},
)


def campaign_of(size: int, *, spread_minutes: int = 0, test: SubjectTest | None = None) -> Campaign:
    company = make_company()
    emails = [f"p{n}@example.org" for n in range(size)]
    campaign = create_campaign(
        company_id=company.pk,
        name="Brioches",
        contact_file_id=make_contact_file(company, emails).pk,
        order_reference="BC-2026-000001",
        sold_quantity=size,
        scheduled_for=START,
        content=CONTENT,
        tracks_clicks=True,
        spread_minutes=spread_minutes,
        test=test,
        now=START - timedelta(days=2),
    )
    freeze_audience(campaign.pk, now=START - timedelta(days=2))
    return Campaign.objects.get(pk=campaign.pk)


def positions_of(campaign: Campaign, variant: str) -> list[int]:
    chunks = Chunk.objects.filter(campaign=campaign, variant=variant)
    return [one for chunk in chunks for one in chunk.positions or ()]


@pytest.mark.django_db
def test_a_campaign_is_spread_from_the_moment_it_begins() -> None:
    campaign = campaign_of(600, spread_minutes=60)
    late = START + timedelta(hours=3)

    start_due_campaigns(now=late)

    hours = list(Chunk.objects.order_by("pk").values_list("not_before", flat=True))
    assert len(hours) == 12
    assert hours[0] == late
    steps = [after - before for before, after in pairwise(hours)]  # type: ignore[operator]
    assert {step.total_seconds() for step in steps} == {300.0}
    assert claim_chunk(campaign.pk, owner=uuid.uuid4(), now=late) is not None
    assert claim_chunk(campaign.pk, owner=uuid.uuid4(), now=late) is None
    later = late + timedelta(minutes=55)
    assert all(claim_chunk(campaign.pk, owner=uuid.uuid4(), now=later) for _ in range(11))


@pytest.mark.django_db
def test_both_contents_are_tried_on_as_many_and_the_better_one_leaves() -> None:
    test = SubjectTest(OTHER, percent=20, hours=4)
    campaign = campaign_of(4_000, spread_minutes=60, test=test)
    a, b, rest = (positions_of(campaign, one) for one in Variant)
    assert sorted([*a, *b, *rest]) == list(range(1, 4_001))
    assert 300 < len(a) < 500
    assert 300 < len(b) < 500
    assert set(TrackedLink.objects.values_list("url", flat=True)) >= {"https://boulangerie.test/b"}
    assert scheduled_soon(now=START - timedelta(hours=1)) == []

    start_due_campaigns(now=START)
    campaign.refresh_from_db()
    _send_what_may_leave(campaign)
    assert decide_due_tests(now=START + timedelta(hours=3, minutes=59)) == 0
    _click(campaign, a[:10], Verdict.PERSON)
    _click(campaign, b[:12], Verdict.PERSON)
    _click(campaign, a[10:60], Verdict.MACHINE)
    figures = tried(campaign)
    assert figures["a"] == Tried(len(a), len(a), 10)
    assert figures["b"] == Tried(len(b), len(b), 12)

    assert decide_due_tests(now=START + timedelta(hours=4)) == 1
    assert decide_due_tests(now=START + timedelta(hours=4)) == 0
    campaign.refresh_from_db()
    won = better(figures["a"], figures["b"])
    assert campaign.winner == won
    assert tried(campaign) == figures
    assert not Chunk.objects.filter(variant=Variant.UNDECIDED).exists()
    held_until = Chunk.objects.filter(state="open").values_list("not_before", flat=True)
    assert min(filter(None, held_until)) == START + timedelta(hours=4)
    assert max(filter(None, held_until)) > START + timedelta(hours=4)
    assert set(positions_of(campaign, won)) >= set(rest)
    assert JournalEntry.objects.filter(action="campaign.test_decided", after__winner=won).exists()


@pytest.mark.django_db
def test_the_second_content_calls_people_by_fields_that_the_first_leaves_out() -> None:
    plain = replace(OTHER, subject="Du pain", fallbacks={})
    named = replace(OTHER, subject="Du pain, {{first_name}} ?")
    company = make_company()
    campaign = create_campaign(
        company_id=company.pk,
        name="Pain",
        contact_file_id=make_contact_file(company, ["zoe@example.org"]).pk,
        order_reference="BC-2026-000001",
        sold_quantity=1,
        scheduled_for=START,
        content=plain,
        test=SubjectTest(named, percent=50, hours=1),
        now=START - timedelta(days=2),
    )

    freeze_audience(campaign.pk, now=START - timedelta(days=2))

    assert Recipient.objects.get().fields == {"first_name": "Zoé 1"}


@pytest.mark.django_db
def test_a_second_try_keeps_its_content() -> None:
    campaign = campaign_of(300, test=SubjectTest(OTHER, percent=50, hours=1))
    start_due_campaigns(now=START)
    owner = uuid.uuid4()
    chunks = [claim_chunk(campaign.pk, owner=owner, now=START) for _ in range(2)]
    for chunk in chunks:
        assert chunk is not None
        again = Deferred([*chunk.all_positions()][:3], 2, START)
        assert close_chunk(chunk, left=[again])

    assert {chunk.variant for chunk in chunks if chunk} == {"a", "b"}
    tries = Chunk.objects.filter(attempt=2)
    assert {one.variant for one in tries} == {"a", "b"}
    for one in tries:
        assert set(one.positions or ()) <= set(positions_of(campaign, one.variant))
    assert Recipient.objects.filter(campaign=campaign).count() == 300


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
@settings(max_examples=100)
def test_the_first_message_wins_unless_more_people_clicked_on_the_second(
    a: int, a_reached: int, b: int, b_reached: int
) -> None:
    first, second = Tried(a_reached, a_reached, a), Tried(b_reached, b_reached, b)
    wins_b = b * a_reached > a * b_reached

    assert better(first, second) is (Variant.B if wins_b else Variant.A)
    assert better(Tried(), Tried()) is Variant.A


def _send_what_may_leave(campaign: Campaign) -> None:
    owner = uuid.uuid4()
    while chunk := claim_chunk(campaign.pk, owner=owner, now=START):
        assert chunk.variant in {"a", "b"}
        results = [
            Result(position, Outcome.RELAYED, "", 250, "ok", START)
            for position in chunk.all_positions()
        ]
        assert close_chunk(chunk, results=results, fresh=True)


def _click(campaign: Campaign, positions: list[int], verdict: Verdict) -> None:
    Visit.objects.bulk_create(
        Visit(
            id=uuid.uuid4(),
            campaign_id=campaign.pk,
            position=position,
            link=1,
            kind=VisitKind.CLICK,
            at=START,
            verdict=verdict,
        )
        for position in positions
        for _ in range(2)
    )
