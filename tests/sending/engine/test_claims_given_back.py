"""A chunk claimed and handed to nobody: it goes back at once, and nobody in it is in doubt."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from marketingconnect.audit.actors import Actor
from marketingconnect.sending.engine.store import Store, StoreAwayError, Taken
from marketingconnect.sending.engine.way_out import ToRelay
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services.campaigns import start_due_campaigns, stop_campaign
from marketingconnect.sending.services.chunks import claim_chunk, close_stopped
from marketingconnect.sending.states import ChunkState
from tests.sending.engine.stage import Run, at_work, finished
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)
PAUL = Actor.staff(1, "Paul")
EMAILS = [f"a{n}@example.org" for n in range(30)]


def state_of_its_chunk(campaign: Campaign) -> str:
    return Chunk.objects.values_list("state", flat=True).get(campaign=campaign)


def test_a_sender_told_to_stop_while_it_claims_leaves_nothing_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, claimed, stopping = make_campaign(EMAILS), Event(), Event()
    take, end = Store._take, ToRelay.end

    def slow(store: Store, campaign_id: int) -> Taken | None:
        taken = take(store, campaign_id)
        if taken is not None:
            claimed.set()
            assert stopping.wait(30)
        return taken

    async def told(way: ToRelay, seconds: float) -> None:
        stopping.set()
        await end(way, seconds)

    async def stopped_then(run: Run) -> None:
        await run.until(claimed.is_set)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "_take", slow)
        patched.setattr(ToRelay, "end", told)
        at_work(tmp_path, stopped_then)

    assert state_of_its_chunk(campaign) == ChunkState.OPEN
    assert list(tmp_path.iterdir()) == []
    server = at_work(tmp_path, finished(campaign))
    assert server.accepted == dict.fromkeys(EMAILS, 1)
    assert figures(campaign.pk).uncertain == 0


def test_a_claim_whose_signatures_cannot_be_read_goes_back_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(EMAILS)
    start_due_campaigns(now=NOON)

    def away(store: Store, chunk: Any) -> None:
        raise OperationalError("the connection is closed")

    async def story() -> None:
        store = Store(uuid4(), tmp_path)
        with monkeypatch.context() as patched:
            patched.setattr(Store, "_ahead", away)
            with pytest.raises(StoreAwayError):
                await store.take(campaign.pk)
        await store.look()
        store.close()

    asyncio.run(story())

    assert state_of_its_chunk(campaign) == ChunkState.OPEN


def test_a_claim_that_began_before_the_stop_is_not_counted_as_not_sent() -> None:
    """Its sender may send for half a second still: what it sends is in the figures as sent."""
    campaign = make_campaign(EMAILS)
    start_due_campaigns(now=NOON)
    with ThreadPoolExecutor(1) as claiming, ThreadPoolExecutor(1) as closing:
        claim = transaction.atomic()
        claiming.submit(claim.__enter__).result()
        claiming.submit(claim_chunk, campaign.pk, owner=uuid4(), now=NOON).result()
        stop_campaign(campaign.pk, actor=PAUL, reason="x", now=NOON)
        closed = closing.submit(close_stopped, now=NOON)
        wait_for_a_lock()
        claiming.submit(claim.__exit__, None, None, None).result()
        closed.result()
        for thread in (claiming, closing):
            thread.submit(lambda: connection.close()).result()

    campaign.refresh_from_db()
    assert campaign.finished_at is None
    assert figures(campaign.pk).not_sent == 0


def wait_for_a_lock() -> None:
    """Until somebody waits for somebody else's row."""
    waiting = 0
    while not waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            [waiting] = cursor.fetchone()
