"""One small query: what was written since the last look, in oppositions and in flags."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from marketingconnect.suppression.transactions import NOTHING_SEEN, SNAPSHOT, UNSEEN, Seen

_UNSEEN: Final = UNSEEN.format(column="written_in")
_QUERY: Final = (
    f"SELECT {SNAPSHOT},"  # noqa: S608
    f" EXISTS (SELECT FROM suppression_suppression WHERE scope <> 'client' AND {_UNSEEN}),"
    f" EXISTS (SELECT FROM base_recordflag WHERE {_UNSEEN}),"
    " (SELECT concat(count(*), ':', max(id)) FROM terms_legalfact)"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What is new since `since`; `seen` is where the next look starts."""

    since: Seen
    seen: Seen
    oppositions: bool
    flags: bool
    law: str
    """Differs when a fact was added to the law."""


def look(since: Seen) -> Look:
    """Whether anything was written that `since` had not seen."""
    unseen: list[Any] = [since.end, list(since.still_open)]
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [*unseen, *unseen])
        snapshot, oppositions, flags, law = cursor.fetchone()
    first = since == NOTHING_SEEN
    return Look(since, Seen.of_snapshot(snapshot), first or oppositions, first or flags, law)
