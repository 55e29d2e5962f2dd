"""The oppositions written since last time, for those who already asked and go on writing.

A reading costs one look at the end of an index, whatever the number of oppositions. Whoever reads
every fifth of a second knows of a stop that soon after its commit.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from marketingconnect.suppression.transactions import NOTHING_SEEN, SNAPSHOT, UNSEEN, Seen

MOST_AT_ONCE: Final = 5_000
"""Past so many new ones, whoever holds addresses asks for all of them again."""
_OF = f"SELECT digest FROM suppression_suppression WHERE channel = %s AND {UNSEEN} AND scope"  # noqa: S608
_NEW: Final = f"({_OF} = 'client' LIMIT %s) UNION ALL ({_OF} <> 'client' LIMIT %s)"


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
            unseen: list[Any] = [self._channel, since.end, list(since.still_open), MOST_AT_ONCE + 1]
            if since == NOTHING_SEEN or now.end < since.end:
                # The first reading, or another database than before: nothing held is sure.
                self._seen = now
                return NewStops(frozenset(), too_many=True)
            cursor.execute(_NEW, [*unseen, *unseen])
            found = frozenset(bytes(digest) for (digest,) in cursor.fetchall())
        self._seen = now
        return NewStops(found, too_many=len(found) > MOST_AT_ONCE)
