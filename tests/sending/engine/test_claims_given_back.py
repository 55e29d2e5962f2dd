"""A chunk claimed and handed to nobody: it goes back at once, and nobody in it is in doubt."""

import asyncio
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db.utils import OperationalError

from marketingconnect.sending.engine.store import Store, StoreAwayError, Taken
from marketingconnect.sending.engine.way_out import ToRelay
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.states import ChunkState
from tests.sending.engine.stage import Run, at_work, finished
from tests.sending.factories import NOON, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)
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
