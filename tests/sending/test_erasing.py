"""Addresses are erased on their day, nothing of them can be read, and everything still works."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.catalogue.demo_data import publish_demo_operator
from marketingconnect.contacts.models import Contact
from marketingconnect.sending import holds
from marketingconnect.sending.models import Campaign, DeliveryOutcome, InboundMail, Recipient
from marketingconnect.sending.queries import all_recipients, figures
from marketingconnect.sending.returned import places_of
from marketingconnect.sending.rules import addresses_erased_on, may_erase_addresses
from marketingconnect.sending.services import erasing, freeze_figures
from marketingconnect.sending.services.erasing import erase_due_addresses, erasure_day
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.statements.models import CampaignStatement
from marketingconnect.statements.queries import file_of
from marketingconnect.statements.services import (
    make_missing_statements,
    seal_again_without_addresses,
)
from marketingconnect.statements.verification import check_statement
from marketingconnect.statistics.domain_counting import count_domains_of_sent_campaigns
from marketingconnect.statistics.exports import csv_chunks
from marketingconnect.statistics.holding import forget_workbooks
from marketingconnect.statistics.services import make_export, request_export
from marketingconnect.suppression.models import Suppression
from marketingconnect.suppression.queries import SuppressionFilter, suppressed
from marketingconnect.terms.law import shipped_law
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import law
from marketingconnect.terms.services import ensure_terms_published
from tests.sale import CLERK
from tests.sending.bounces.corpus import complaint, dsn
from tests.sending.factories import NOON, make_campaign, make_user
from tests.sending.returned import path_of, receive
from tests.web.tracking.test_unsubscribe import link

TERMS, LAW = TermsParameters(), shipped_law()
EMAILS = [f"{name}.durand@foyer.test" for name in ("anne", "bruno", "chloe", "denis", "elise")]
DAY = timedelta(days=1)


pytestmark = pytest.mark.usefixtures("signing")


def erased_on(ended_on: date, *, to_base: bool) -> date:
    return addresses_erased_on(ended_on=ended_on, to_base=to_base, terms=TERMS, law=LAW)


def test_a_file_is_kept_thirty_days_and_rented_addresses_until_claims_have_arrived() -> None:
    assert erased_on(date(2026, 11, 24), to_base=False) == date(2026, 12, 24)
    assert erased_on(date(2026, 11, 24), to_base=True) == date(2027, 1, 8)
    assert erased_on(date(2027, 1, 31), to_base=True) == date(2027, 3, 15)


def test_figures_that_may_still_move_and_an_open_claim_keep_the_addresses() -> None:
    due = date(2026, 12, 24)
    ready = {"due_on": due, "figures_bind": True, "held_by": ""}
    assert may_erase_addresses(today=due, **ready)  # type: ignore[arg-type]
    assert not may_erase_addresses(today=due - DAY, **ready)  # type: ignore[arg-type]
    for held in ({"figures_bind": False}, {"held_by": "Une réclamation est ouverte."}):
        assert not may_erase_addresses(today=due + DAY, **(ready | held))  # type: ignore[arg-type]


@given(st.dates(date(2019, 1, 1), date(2100, 1, 1)))
def test_rented_addresses_outlive_the_time_to_claim_whatever_the_month(ended_on: date) -> None:
    assert erased_on(ended_on, to_base=True) > ended_on + timedelta(days=31)


def ended(emails: list[str] = EMAILS) -> Campaign:
    """Sent at noon; the second server repeats the address that it refuses."""
    ensure_terms_published(NOON)
    publish_demo_operator(actor=CLERK, now=NOON - DAY)
    campaign = make_campaign(emails)
    words = f"5.1.1 <{emails[1].upper()}>: user unknown"
    record_outcomes(
        campaign.pk,
        [
            Result(n, Outcome.UNDELIVERED, "mailbox_full", 552, words, NOON)
            if n == 2
            else Result(n, Outcome.RELAYED, "", 250, "ok", NOON)
            for n in range(1, len(emails) + 1)
        ],
        fresh=True,
    )
    facts = {"state": CampaignState.SENT_OUT, "started_at": NOON, "finished_at": NOON}
    Campaign.objects.filter(pk=campaign.pk).update(**facts)
    return Campaign.objects.get(pk=campaign.pk)


def settled(campaign: Campaign) -> date:
    """Its figures bind, its statement is made; the day its addresses go."""
    freeze_figures(campaign.pk, now=NOON + timedelta(hours=72))
    make_missing_statements(now=NOON + timedelta(hours=73))
    count_domains_of_sent_campaigns()
    return erasure_day(Campaign.objects.get(pk=campaign.pk), law(), date(2026, 11, 30))


def tables_with(words: list[str]) -> Iterator[str]:
    """Every column of the database that could hold text, asked for each of these words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        for table, column, sort in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if sort == "bytea" else f'"{column}"::text'
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE {text} ILIKE ANY(%s) LIMIT 1',
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone():
                yield f"{table}.{column}"


