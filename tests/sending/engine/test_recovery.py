"""Chunks of other senders: the living keep theirs, the dead are taken over or given up."""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from marketingconnect.sending.engine.recovery import recover_chunks
from marketingconnect.sending.engine.spool import DeadSpool, Owner, Spool, read_spool_file
from marketingconnect.sending.models import Chunk
from marketingconnect.sending.queries import Figures, figures
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.services.chunks import claim_chunk
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.suppression.services import suppress
from tests.sending.factories import NOON, make_campaign, make_company

pytestmark = pytest.mark.django_db


def test_opposed_contacts_keep_their_place_in_the_figures_at_the_freeze() -> None:
    company = make_company()
    suppress(
        channel="email",
        address="b@example.org",
        scope="client",
        company_id=company.pk,
        reason="client_request",
        at=NOON,
    )
    campaign = make_campaign(["a@example.org", "b@example.org"], company=company)

    assert campaign.audience_size == 2
    assert figures(campaign.pk) == Figures(sold=2, pending=1, not_sent_by_reason={"suppressed": 1})


def test_a_living_sender_keeps_its_chunk_whatever_its_lease(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org"])
    start_due_campaigns(now=NOON)
    spool = Spool(tmp_path)
    chunk = claim_chunk(campaign.pk, owner=spool.owner, now=NOON)
    expire_leases()

    recover_chunks(tmp_path, owner=uuid4(), now=NOON)

    assert chunk is not None
    assert Chunk.objects.get(pk=chunk.id).owner == spool.owner
    spool.close()


def test_a_spool_out_of_reach_makes_everybody_left_doubtful(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org", "b@example.org"])
    start_due_campaigns(now=NOON)
    claim_chunk(campaign.pk, owner=uuid4(), now=NOON)

    recover_chunks(tmp_path, owner=uuid4(), now=NOON)
    assert figures(campaign.pk).uncertain == 0
    expire_leases()
    recover_chunks(tmp_path, owner=uuid4(), now=NOON)

    assert figures(campaign.pk).uncertain == 2
    assert not Chunk.objects.filter(state="claimed").exists()


def expire_leases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sending_chunk SET lease_until = now() - interval '1 hour'")


def test_what_is_written_in_the_spool_is_read_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    file = spool.open_chunk(7)
    file.started(1)
    file.started(2)
    file.deferred(2)
    file.started(3)
    told = Result(3, "undelivered", "mailbox_full", 552, "5.2.2 boîte\npleine", NOON)
    file.answered(told)
    reading = read_spool_file(spool.directory / "7.log")
    assert (reading.started, reading.deferred) == ({1}, {2})
    assert reading.results == {3: told._replace(reply="5.2.2 boîte pleine")}
    spool.close()


def test_files_of_before_a_reboot_are_not_believed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    (spool.directory / "boot").write_text("another boot")
    with DeadSpool(tmp_path, spool.owner) as alive:
        assert alive.state is Owner.ALIVE
    spool.close()
    other = Spool(tmp_path)
    (other.directory / "boot").write_text("another boot")
    os.close(other._lock)
    with DeadSpool(tmp_path, other.owner) as dead:
        assert dead.state is Owner.OUT_OF_REACH
