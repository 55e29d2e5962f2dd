"""While a campaign is written or leaves, the planner still takes its tables for empty."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from marketingconnect.contacts.queries import contacts, usable_contacts
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import (
    all_recipients,
    figures,
    pending_recipients,
    recipients_with,
)
from marketingconnect.sending.services.chunks import ClaimedChunk, recipients_left
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.settled import late_bounces, settled_recipients
from marketingconnect.sending.states import ABOUTIS, Outcome
from marketingconnect.statistics.domain_counting import count_domains
from marketingconnect.statistics.visits.queries import contacts_who_did_not_open
from tests.sending.factories import NOON, make_campaign, make_company, make_contact_file

pytestmark = pytest.mark.django_db
TAKEN, SETTLED = 100, 2_000
EMAILS = [f"p{number}@example.org" for number in range(TAKEN + SETTLED)]


def analyse(pattern: str) -> None:
    """What autovacuum does each minute, of the tables of this name and their partitions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ %s", [pattern]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ANALYZE "{name}"')


def rows_read(pattern: str) -> int:
    """Rows that this transaction read from tables of this name, by index or one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))"
            " FROM pg_stat_xact_user_tables WHERE relname ~ %s",
            [pattern],
        )
        [(read,)] = cursor.fetchall()
    return int(read)


def delivered(campaign: Campaign, count: int) -> None:
    told = [Result(n, Outcome.RELAYED, "", 250, "ok", NOON) for n in range(1, count + 1)]
    record_outcomes(campaign.pk, told, fresh=True)


HALFWAY, PAGE = SETTLED // 2, 50
READ_ONCE = SETTLED * 2 + TAKEN
READINGS: dict[str, tuple[Callable[[Campaign], Any], int]] = {
    "figures": (lambda c: figures(c.pk), 0),
    "everybody": (lambda c: all_recipients(c.pk, after=HALFWAY, limit=PAGE), 2 * PAGE),
    "delivered": (
        lambda c: recipients_with(c.pk, outcomes=ABOUTIS, after=HALFWAY, limit=PAGE),
        2 * PAGE,
    ),
    "undelivered": (lambda c: recipients_with(c.pk, outcomes=[Outcome.UNDELIVERED]), 0),
    "pending": (lambda c: pending_recipients(c.pk, limit=PAGE), SETTLED + PAGE),
    "statement": (lambda c: settled_recipients(c, after=0, through=len(EMAILS)), READ_ONCE),
    "late bounces": (late_bounces, 0),
    "domains": (count_domains, READ_ONCE),
    "did not open": (lambda c: contacts_who_did_not_open(c.pk), READ_ONCE),
}


@pytest.mark.parametrize("name", READINGS)
def test_no_reading_compares_every_recipient_with_every_other(name: str) -> None:
    analyse("^sending_(recipient|outcome)_")
    campaign = make_campaign(EMAILS)
    delivered(campaign, SETTLED)
    read, most = READINGS[name]

    before = rows_read("^sending_(recipient|outcome)_")
    read(campaign)

    assert rows_read("^sending_(recipient|outcome)_") - before <= most


def test_the_rest_of_a_chunk_is_read_without_those_already_written_to() -> None:
    analyse("^sending_outcome_")
    campaign = make_campaign(EMAILS)
    analyse("^sending_recipient_")
    delivered(campaign, SETTLED)
    last = ClaimedChunk(0, campaign.pk, SETTLED - 9, len(EMAILS), None, 1, uuid4())

    before = rows_read("^sending_outcome_")
    left = recipients_left(last)

    assert [position for position, _, _ in left] == list(range(SETTLED + 1, len(EMAILS) + 1))
    assert rows_read("^sending_outcome_") - before <= 10


def test_a_file_just_imported_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "_PAGE", 50)
    company = make_company()
    make_contact_file(company, EMAILS[:3])
    analyse("^contacts_contact$")
    file = make_contact_file(company, EMAILS)

    before = rows_read("^contacts_contact$")
    read = [email for _, email, _ in usable_contacts(file.pk)]

    assert read == EMAILS
    assert rows_read("^contacts_contact$") - before < 1.1 * len(EMAILS)
