"""When a session is over by itself, and who is there."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

PRESENT_FOR: Final = timedelta(seconds=40)
"""How long a person who gives no sign is still shown: two missed signs and a little more."""
IDLE_FOR: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=12)
TOKEN_FOR: Final = timedelta(minutes=10)
"""How long an address of the stream opens the stream."""


def is_present(*, last_seen_at: datetime | None, now: datetime) -> bool:
    """CGV B.1.3: whoever gave a sign lately is looking; who left has no last sign."""
    return last_seen_at is not None and now - last_seen_at <= PRESENT_FOR


def is_over(*, started_at: datetime, last_event_at: datetime, now: datetime) -> bool:
    """CGV B.1.3: a session that nobody uses any more ends; the target stays as it is."""
    return now - last_event_at > IDLE_FOR or now - started_at > LONGEST


def made_together(
    *, changed_at: datetime, ended_at: datetime | None, sides: Collection[str]
) -> bool:
    """CGV B.1.3: criteria come from a session when client and advisor both sat in it, and nobody
    has changed them alone since.
    """
    if not {"client", "advisor"} <= set(sides):
        return False
    return ended_at is None or changed_at <= ended_at
