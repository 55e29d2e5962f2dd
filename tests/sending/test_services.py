"""What the database keeps: audiences frozen once, outcomes for ever, figures sealed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.contacts.models import ContactFile
from marketingconnect.sending import queries
from marketingconnect.sending.causes import Cause
from marketingconnect.sending.errors import SendingError, StaleCampaignError
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.models import (
    Campaign,
    Chunk,
    DeliveryOutcome,
    OutcomeCount,
    Recipient,
)
from marketingconnect.sending.services import (
    freeze_audience,
    freeze_figures,
    pause_campaign,
    stop_campaign,
)
from marketingconnect.sending.services.chunks import close_stopped
from marketingconnect.sending.services.cutting import CHUNK
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.statements.services import make_missing_statements
from tests.sending.factories import CONTENT, NOON, make_campaign

pytestmark = pytest.mark.django_db
PAUL = Actor.staff(1, "Paul")


def results(positions: Sequence[int], outcome: str = "accepted", cause: str = "") -> list[Result]:
    return [Result(n, outcome, cause, 250, "ok", NOON) for n in positions]


def emails(count: int) -> list[str]:
    return [f"a{n}@example.org" for n in range(1, count + 1)]


def test_an_audience_is_frozen_once_in_order_with_only_the_fields_used() -> None:
    campaign = make_campaign(emails(CHUNK + 1), freeze=False)
    ContactFile.objects.get().contacts.update(fields={"first_name": "Zoé", "secret": "x"})

    assert freeze_audience(campaign.pk, now=NOON)
    assert not freeze_audience(campaign.pk, now=NOON)

    first = Recipient.objects.get(campaign=campaign, position=1)
    assert (first.email, first.fields) == ("a1@example.org", {"first_name": "Zoé"})
    bounds = Chunk.objects.order_by("id").values_list("first_position", "last_position")
    assert list(bounds) == [(1, CHUNK), (CHUNK + 1, CHUNK + 1)]
    campaign.refresh_from_db()
    assert (campaign.state, campaign.audience_size) == (CampaignState.SCHEDULED, CHUNK + 1)


def test_a_file_that_grew_since_the_order_gives_no_more_than_was_sold() -> None:
    campaign = make_campaign(emails(5), freeze=False)
    Campaign.objects.update(sold_quantity=3)
    freeze_audience(campaign.pk, now=NOON)
    assert Recipient.objects.count() == 3


def test_a_killed_worker_s_freeze_is_found_again() -> None:
    campaign = make_campaign(emails(2), freeze=False)
    assert queries.campaigns_to_prepare() == [campaign.pk]
    freeze_audience(campaign.pk, now=NOON)
    assert queries.campaigns_to_prepare() == []


def test_outcomes_cannot_be_changed_nor_removed() -> None:
    campaign = make_campaign(emails(2))
    record_outcomes(campaign.pk, results([1]), fresh=True)
    for change in (
        lambda: DeliveryOutcome.objects.update(outcome="undelivered"),
        lambda: DeliveryOutcome.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_an_outcome_told_again_counts_once_and_the_first_word_stays() -> None:
    campaign = make_campaign(emails(4))
    record_outcomes(campaign.pk, results([1, 2]), fresh=True)

    told = record_outcomes(campaign.pk, results([1, 2, 3], "undelivered", "other"), fresh=False)

    assert told == 1
    shown = queries.figures(campaign.pk)
    assert (shown.delivered, shown.undelivered, shown.pending) == (2, 1, 1)


def test_a_wrong_promise_of_freshness_writes_nothing() -> None:
    campaign = make_campaign(emails(4))
    record_outcomes(campaign.pk, results([1]), fresh=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        record_outcomes(campaign.pk, results([2, 1]), fresh=True)
    assert queries.figures(campaign.pk).delivered == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=320))
def test_the_words_of_a_server_are_kept_as_they_came(reply: str) -> None:
    campaign = make_campaign(emails(1))
    told = Result(1, Outcome.UNDELIVERED, Cause.OTHER, None, reply, NOON)
    record_outcomes(campaign.pk, [told], fresh=True)
    kept = DeliveryOutcome.objects.get(campaign_id=campaign.pk)
    assert kept.reply == reply[:300].replace("\0", " ")
    assert (kept.smtp_code, kept.cause, kept.at) == (None, Cause.OTHER, NOON)


def test_answers_are_counted_by_the_minute_in_which_they_came() -> None:
    campaign = make_campaign(emails(5))
    seconds = (59.999999, 60, 119.9, 0, 60)
    record_outcomes(
        campaign.pk,
        [
            Result(n, Outcome.RELAYED, "", 250, "ok", NOON + timedelta(seconds=after))
            for n, after in enumerate(seconds, start=1)
        ],
        fresh=True,
    )
    counted = OutcomeCount.objects.values_list("minute", "n").order_by("minute")
    assert list(counted) == [(NOON, 2), (NOON + timedelta(minutes=1), 3)]


def test_figures_are_sealed_after_the_window_and_in_the_journal() -> None:
    campaign = make_campaign(emails(2))
    record_outcomes(campaign.pk, results([1, 2]), fresh=True)
    Campaign.objects.update(state=CampaignState.SENT_OUT, finished_at=NOON)
    early, late = NOON + timedelta(hours=71), NOON + timedelta(hours=72)

    assert queries.campaigns_to_freeze(now=early) == []
    with pytest.raises(SendingError):
        freeze_figures(campaign.pk, now=early)
    assert queries.campaigns_to_freeze(now=late) == [campaign.pk]
    sha256 = freeze_figures(campaign.pk, now=late)

    assert freeze_figures(campaign.pk, now=late) == sha256
    entry = JournalEntry.objects.get(action="campaign.figures_frozen")
    assert entry.after is not None
    assert entry.after["statement_sha256"] == sha256
    assert entry.after["note"]["figures"]["delivered"] == 2


def test_a_stopped_campaign_accounts_for_everybody_once_nothing_is_claimed() -> None:
    campaign = make_campaign(emails(3))
    record_outcomes(campaign.pk, results([2]), fresh=True)
    stop_campaign(campaign.pk, actor=PAUL, reason="x", now=NOON)
    close_stopped(now=NOON)
    shown = queries.figures(campaign.pk)
    assert (shown.not_sent_by_reason, shown.pending) == ({"stopped": 2}, 0)


def test_a_campaign_stopped_before_its_audience_was_frozen_sent_to_nobody() -> None:
    """Its figures add up, and nothing bears the name of a statement."""
    campaign = make_campaign(emails(3), freeze=False)
    stop_campaign(campaign.pk, actor=PAUL, reason="x", now=NOON)
    close_stopped(now=NOON)
    freeze_figures(campaign.pk, now=NOON + timedelta(hours=72))

    shown = queries.figures(campaign.pk)
    assert (shown.sold, shown.not_sent_by_reason, shown.pending) == (3, {"stopped": 3}, 0)
    assert make_missing_statements(now=NOON + timedelta(hours=72)) == 0


def test_a_campaign_that_is_not_running_cannot_be_paused() -> None:
    campaign = make_campaign(emails(1))
    with pytest.raises(StaleCampaignError):
        pause_campaign(campaign.pk, actor=PAUL, reason="x", now=NOON)


def test_any_change_of_a_content_gives_another_hash() -> None:
    said: dict[str, Any] = {
        "subject": CONTENT.subject,
        "preheader": CONTENT.preheader,
        "sender_name": CONTENT.sender_name,
        "reply_to": CONTENT.reply_to,
        "html": CONTENT.html,
        "text": CONTENT.text,
    }
    hashes = {CampaignContent(**{**said, name: "autre"}).sha256 for name in said}
    assert len({*hashes, CONTENT.sha256}) == len(said) + 1
    assert CampaignContent(**said).sha256 != CONTENT.sha256


def test_figures_cost_the_same_few_queries_whatever_the_size(
    django_assert_max_num_queries: object,
) -> None:
    campaign = make_campaign(emails(50))
    record_outcomes(campaign.pk, results(range(1, 40)), fresh=True)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        queries.figures(campaign.pk)


def test_pending_are_those_of_live_chunks_without_an_outcome() -> None:
    campaign = make_campaign(emails(CHUNK + 5))
    record_outcomes(campaign.pk, results(range(1, CHUNK + 1)), fresh=True)
    Chunk.objects.filter(first_position=1).update(state="done")
    Chunk.objects.create(
        campaign=campaign, first_position=CHUNK + 2, last_position=CHUNK + 4, positions=[CHUNK + 2]
    )
    Chunk.objects.filter(first_position=CHUNK + 1).update(state="done")
    listed = [one.position for one in queries.pending_recipients(campaign.pk)]
    assert listed == [CHUNK + 2]
