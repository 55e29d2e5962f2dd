"""When a policy holds and when it is read again, and what the database keeps of it."""

from datetime import UTC, datetime, timedelta

import pytest

from marketingconnect.sending.models import MailPolicy, TransportDay
from marketingconnect.sending.mta_sts.keeping import REFRESHED_AFTER, TRIED_AGAIN_AFTER, Kept
from marketingconnect.sending.mta_sts.policy import LONGEST_AGE, Mode, Policy
from marketingconnect.sending.services.transport import (
    Connected,
    count_connections,
    forget_old_transport,
    keep_policy,
    keep_trouble,
    kept_policy,
)

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WEEK = 7 * 86_400
POLICY = Policy(Mode.ENFORCE, WEEK, ("mx.fast.test", "*.slow.test"))
OTHER = Policy(Mode.NONE, 60)
KEPT = Kept(POLICY, "1", NOON)


def test_a_policy_holds_to_the_second_of_its_age() -> None:
    assert KEPT.in_force(NOON + timedelta(seconds=WEEK)) == POLICY
    assert KEPT.in_force(NOON + timedelta(seconds=WEEK) + SECOND) is None
    assert Kept().in_force(NOON) is None


@pytest.mark.parametrize(
    ("kept", "announced", "later", "expected"),
    [
        (Kept(), "1", SECOND, True),
        (Kept(), None, SECOND, False),
        (KEPT, None, timedelta(days=2), False),
        (KEPT, "1", SECOND, False),
        (KEPT, "2", SECOND, True),
        (KEPT, "1", REFRESHED_AFTER - SECOND, False),
        (KEPT, "1", REFRESHED_AFTER, True),
        (Kept(POLICY, "1", NOON - timedelta(days=8)), "1", SECOND, True),
        (Kept(tried_id="1", tried_at=NOON), "1", TRIED_AGAIN_AFTER - SECOND, False),
        (Kept(tried_id="1", tried_at=NOON), "1", TRIED_AGAIN_AFTER, True),
        (Kept(tried_id="1", tried_at=NOON), "2", SECOND, True),
        (Kept(POLICY, "1", NOON, "2", NOON), "2", SECOND, False),
        (Kept(POLICY, "1", NOON, "2", NOON), "2", TRIED_AGAIN_AFTER, True),
    ],
)
def test_a_policy_is_read_when_new_once_a_day_and_not_again_at_once(
    kept: Kept, announced: str | None, later: timedelta, expected: bool
) -> None:
    assert kept.is_to_be_fetched(announced, NOON + later) is expected


@pytest.mark.django_db
def test_what_came_stays_when_the_next_does_not_come() -> None:
    assert kept_policy("fast.test") == Kept()

    keep_policy("fast.test", POLICY, policy_id="1", now=NOON)
    keep_trouble("fast.test", "Rien\0 ne vient. " + "…" * 400, policy_id="2", now=NOON + SECOND)
    assert kept_policy("fast.test") == Kept(POLICY, "1", NOON, "2", NOON + SECOND)
    assert MailPolicy.objects.get().trouble.startswith("Rien  ne vient.")

    keep_policy("fast.test", OTHER, policy_id="2", now=NOON + 2 * SECOND)
    assert kept_policy("fast.test") == Kept(OTHER, "2", NOON + 2 * SECOND, "", NOON + 2 * SECOND)
    assert MailPolicy.objects.get().trouble == ""


@pytest.mark.django_db
def test_a_sender_that_was_slow_does_not_bring_an_older_policy_back() -> None:
    keep_policy("fast.test", OTHER, policy_id="2", now=NOON)
    keep_policy("fast.test", POLICY, policy_id="1", now=NOON - SECOND)
    assert kept_policy("fast.test").policy == OTHER

    keep_trouble("slow.test", "Rien.", policy_id="1", now=NOON)
    assert kept_policy("slow.test") == Kept(tried_id="1", tried_at=NOON)
    keep_policy("slow.test", POLICY, policy_id="1", now=NOON)
    assert kept_policy("slow.test").policy == POLICY


@pytest.mark.django_db
def test_connections_are_counted_together_and_forgotten_in_the_end() -> None:
    good = Connected("fast.test", "mx.fast.test", "enforce", "proved")
    bad = Connected("fast.test", "mx.fast.test", "enforce", "certificate-expired")
    today = NOON.date()
    count_connections({good: 3, bad: 1}, today=today)
    count_connections({good: 2}, today=today)
    count_connections({good: 5}, today=today - timedelta(days=91))
    keep_policy("fast.test", POLICY, policy_id="1", now=NOON)
    keep_policy("gone.test", POLICY, policy_id="1", now=NOON - timedelta(seconds=LONGEST_AGE + 1))

    forget_old_transport(now=NOON, today=today)

    rows = TransportDay.objects.order_by("connections").values_list("result", "connections")
    assert list(rows) == [("certificate-expired", 1), ("proved", 5)]
    assert [one.domain for one in MailPolicy.objects.all()] == ["fast.test"]
