"""The real sender, a real database and a real SMTP session: nobody twice, nobody forgotten."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.sending.engine.sender import Sender
from marketingconnect.sending.engine.spool import Spool
from marketingconnect.sending.management.commands.sender import sender_of
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.queries import Figures, figures
from marketingconnect.sending.services import pause_campaign, resume_campaign, stop_campaign
from marketingconnect.sending.services.campaigns import start_due_campaigns
from marketingconnect.sending.services.chunks import claim_chunk
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.states import CampaignState, ChunkState, Outcome
from marketingconnect.suppression.services import suppress
from tests.sending.engine.stage import Run, at_work, finished, outcome_of, state_of
from tests.sending.factories import CONTENT, NOON, make_campaign
from tests.sending.scripted_smtp import ScriptedServer

pytestmark = pytest.mark.django_db(transaction=True)
PAUL = Actor.staff(1, "Paul")


@pytest.mark.parametrize("pipelining", [True, False])
def test_everybody_is_written_to_once_and_refusals_have_their_cause(
    tmp_path: Path, pipelining: bool
) -> None:
    emails = [f"a{n}@example.org" for n in range(40)]
    emails[3], emails[17], emails[18] = "unknown@x.test", "full@x.test", "unknown2@x.test"
    campaign = make_campaign(emails)

    server = at_work(tmp_path, finished(campaign), {"pipelining": pipelining})

    assert server.accepted == {e: 1 for e in emails if e.startswith("a")}
    assert figures(campaign.pk) == Figures(
        sold=40,
        sent=40,
        delivered=37,
        relayed=37,
        undelivered_by_cause={"mailbox_unknown": 2, "mailbox_full": 1},
    )
    refused = outcome_of(campaign, 4)
    assert (refused.smtp_code, refused.reply) == (550, "5.1.1 user unknown")
    assert list(tmp_path.iterdir()) == []


def test_the_message_received_is_the_one_compiled_for_this_contact(tmp_path: Path) -> None:
    campaign = make_campaign(["zoe@example.org", "max@example.org"])

    server = at_work(tmp_path, finished(campaign))

    message = message_from_bytes(server.messages["max@example.org"], policy=policy.default)
    assert message["Subject"] == "Des brioches pour Zoé 2"
    assert message["X-Campaign"] == str(campaign.pk)
    assert "List-Unsubscribe" in message


def test_a_cut_after_the_text_leaves_a_doubt_and_never_a_second_message(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(12)]
    emails[5] = "drop@example.org"
    campaign = make_campaign(emails)

    server = at_work(tmp_path, finished(campaign))

    assert server.taken == dict.fromkeys(emails, 1)
    assert outcome_of(campaign, 6).outcome == Outcome.UNCERTAIN
    assert figures(campaign.pk).uncertain == 1
    assert figures(campaign.pk).delivered == 11


def test_a_temporary_refusal_is_tried_again_then_given_up(tmp_path: Path) -> None:
    campaign = make_campaign(["later@example.org", "a@example.org"])
    server = at_work(tmp_path, finished(campaign), {"later_times": 1}, retry_delays=[0])
    assert server.accepted == {"later@example.org": 1, "a@example.org": 1}

    stubborn = make_campaign(["later@example.org"])
    server = at_work(tmp_path, finished(stubborn), {"later_times": 9}, retry_delays=[0, 0])
    assert server.accepted == {}
    assert outcome_of(stubborn, 1).outcome == Outcome.UNDELIVERED
    assert Chunk.objects.filter(campaign=stubborn).count() == 3


def test_a_session_that_rested_after_a_refusal_starts_the_next_message_afresh(
    tmp_path: Path,
) -> None:
    campaign = make_campaign(["later@example.org"])

    server = at_work(tmp_path, finished(campaign), connections=1, retry_delays=[0])

    assert server.connections == 1
    assert server.accepted == {"later@example.org": 1}


def test_an_opposition_made_after_the_freeze_is_respected(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org", "b@example.org"])
    oppose(campaign, "b@example.org")

    server = at_work(tmp_path, finished(campaign))

    assert server.accepted == {"a@example.org": 1}
    assert figures(campaign.pk).not_sent_by_reason == {"suppressed": 1}


def test_a_stop_while_messages_wait_is_known_before_they_leave(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(30)]
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        run.server.hold.clear()
        await run.until(lambda: run.server.taken.total() == 4)
        late = emails[29]
        await run.ask(lambda: oppose(campaign, late))
        desk = run.sender._desk
        await run.until(lambda: any(chunk.asked.stopped for chunk in desk.chunks.values()))
        run.server.hold.set()
        await finished(campaign)(run)

    server = at_work(tmp_path, story)
    assert server.taken == dict.fromkeys(emails[:29], 1)
    assert figures(campaign.pk).not_sent_by_reason == {"suppressed": 1}


def test_a_chunk_that_takes_long_tells_what_is_known_so_far(tmp_path: Path) -> None:
    refused = [f"unknown{n}@example.org" for n in range(5)]
    campaign = make_campaign([*refused, *(f"a{n}@example.org" for n in range(9))])

    async def story(run: Run) -> None:
        run.server.hold.clear()
        await run.until(lambda: figures(campaign.pk).undelivered == len(refused))
        assert await run.ask(lambda: Chunk.objects.get().state) == ChunkState.CLAIMED
        run.server.hold.set()
        await finished(campaign)(run)

    at_work(tmp_path, story)
    assert figures(campaign.pk).delivered == 9


def oppose(campaign: Campaign, email: str) -> None:
    suppress(
        channel="email",
        address=email,
        scope="client",
        company_id=campaign.company_id,
        reason="client_request",
        at=NOON,
    )


def test_an_address_that_fits_no_envelope_is_not_sent(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org", "é b@example.org"])
    at_work(tmp_path, finished(campaign))
    assert figures(campaign.pk).not_sent_by_reason == {"invalid": 1}


def test_pause_and_resume_lose_nobody_and_double_nobody(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(600)]
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        for _ in range(5):
            run.server.hold.clear()
            await run.until(lambda: run.server.taken.total() > run.server.accepted.total())
            await run.ask(lambda: pause_campaign(campaign.pk, actor=PAUL, reason="x", now=NOON))
            await run.until(lambda: not run.sender._desk.running)
            run.server.hold.set()
            await run.until(lambda: run.server.taken.total() == run.server.accepted.total())
            run.server.hold.clear()
            await run.ask(lambda: resume_campaign(campaign.pk, actor=PAUL, reason="", now=NOON))
        run.server.hold.set()
        await finished(campaign)(run)

    server = at_work(tmp_path, story)
    assert server.taken == dict.fromkeys(emails, 1)
    assert figures(campaign.pk).delivered == 600


def test_a_stop_counts_those_left_as_not_sent(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(700)]
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        run.server.hold.clear()
        await run.until(lambda: run.server.taken.total() == 4)
        await run.ask(lambda: stop_campaign(campaign.pk, actor=PAUL, reason="erreur", now=NOON))
        await asyncio.sleep(0)
        await run.until(lambda: not run.sender._desk.running)
        run.server.hold.set()
        await run.until(
            lambda: Campaign.objects.filter(pk=campaign.pk, finished_at__isnull=False).exists()
        )

    server = at_work(tmp_path, story)
    shown = figures(campaign.pk)
    assert shown.sent == shown.delivered == server.accepted.total() == 4
    assert shown.not_sent_by_reason == {"stopped": 696}
    assert shown.pending == 0


def test_a_content_changed_after_validation_does_not_leave(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org"])
    Campaign.objects.filter(pk=campaign.pk).update(subject="Autre chose")

    async def story(run: Run) -> None:
        await run.until(
            lambda: Campaign.objects.filter(pk=campaign.pk).exclude(held_because="").exists()
        )

    server = at_work(tmp_path, story)
    assert server.taken == {}
    assert state_of(campaign) == CampaignState.SCHEDULED


def test_a_campaign_that_cannot_be_written_does_not_keep_the_others(tmp_path: Path) -> None:
    """It says why, and the sender lives."""
    unreadable = make_campaign(
        ["a@example.org"], content=replace(CONTENT, reply_to="nadia@[192.0.2.1]")
    )
    other = make_campaign(["b@example.org"], company=unreadable.company)

    server = at_work(tmp_path, finished(other))

    assert server.accepted == {"b@example.org": 1}
    unreadable.refresh_from_db()
    assert "adresse de réponse" in unreadable.held_because


def test_a_campaign_waits_for_its_hour(tmp_path: Path) -> None:
    later = make_campaign(["a@example.org"], scheduled_for=clock.now() + timedelta(days=30))
    now = make_campaign(["b@example.org"])

    server = at_work(tmp_path, finished(now))

    assert server.taken == {"b@example.org": 1}
    assert state_of(later) == CampaignState.SCHEDULED


def test_a_relay_that_limits_its_sessions_still_gets_everything_once(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(40)]
    campaign = make_campaign(emails)

    server = at_work(tmp_path, finished(campaign), {"messages_a_session": 6}, connections=2)

    assert server.taken == dict.fromkeys(emails, 1)
    assert server.connections >= 7
    assert figures(campaign.pk).delivered == 40


def test_a_relay_that_asks_who_we_are_is_told(tmp_path: Path) -> None:
    campaign = make_campaign(["a@example.org"])
    server = at_work(tmp_path, finished(campaign), {"login": "atelier:s3cret"})
    assert server.accepted == {"a@example.org": 1}


def test_the_command_greets_by_the_name_that_leads_to_its_server(
    tmp_path: Path, settings: Settings
) -> None:
    """The sending domain has an MX, and no address to be looked up."""
    settings.SENDER_SPOOL, settings.MAIL_HOST = tmp_path, "mail.envois.test"
    campaign = make_campaign(["a@example.org"])

    def commanded(server: ScriptedServer) -> Sender:
        settings.SMTP_URL = server.url
        return sender_of(1)

    server = at_work(tmp_path, finished(campaign), sender_for=commanded)

    assert server.greeted == {"mail.envois.test"}


def test_a_relay_that_is_away_for_a_while_loses_nobody(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(20)]
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        run.server.stop_listening()
        await run.until(lambda: state_of(campaign) == CampaignState.RUNNING)
        await run.until(lambda: any(courier._failures > 1 for courier in run.sender._way.at_work()))
        assert run.server.taken == {}
        await run.server.listen()
        await finished(campaign)(run)

    server = at_work(tmp_path, story)
    assert server.taken == dict.fromkeys(emails, 1)
    assert figures(campaign.pk).undelivered == 0


def test_two_senders_by_mistake_share_the_work(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(1200)]
    campaign = make_campaign(emails)

    async def story(run: Run) -> None:
        second = Run(run.server, tmp_path)
        sending = asyncio.create_task(second.sender.run())
        await finished(campaign)(run)
        second.sender.stop()
        await sending
        await second.close()

    server = at_work(tmp_path, story)
    assert server.taken == dict.fromkeys(emails, 1)


def dead_spool(root: Path) -> Spool:
    """The directory of a sender that died: its lock is free."""
    spool = Spool(root)
    os.close(spool._lock)
    return spool


def test_what_a_dead_sender_left_is_told_apart_line_by_line(tmp_path: Path) -> None:
    emails = [f"a{n}@example.org" for n in range(6)]
    campaign = make_campaign(emails)
    start_due_campaigns(now=NOON)
    spool = dead_spool(tmp_path)
    chunk = claim_chunk(campaign.pk, owner=spool.owner, now=NOON)
    assert chunk is not None
    file = spool.open_chunk(chunk.id)
    file.started(1)
    file.answered(Result(1, Outcome.RELAYED, "", 250, "ok", NOON))
    file.started(2)
    file.started(3)
    file.deferred(3)
    file._memory[file._end : file._end + 3] = b"S 4"  # killed before the line's end: not left

    server = at_work(tmp_path, finished(campaign))

    assert server.taken == dict.fromkeys(emails[2:], 1)
    assert outcome_of(campaign, 1).outcome == Outcome.RELAYED
    assert outcome_of(campaign, 2).outcome == Outcome.UNCERTAIN
    assert figures(campaign.pk).delivered == 5
    assert figures(campaign.pk).uncertain == 1
