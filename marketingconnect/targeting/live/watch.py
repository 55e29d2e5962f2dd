"""One small query at each count: what was written since the last one, and which release is in use.

What rarely changes (rights, law) is only told to have changed; it is then read by its own chapter.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Population
from marketingconnect.suppression.transactions import NOTHING_SEEN, SNAPSHOT, Seen, any_unseen

_OPPOSITIONS: Final = any_unseen("suppression_suppression", "scope <> 'client'")
_QUERY: Final = (
    f"SELECT {SNAPSHOT},"  # noqa: S608
    f" {_OPPOSITIONS}, {any_unseen('base_recordflag')},"
    " (SELECT concat(count(*), ':', max(id)) FROM terms_legalfact),"
    " (SELECT md5(string_agg(concat_ws('|', r.id, r.population, r.channels, r.purposes,"
    " r.starts_on, r.ends_on, s.number, s.suspended_at), ',' ORDER BY r.id))"
    " FROM base_rightofuse r JOIN base_supplier s ON s.id = r.supplier_id),"
    " (SELECT id FROM base_release WHERE population = %s AND state = %s)"
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
    rights: str | None
    """Differs when a right or a suspension did."""
    published: int | None
    """Id of the release of the population in use."""


def look(since: Seen, population: Population) -> Look:
    """Whether anything was written that `since` had not seen."""
    unseen: list[Any] = [since.end, list(since.still_open)]
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [*unseen, *unseen, population.value, ReleaseState.PUBLISHED.value])
        snapshot, oppositions, flags, law, rights, published = cursor.fetchone()
    first = since == NOTHING_SEEN
    return Look(
        since,
        Seen.of_snapshot(snapshot),
        first or oppositions,
        first or flags,
        law,
        rights,
        published,
    )
