"""The real sender signs: at the hour, or ahead of it, and never a message with another's."""

import base64
import re
from datetime import timedelta
from pathlib import Path

import dkim
import pytest
from django.conf import settings

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.models import Campaign, DkimKey, SignatureAhead
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services import stop_campaign
from marketingconnect.sending.services.domains import make_key, mark_published, use_key
from tests.sending.engine.stage import Run, at_work, finished
from tests.sending.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)
PAUL = Actor.staff(1, "Paul")
EMAILS = [f"a{n}@example.org" for n in range(40)]


def keys_in_use() -> None:
    for algorithm in Algorithm:
        key = make_key(
            domain=settings.SENDING_DOMAIN, algorithm=algorithm, actor=PAUL, now=clock.now()
        )
        mark_published(key.pk, actor=PAUL, now=clock.now())
        use_key(key.pk, actor=PAUL, now=clock.now())


def verified(octets: bytes) -> list[bool]:
    published = {
        f"{key.selector}._domainkey.{settings.SENDING_DOMAIN}.": key.public_record.encode()
        for key in DkimKey.objects.all()
    }

    def ask(name: bytes, timeout: float = 5) -> bytes | None:
        return published.get(name.decode())

    return [
        dkim.DKIM(octets.removesuffix(b".\r\n"), minkey=2048).verify(index, dnsfunc=ask)
        for index in (0, 1)
    ]


def ahead_of(campaign: Campaign) -> set[int]:
    signed = SignatureAhead.objects.filter(campaign_id=campaign.pk)
    return set(signed.values_list("position", flat=True))


def test_messages_leave_with_two_signatures_that_another_verifies(tmp_path: Path) -> None:
    keys_in_use()
    emails = [*EMAILS, "drop@x.test", "unknown@x.test", "pas une adresse@example.org"]
    campaign = make_campaign(emails)

    server = at_work(tmp_path, finished(campaign))

    assert server.accepted == dict.fromkeys(EMAILS, 1)
    assert figures(campaign.pk).delivered == len(EMAILS)
    for email in EMAILS[::13]:
        assert verified(server.messages[email]) == [True, True]


def test_what_was_signed_ahead_leaves_at_the_hour_and_is_forgotten(tmp_path: Path) -> None:
    keys_in_use()
    campaign = make_campaign(EMAILS, scheduled_for=clock.now() + timedelta(hours=1))
    kept: dict[int, tuple[bytes, int]] = {}

    async def story(run: Run) -> None:
        await run.until(lambda: len(ahead_of(campaign)) == len(EMAILS))
        await run.ask(lambda: kept.update(_kept(campaign)))
        await run.ask(lambda: _spoil(campaign, position=5))
        await run.ask(lambda: clock.advance_to(campaign.scheduled_for))
        await finished(campaign)(run)

    server = at_work(tmp_path, story)

    for position in (1, 5, 40):
        octets = server.messages[EMAILS[position - 1]]
        assert verified(octets) == [True, True]
        signed_before = base64.b64encode(kept[position][0]) in re.sub(rb"\s", b"", octets)
        assert signed_before == (position != 5)
    assert not ahead_of(campaign)


def test_a_campaign_stopped_keeps_no_signature(tmp_path: Path) -> None:
    keys_in_use()
    campaign = make_campaign(EMAILS, scheduled_for=clock.now() + timedelta(hours=3))

    async def story(run: Run) -> None:
        await run.until(lambda: len(ahead_of(campaign)) == len(EMAILS))
        await run.ask(
            lambda: stop_campaign(campaign.pk, actor=PAUL, reason="essai", now=clock.now())
        )

    assert not at_work(tmp_path, story).messages
    assert not ahead_of(campaign)


def _kept(campaign: Campaign) -> dict[int, tuple[bytes, int]]:
    rsa = DkimKey.objects.get(algorithm=Algorithm.RSA)
    signed = SignatureAhead.objects.filter(campaign_id=campaign.pk, key_id=rsa.pk)
    return {one.position: (bytes(one.octets), one.at) for one in signed}


def _spoil(campaign: Campaign, *, position: int) -> None:
    """As if the message had been another when it was signed."""
    signed = SignatureAhead.objects.filter(campaign_id=campaign.pk, position=position)
    assert signed.update(seal=b"\0" * 32) == 2
