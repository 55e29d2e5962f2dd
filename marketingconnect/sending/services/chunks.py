"""Claim chunks, give them back, take over those of a sender that died."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.models import Campaign, Chunk
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import CampaignState, ChunkState, Outcome
from marketingconnect.sending.variants import Variant

LEASE_SECONDS: Final = 60
LEASE_GRACE_SECONDS: Final = 60
"""Waited after a lease ran out before a chunk whose spool is out of reach is given up."""


@dataclass(frozen=True, slots=True)
class ClaimedChunk:
    """A chunk held by one sender, `attempt` counting from 1."""

    id: int
    campaign_id: int
    first_position: int
    last_position: int
    positions: tuple[int, ...] | None
    attempt: int
    owner: UUID
    lease_over: bool = False
    variant: str = Variant.A

    def all_positions(self) -> Sequence[int]:
        if self.positions is not None:
            return self.positions
        return range(self.first_position, self.last_position + 1)


@dataclass(frozen=True, slots=True)
class Deferred:
    """Recipients to try again at `not_before`, as attempt number `attempt`."""

    positions: Sequence[int]
    attempt: int
    not_before: datetime | None


_FIELDS: Final = (
    "c.id, c.campaign_id, c.first_position, c.last_position, c.positions, c.attempt, c.variant"
)


@transaction.atomic
def claim_chunk(campaign_id: int, *, owner: UUID, now: datetime) -> ClaimedChunk | None:
    """Claim the first open chunk of a running campaign; None when there is none for now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sending_chunk c SET state = 'claimed', owner = %(owner)s,"  # noqa: S608
            " lease_until = now() + make_interval(secs => %(lease)s)"
            " FROM (SELECT o.id FROM sending_chunk o"
            "   JOIN sending_campaign k ON k.id = o.campaign_id"
            "   WHERE o.campaign_id = %(campaign)s AND o.state = 'open' AND k.state = 'running'"
            "   AND o.variant <> ''"
            "   AND (o.not_before IS NULL OR o.not_before <= %(now)s)"
            "   ORDER BY o.id LIMIT 1 FOR UPDATE OF o SKIP LOCKED) AS next"
            f" WHERE c.id = next.id RETURNING {_FIELDS}",
            {"owner": owner, "lease": LEASE_SECONDS, "campaign": campaign_id, "now": now},
        )
        row = cursor.fetchone()
    return None if row is None else _chunk(row, owner)


def recipients_left(chunk: ClaimedChunk) -> list[tuple[int, str, dict[str, str]]]:
    """(position, address, fields) of the chunk's recipients that have no outcome yet.

    Two reads and not one join: while a campaign leaves, the planner takes its outcomes for an
    empty table, and joins each recipient to all those already written to.
    """
    within = {
        "campaign": chunk.campaign_id,
        "first": chunk.first_position,
        "last": chunk.last_position,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position FROM sending_outcome"
            " WHERE campaign_id = %(campaign)s AND position BETWEEN %(first)s AND %(last)s",
            within,
        )
        settled = {position for (position,) in cursor.fetchall()}
        cursor.execute(
            "SELECT position, email, fields FROM sending_recipient"
            " WHERE campaign_id = %(campaign)s AND position BETWEEN %(first)s AND %(last)s"
            " AND (%(all)s OR position = ANY(%(positions)s)) ORDER BY position",
            within | {"all": chunk.positions is None, "positions": list(chunk.positions or ())},
        )
        rows = [row for row in cursor.fetchall() if row[0] not in settled]
    # Read as one text: a reading each would cost more than all the rest of this.
    every = json.loads(f"[{','.join([fields for _, _, fields in rows])}]")
    return [(row[0], row[1], fields) for row, fields in zip(rows, every, strict=True)]


def renew_leases(owner: UUID) -> set[int]:
    """Keep this sender's chunks for another lease; returns their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sending_chunk SET lease_until = now() + make_interval(secs => %s)"
            " WHERE owner = %s AND state = 'claimed' RETURNING id",
            [LEASE_SECONDS, owner],
        )
        return {row[0] for row in cursor.fetchall()}


def chunks_of_others(owner: UUID) -> list[ClaimedChunk]:
    """Chunks claimed by other senders, dead or alive."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FIELDS}, c.owner,"  # noqa: S608
            " c.lease_until + make_interval(secs => %s) < now()"
            " FROM sending_chunk c WHERE c.state = 'claimed' AND c.owner <> %s ORDER BY c.id",
            [LEASE_GRACE_SECONDS, owner],
        )
        return [_chunk(row[:7], row[7], lease_over=row[8]) for row in cursor.fetchall()]


@transaction.atomic
def close_chunk(
    chunk: ClaimedChunk,
    *,
    results: Sequence[Result] = (),
    left: Iterable[Deferred] = (),
    fresh: bool = False,
) -> bool:
    """Record what became of the chunk and open new ones for what is left of it, all at once.

    Only its owner closes a chunk, once: False, with nothing written, when it was closed before.
    """
    closed = _live(chunk).update(state=ChunkState.DONE, owner=None, lease_until=None)
    if not closed:
        return False
    record_outcomes(chunk.campaign_id, results, fresh=fresh)
    for rest in left:
        if rest.positions:
            _open_chunk(chunk, rest)
    return True


@transaction.atomic
def give_up_chunk(chunk: ClaimedChunk, *, reason: str, now: datetime) -> int:
    """Nobody can know what the owner sent: each recipient without an outcome becomes doubtful."""
    doubtful = [
        Result(position, Outcome.UNCERTAIN, "", None, reason, now)
        for position, _, _ in recipients_left(chunk)
    ]
    return len(doubtful) if close_chunk(chunk, results=doubtful) else 0


@transaction.atomic
def close_stopped(*, now: datetime) -> None:
    """Count as not sent the recipients that a stopped campaign left, once nothing is in flight."""
    stopped = Campaign.objects.filter(state=CampaignState.STOPPED, finished_at__isnull=True)
    for campaign in stopped.select_for_update(skip_locked=True):
        # This waits for a claim that began before the stop; only then is it sure what is claimed.
        campaign.chunks.filter(state=ChunkState.OPEN).update(state=ChunkState.DONE)
        if campaign.chunks.filter(state=ChunkState.CLAIMED).exists():
            continue
        for first in range(1, (campaign.audience_size or 0) + 1, 10_000):
            every = ClaimedChunk(0, campaign.pk, first, first + 9_999, None, 1, UUID(int=0))
            unsent = [
                Result(position, Outcome.NOT_SENT, NotSentReason.STOPPED, None, "", now)
                for position, _, _ in recipients_left(every)
            ]
            record_outcomes(campaign.pk, unsent, fresh=True)
        Campaign.objects.filter(pk=campaign.pk).update(finished_at=now)


def _live(chunk: ClaimedChunk) -> QuerySet[Chunk]:
    return Chunk.objects.filter(pk=chunk.id, owner=chunk.owner, state=ChunkState.CLAIMED)


def _open_chunk(closed: ClaimedChunk, rest: Deferred) -> None:
    Chunk.objects.create(
        campaign_id=closed.campaign_id,
        variant=closed.variant,
        first_position=min(rest.positions),
        last_position=max(rest.positions),
        positions=sorted(rest.positions),
        attempt=rest.attempt,
        not_before=rest.not_before,
    )


def _chunk(row: Sequence[Any], owner: UUID, *, lease_over: bool = False) -> ClaimedChunk:
    positions = row[4] if row[4] is None else tuple(json.loads(row[4]))
    return ClaimedChunk(
        row[0], row[1], row[2], row[3], positions, row[5], owner, lease_over, row[6]
    )
