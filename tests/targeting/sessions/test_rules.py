"""CGV B.1.3: who is looking, and when a session is over by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from marketingconnect.targeting.sessions.rules import is_over, is_present, made_together

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("last_seen_at", "expected"),
    [(None, False), (NOW, True), (ago(seconds=40), True), (ago(seconds=41), False)],
)
def test_whoever_gave_a_sign_lately_is_present(
    last_seen_at: datetime | None, expected: bool
) -> None:
    assert is_present(last_seen_at=last_seen_at, now=NOW) is expected


@pytest.mark.parametrize(
    ("started_at", "last_event_at", "expected"),
    [
        (ago(hours=1), ago(minutes=5), False),
        (ago(hours=3), ago(hours=2), False),
        (ago(hours=3), ago(hours=2, seconds=1), True),
        (ago(hours=12, seconds=1), NOW, True),
    ],
)
def test_a_session_is_over_when_nobody_uses_it_or_after_half_a_day(
    started_at: datetime, last_event_at: datetime, expected: bool
) -> None:
    assert is_over(started_at=started_at, last_event_at=last_event_at, now=NOW) is expected


@pytest.mark.parametrize(
    ("changed_at", "ended_at", "sides", "expected"),
    [
        (NOW, None, ["client", "advisor"], True),
        (NOW, NOW, ["advisor", "client", "client"], True),
        (NOW, ago(seconds=1), ["client", "advisor"], False),
        (NOW, None, ["client", "client"], False),
        (NOW, None, ["advisor"], False),
        (NOW, None, [], False),
    ],
)
def test_criteria_are_made_together_when_both_sat_and_nobody_changed_them_alone_since(
    changed_at: datetime, ended_at: datetime | None, sides: list[str], expected: bool
) -> None:
    assert made_together(changed_at=changed_at, ended_at=ended_at, sides=sides) is expected
