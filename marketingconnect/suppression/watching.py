"""The oppositions written since last time, for those who already asked and go on writing.

A reading costs one look at the end of an index, whatever the number of oppositions. Whoever reads
every fifth of a second knows of a stop that soon after its commit.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from marketingconnect.suppression.transactions import NOTHING_SEEN, SNAPSHOT, Seen

MOST_AT_ONCE: Final = 5_000
"""Past so many new ones, whoever holds addresses asks for all of them again."""
MOST_HELD: Final = 500_000
"""Past so many since a moment, whoever asked then asks the database instead of holding them."""
# Each branch looks at one end of one index, whatever the planner knows of the table.
_NEW: Final = " UNION ALL ".join(
    f"(SELECT digest FROM suppression_suppression WHERE channel = %(channel)s"  # noqa: S608
    f" AND scope {scope} 'client' AND written_in {written} LIMIT %(most)s)"
    for scope in ("=", "<>")
    for written in (">= %(end)s", "= ANY(%(open)s)")
)


@dataclass(frozen=True, slots=True)
class NewStops:
    """Digests of the addresses opposed since the last reading; `too_many` to be listed."""

    digests: frozenset[bytes]
    too_many: bool = False


class SuppressionWatch:
    """Reads again and again what was written; the first reading only marks where to start."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._seen = NOTHING_SEEN

    def read(self) -> NewStops:
        """What committed since the last reading, each opposition at least once."""
        with connection.cursor() as cursor:
            # The snapshot first: what commits between both questions is read twice, never missed.
            cursor.execute(f"SELECT {SNAPSHOT}")
            now, since = Seen.of_snapshot(cursor.fetchone()[0]), self._seen
            if since == NOTHING_SEEN or now.end < since.end:
                # The first reading, or another database than before: nothing held is sure.
                self._seen = now
                return NewStops(frozenset(), too_many=True)
        found = _written(self._channel, since, MOST_AT_ONCE + 1)
        self._seen = now
        return NewStops(frozenset(found), too_many=len(found) > MOST_AT_ONCE)


def snapshot() -> str:
    """What is committed now, to be kept by who asks now about many addresses."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SNAPSHOT}")
        return str(cursor.fetchone()[0])


def written_since(channel: str, kept: str) -> set[bytes] | None:
    """Every digest written since a `snapshot`; None when they are too many, or it says nothing."""
    since = Seen.of_snapshot(kept) if kept else NOTHING_SEEN
    if since == NOTHING_SEEN or Seen.of_snapshot(snapshot()).end < since.end:
        return None
    found = _written(channel, since, MOST_HELD + 1)
    return None if len(found) > MOST_HELD else found


def _written(channel: str, since: Seen, most: int) -> set[bytes]:
    known: dict[str, Any] = {
        "channel": channel,
        "end": since.end,
        "open": list(since.still_open),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEW, known)
        return {bytes(digest) for (digest,) in cursor.fetchall()}
