"""Keys rotated, lost, shared by two senders: nothing leaves unsigned, or by a retired key."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.models import Campaign, DkimKey, SignatureAhead
from marketingconnect.sending.services.domains import make_key, mark_published, use_key
from marketingconnect.sending.services.signatures import SLICE
from tests.sending.engine.stage import Run, at_work, finished
from tests.sending.engine.test_signing import PAUL, ahead_of, keys_in_use, verified
from tests.sending.factories import make_campaign
from tests.sending.scripted_smtp import ScriptedServer

pytestmark = pytest.mark.django_db(transaction=True)
MANY = [f"a{n}@example.org" for n in range(2 * SLICE + 100)]


def rotate() -> str:
    """Another RSA key takes over; gives its selector."""
    key = make_key(
        domain=settings.SENDING_DOMAIN, algorithm=Algorithm.RSA, actor=PAUL, now=clock.now()
    )
    mark_published(key.pk, actor=PAUL, now=clock.now())
    use_key(key.pk, actor=PAUL, now=clock.now())
    return key.selector


def selectors(octets: bytes) -> set[str]:
    return {found.decode() for found in re.findall(rb"\bs=([\w-]+);", octets)}


def held_because(campaign: Campaign) -> str:
    return Campaign.objects.values_list("held_because", flat=True).get(pk=campaign.pk)


def test_a_key_rotated_while_a_campaign_runs_signs_the_rest(tmp_path: Path) -> None:
    keys_in_use()
    first = DkimKey.objects.get(algorithm=Algorithm.RSA).selector
    emails = [f"a{n}@example.org" for n in range(8 * SLICE)]
    campaign = make_campaign(emails)
    new: list[str] = []

    async def story(run: Run) -> None:
        await run.until(lambda: len(run.server.accepted) > 20)
        run.server.hold.clear()
        new.append(await run.ask(rotate))
        run.server.hold.set()
        await finished(campaign)(run)

    server = at_work(tmp_path, story)

    assert server.accepted == dict.fromkeys(emails, 1)
    signed_by = {email: selectors(octets) for email, octets in server.messages.items()}
    assert all(len(one) == 2 for one in signed_by.values())
    olds = [email for email, by in signed_by.items() if first in by]
    news = [email for email, by in signed_by.items() if new[0] in by]
    assert len(olds) + len(news) == len(emails)
    assert olds
    assert news
    for email in (olds[0], olds[-1], news[0], news[-1]):
        assert verified(server.messages[email]) == [True, True]


def test_signatures_of_a_key_retired_before_the_hour_do_not_leave(tmp_path: Path) -> None:
    keys_in_use()
    emails = MANY[:40]
    campaign = make_campaign(emails, scheduled_for=clock.now() + timedelta(hours=1))
    new: list[str] = []

    async def story(run: Run) -> None:
        await run.until(lambda: len(ahead_of(campaign)) == len(emails))
        new.append(await run.ask(rotate))
        await run.ask(lambda: clock.advance_to(campaign.scheduled_for))
        await finished(campaign)(run)

    server = at_work(tmp_path, story)

    assert set(server.messages) == set(emails)
    assert all(new[0] in selectors(octets) for octets in server.messages.values())
    assert verified(server.messages[emails[7]]) == [True, True]


def test_two_senders_sign_ahead_together_and_one_goes_on_after_the_other_died(
    tmp_path: Path,
) -> None:
    keys_in_use()
    campaign = make_campaign(MANY, scheduled_for=clock.now() + timedelta(hours=1))

    async def play() -> ScriptedServer:
        async with ScriptedServer() as server:
            runs = [Run(server, tmp_path / name) for name in ("one", "two")]
            working = [asyncio.create_task(run.sender.run()) for run in runs]
            await runs[0].until(lambda: ahead_of(campaign))
            working[0].cancel()
            await asyncio.gather(working[0], return_exceptions=True)
            await runs[1].until(lambda: len(ahead_of(campaign)) == len(MANY))
            await runs[1].ask(lambda: clock.advance_to(campaign.scheduled_for))
            await finished(campaign)(runs[1])
            runs[1].sender.stop()
            await working[1]
            for run in runs:
                await run.close()
            return server

    server = asyncio.run(play())

    assert server.accepted == dict.fromkeys(MANY, 1)
    assert verified(server.messages[MANY[3]]) == verified(server.messages[MANY[-1]]) == [True, True]
    assert not SignatureAhead.objects.filter(campaign_id=campaign.pk).exists()


def test_nothing_leaves_while_a_key_cannot_be_opened(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    keys_in_use()
    emails = MANY[:10]
    campaign = make_campaign(emails)
    right = settings.AUTHORITY_PASSPHRASE
    settings.AUTHORITY_PASSPHRASE = "une autre phrase"

    async def story(run: Run) -> None:
        await run.until(lambda: "ne s’ouvre pas" in caplog.text)
        assert not run.server.messages
        await run.until(lambda: "clés de signature" in held_because(campaign))
        settings.AUTHORITY_PASSPHRASE = right
        await finished(campaign)(run)

    server = at_work(tmp_path, story)

    assert server.accepted == dict.fromkeys(emails, 1)
    assert verified(server.messages[emails[0]]) == [True, True]
    assert held_because(campaign) == ""