def proofs() -> bytes:
    """The evidence of the only statement, as it is given today."""
    stream, _ = file_of(CampaignStatement.objects.get(), "evidence")
    with stream:
        return stream.read()


def files_with(root: Path, word: str) -> list[str]:
    """Stored files that hold a word, packed or not."""
    kept = {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for name, octets in list(kept.items()):
        if zipfile.is_zipfile(io.BytesIO(octets)):
            with zipfile.ZipFile(io.BytesIO(octets)) as packed:
                kept |= {f"{name}/{one}": packed.read(one) for one in packed.namelist()}
    return [
        name
        for name, octets in kept.items()
        if word.encode() in (gzip.decompress(octets) if name.endswith(".gz") else octets)
    ]


@pytest.mark.django_db
def test_not_an_address_is_left_anywhere_and_the_day_before_all_are(
    settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    campaign = ended()
    words = f"smtp; 550 5.1.1 <{EMAILS[2]}>: user unknown"
    receive(dsn(diagnostic=words, recipient=f"rfc822; {EMAILS[2]}"), path_of(campaign, 3))
    receive(complaint("Feedback-Type: abuse"), path_of(campaign, 4))
    absent = f"From: {EMAILS[0]}\nSubject: Absent\nAuto-Submitted: auto-replied\n\nLu"
    receive(absent, path_of(campaign, 1))
    due, before = settled(campaign), figures(campaign.pk)
    export = request_export(campaign_id=campaign.pk, user_id=make_user().pk, now=NOON + 4 * DAY)
    make_export(export.pk, now=NOON + 4 * DAY)
    proof = proofs()
    listing = files_with(Path(settings.FILES_ROOT), "durand@foyer.test")
    assert len(listing) == 5  # two mails, the workbook, the sheet, the sheet among the proofs

    assert erase_due_addresses(today=due - DAY, now=NOON + 29 * DAY) == []
    assert Recipient.objects.filter(email="").count() == 0
    assert erase_due_addresses(today=due, now=NOON + 30 * DAY) == [campaign.pk]
    assert erase_due_addresses(today=due, now=NOON + 31 * DAY) == []
    Contact.objects.all().delete()  # the file's own term, see contacts
    forget_workbooks()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert seal_again_without_addresses(now=NOON + 30 * DAY) == 1

    names = [email.partition("@")[0] for email in EMAILS]
    assert list(tables_with([*EMAILS, *names])) == []
    assert files_with(Path(settings.FILES_ROOT), "durand@foyer.test") == []
    assert figures(campaign.pk) == before
    entry = JournalEntry.objects.get(action="campaign.addresses_erased")
    assert entry.after == {"addresses": 5, "positions": 5, "from": "file"}
    assert check_statement(proofs()).figures == check_statement(proof).figures
    sheet = b"".join(csv_chunks(campaign.pk)).decode()
    assert sheet.count("effacée le jeudi 24 décembre 2026") == 5


@pytest.mark.django_db
def test_who_unsubscribes_or_complains_afterwards_is_written_to_no_more() -> None:
    campaign = ended()
    erase_due_addresses(today=settled(campaign), now=NOON + 30 * DAY)
    browser = Client(enforce_csrf_checks=True)

    assert "L’adresse qui a reçu ce message" in browser.get(link(campaign)).text
    for _ in range(2):
        assert browser.post(link(campaign), {"List-Unsubscribe": "One-Click"}).status_code == 200
    late = receive(complaint("Feedback-Type: abuse"), path_of(campaign, 3))
    receive(dsn(), path_of(campaign, 5))

    asked = {"channel": "email", "company_id": campaign.company_id}
    opposed = {EMAILS[0], EMAILS[2], EMAILS[4]}
    assert suppressed(addresses=EMAILS, **asked) == opposed  # type: ignore[arg-type]
    assert SuppressionFilter(**asked).opposed(EMAILS) == opposed  # type: ignore[arg-type]
    assert Suppression.objects.count() == 3
    assert suppressed(channel="email", addresses=EMAILS, company_id=1 + campaign.company_id) == {
        EMAILS[4]
    }
    erasing.erase_mails(now=NOON + 31 * DAY)
    assert InboundMail.objects.get(pk=late.pk).path == ""
    found = places_of(campaign=str(campaign.pk), email=EMAILS[1], received_at=NOON)
    assert [one.position for one in found] == [2]


@pytest.mark.django_db
def test_figures_that_do_not_bind_and_whoever_needs_them_keep_the_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = ended()
    assert erase_due_addresses(today=date(2027, 12, 1), now=NOON + 370 * DAY) == []
    due = settled(campaign)
    monkeypatch.setitem(holds._holders, "somebody", lambda pk, today: "Réclamation ouverte.")
    assert erase_due_addresses(today=due, now=NOON + 30 * DAY) == []
    monkeypatch.setitem(holds._holders, "somebody", lambda pk, today: "")
    assert erase_due_addresses(today=due, now=NOON + 30 * DAY) == [campaign.pk]
    assert {one.email for one in all_recipients(campaign.pk)} == {""}


@pytest.mark.django_db
def test_killed_midway_it_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = ended()
    due = settled(campaign)
    monkeypatch.setattr(erasing, "_BATCH", 2)
    assert erasing._erase_batch(campaign.pk, 0) == 2
    assert Recipient.objects.exclude(email="").count() == 3
    assert Campaign.objects.get(pk=campaign.pk).addresses_erased_at is None

    erase_due_addresses(today=due, now=NOON + 30 * DAY)

    entry = JournalEntry.objects.get(action="campaign.addresses_erased")
    assert (entry.after or {})["addresses"] == 5


@pytest.mark.django_db
def test_an_outcome_loses_addresses_and_nothing_else() -> None:
    campaign = ended()
    refused = DeliveryOutcome.objects.filter(campaign_id=campaign.pk, position=2)
    for change in ({"outcome": "relayed"}, {"reply": "5.1.1 <…>: user known"}, {"reply": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused.update(**change)
    refused.update(reply="5.1.1 <…>: user unknown")
    assert refused.get().cause == "mailbox_full"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("finished_at", "of_base", "due"),
    [
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), False, date(2026, 12, 24)),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), False, date(2026, 12, 25)),
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), True, date(2027, 1, 8)),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), True, date(2027, 1, 9)),
    ],
)
def test_the_day_is_counted_in_paris_and_rented_addresses_leave_both_lists(
    finished_at: datetime, of_base: bool, due: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = ended()
    settled(campaign)
    monkeypatch.setattr(Campaign, "to_base", of_base)
    Campaign.objects.filter(pk=campaign.pk).update(finished_at=finished_at)

    assert erase_due_addresses(today=due - DAY, now=NOON + 60 * DAY) == []
    assert erase_due_addresses(today=due, now=NOON + 60 * DAY) == [campaign.pk]

    Client().post(link(campaign), {"List-Unsubscribe": "One-Click"})
    closed = set(Suppression.objects.values_list("scope", flat=True))
    assert closed == ({"client", "operator"} if of_base else {"client"})
    for company_id, to_base in ((campaign.company_id, False), (999, True)):
        asked = {"channel": "email", "company_id": company_id, "to_base": to_base}
        opposed = suppressed(addresses=EMAILS, **asked)  # type: ignore[arg-type]
        assert opposed == ({EMAILS[0]} if of_base or not to_base else set())
