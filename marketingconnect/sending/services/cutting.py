"""Cut an audience into chunks, give them their hours, and let go of those that a test held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from marketingconnect import clock
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.rules import spread_after_pause
from marketingconnect.sending.states import ChunkState
from marketingconnect.sending.variants import group_sql

CHUNK: Final = 500
_SMALLEST: Final = 20
_STEP_MINUTES: Final = 5
"""An audience that is spread leaves by handfuls of about this many minutes."""


def cut_into_chunks(campaign: Campaign, size: int) -> None:
    """One chunk for every 500 positions, fewer when they are spread over hours."""
    if campaign.test_percent:
        _cut_for_a_test(campaign)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sending_chunk"
            " (campaign_id, first_position, last_position, attempt, state, variant)"
            " SELECT %(campaign)s, first, least(first + %(chunk)s - 1, %(size)s), 1, 'open', 'a'"
            " FROM generate_series(1, %(size)s, %(chunk)s) AS first ORDER BY first",
            {"campaign": campaign.pk, "size": size, "chunk": _chunk_size(campaign, size)},
        )


def _chunk_size(campaign: Campaign, size: int) -> int:
    if not campaign.spread_minutes:
        return CHUNK
    handfuls = max(1, campaign.spread_minutes // _STEP_MINUTES)
    return max(_SMALLEST, min(CHUNK, -(-size // handfuls)))


def _cut_for_a_test(campaign: Campaign) -> None:
    """Positions drawn for A, for B, and the rest, which waits without a content."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sending_chunk"  # noqa: S608  our own expression
            " (campaign_id, first_position, last_position, positions, attempt, state, variant)"
            " SELECT %(campaign)s, min(position), max(position), jsonb_agg(position), 1, 'open',"
            " grouped FROM ("
            "  SELECT position, grouped,"
            "   (row_number() OVER (PARTITION BY grouped ORDER BY position) - 1) / %(chunk)s AS n"
            f"  FROM (SELECT position, {group_sql('position')} AS grouped"
            "   FROM sending_recipient WHERE campaign_id = %(campaign)s) drawn) numbered"
            " GROUP BY grouped, n ORDER BY grouped DESC, n",
            {"campaign": campaign.pk, "percent": campaign.test_percent, "chunk": CHUNK},
        )


def spread_over_hours(campaign: Campaign, *, now: datetime) -> None:
    """CGV B.1.4: from now on, the open chunks one after the other over the minutes chosen.

    What would leave at night, after a late beginning, leaves in the morning.
    """
    if not campaign.spread_minutes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sending_chunk c SET not_before = %(now)s"
            " + make_interval(mins => %(minutes)s) * (ranked.n::float8 / ranked.total)"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n,"
            "   count(*) OVER () AS total FROM sending_chunk"
            "   WHERE campaign_id = %(campaign)s AND state = 'open' AND variant <> '') ranked"
            " WHERE c.id = ranked.id",
            {
                "now": now,
                "minutes": campaign.spread_minutes,
                "campaign": campaign.pk,
            },
        )
    move_spread(campaign, paused_at=now, resumed_at=now)


def move_spread(
    campaign: Campaign, *, paused_at: datetime, resumed_at: datetime
) -> datetime | None:
    """CGV B.1.4: give the rest of a spread its hours after a pause; when its last part leaves.

    Whoever is tried again keeps the hour of that try. None when nothing is spread any more.
    """
    if not campaign.spread_minutes:
        return None
    waiting = campaign.chunks.filter(
        state=ChunkState.OPEN, attempt=1, not_before__isnull=False
    ).order_by("not_before", "pk")
    rows = list(waiting.values_list("pk", "not_before"))
    dues = [due for _, due in rows if due is not None]
    hours = list(
        spread_after_pause(dues, paused_at=paused_at, resumed_at=resumed_at, zone=clock.PARIS)
    )
    if hours != dues:
        _write_hours([pk for pk, _ in rows], hours)
    return hours[-1] if hours else None


def _write_hours(chunk_ids: Sequence[int], hours: Sequence[datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sending_chunk c SET not_before = moved.at"
            " FROM unnest(%(ids)s::bigint[], %(hours)s::timestamptz[]) AS moved (id, at)"
            " WHERE c.id = moved.id AND c.state = 'open'",
            {"ids": list(chunk_ids), "hours": list(hours)},
        )
