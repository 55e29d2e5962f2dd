"""While a campaign is written or leaves, the planner still takes its tables for empty."""

from uuid import uuid4

import pytest
from django.db import connection

from marketingconnect.contacts.queries import contacts, usable_contacts
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services.chunks import ClaimedChunk, recipients_left
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import Outcome
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
