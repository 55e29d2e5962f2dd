"""When a campaign starts, when a refusal is tried again, when figures bind."""

from datetime import UTC, datetime, timedelta

import pytest

from marketingconnect.sending.causes import Cause, cause_of
from marketingconnect.sending.rules import (
    asks_a_person,
    audience_freezes_at,
    counts_from,
    figures_freeze_at,
    next_try,
    start_refusal,
)

EIGHT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def refusal(
    *, now: datetime = EIGHT, audience_frozen: bool = True, content_sha256: str = "a"
) -> str:
    return start_refusal(
        scheduled_for=EIGHT,
        now=now,
        audience_frozen=audience_frozen,
        content_sha256=content_sha256,
        validated_sha256="a",
    )


def test_a_campaign_starts_at_its_hour_and_not_a_second_before() -> None:
    assert refusal() == ""
    assert "heure" in refusal(now=EIGHT - timedelta(seconds=1))


def test_another_content_or_an_audience_not_frozen_keeps_it_here() -> None:
    assert "validée" in refusal(content_sha256="b")
    assert "figée" in refusal(audience_frozen=False)


def test_a_campaign_out_of_sight_for_longer_than_said_asks_a_person() -> None:
    after = timedelta(hours=12)
    at_the_limit = EIGHT + after
    assert not asks_a_person(last_sign=EIGHT, now=at_the_limit, stale_after=after)
    later = at_the_limit + timedelta(microseconds=1)
    assert asks_a_person(last_sign=EIGHT, now=later, stale_after=after)
    assert not asks_a_person(last_sign=EIGHT, now=later, stale_after=timedelta(0))


def test_a_temporary_refusal_is_tried_again_a_bounded_number_of_times() -> None:
    delays = [60, 300]
    assert next_try(attempt=1, now=EIGHT, delays=delays) == EIGHT + timedelta(minutes=1)
    assert next_try(attempt=2, now=EIGHT, delays=delays) == EIGHT + timedelta(minutes=5)
    assert next_try(attempt=3, now=EIGHT, delays=delays) is None


def test_figures_bind_after_the_settling_window() -> None:
    assert figures_freeze_at(finished_at=EIGHT, settling_hours=72) == EIGHT + timedelta(days=3)


def test_a_mail_read_late_moves_no_figure_that_binds() -> None:
    frozen, late = EIGHT + timedelta(hours=72), EIGHT + timedelta(hours=72, microseconds=1)

    assert counts_from(received_at=EIGHT, figures_frozen_at=None, now=late) == EIGHT
    assert counts_from(received_at=EIGHT, figures_frozen_at=frozen, now=frozen) == frozen
    assert counts_from(received_at=EIGHT, figures_frozen_at=frozen, now=late) == late


@pytest.mark.parametrize(
    ("code", "reply", "cause"),
    [
        (550, "5.1.1 <x@example.org>: Recipient address rejected: User unknown", "mailbox_unknown"),
        (550, "5.1.1 Adresse d au moins un destinataire invalide", "mailbox_unknown"),
        (550, "No such user here", "mailbox_unknown"),
        (552, "5.2.2 Mailbox full", "mailbox_full"),
        (452, "4.2.2 The recipient's inbox is out of storage, over quota", "mailbox_full"),
        (550, "5.2.1 This account has been disabled", "mailbox_disabled"),
        (550, "5.7.1 Message refused: spam content detected", "content_refused"),
        (554, "5.7.1 Service unavailable; client host blocked using zen.spamhaus.org", "blocked"),
        (421, "4.7.28 too many messages, rate limit exceeded", "too_many"),
        (552, "5.3.4 Message size exceeds fixed limit", "too_large"),
        (530, "5.7.0 Must issue a STARTTLS command first", "not_secure"),
        (523, "5.7.10 Encryption needed to speak to this server", "not_secure"),
        (451, "4.7.5 MTA-STS : chiffrement prouvé exigé", "not_secure"),
        (550, "5.4.1 something", "domain_unknown"),
        (550, "5.7.26 something", "blocked"),
        (554, "Transaction failed", "other"),
    ],
)
def test_the_cause_is_read_from_the_reply(code: int, reply: str, cause: str) -> None:
    assert cause_of(code, reply) == Cause(cause)


def test_the_base_is_written_down_an_hour_before_and_a_file_at_once() -> None:
    hour, now = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)

    at = audience_freezes_at(scheduled_for=hour, to_base=True, now=now)
    assert at == hour - timedelta(hours=1)
    assert audience_freezes_at(scheduled_for=hour, to_base=False, now=now) == now
