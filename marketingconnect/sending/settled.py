"""The last word on each recipient of a campaign: its outcome, and the bounce that came after it.

An outcome never changes. A bounce that comes before the window ends makes an address *non abouti*;
one that comes later is kept, shown, and counts no more (CGV B.1.6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from marketingconnect.sending.looked_up import bounce_at, outcome_at, recipient_at
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.rules import figures_freeze_at
from marketingconnect.sending.states import Outcome

OVERTURNED: Final = (Outcome.RELAYED, Outcome.ACCEPTED, Outcome.UNCERTAIN)
"""What a bounce overturns: a message refused at once has its cause already."""
BOUNCES: Final = (
    "SELECT DISTINCT ON (e.campaign_id, e.position)"
    " e.campaign_id, e.position, e.cause, e.words, e.received_at"
    " FROM sending_returnevent e JOIN sending_campaign c ON c.id = e.campaign_id"
    " WHERE e.campaign_id = ANY(%(campaigns)s) AND e.position > %(after)s AND e.kind = 'bounce'"
    " AND (c.finished_at IS NULL"
    "  OR e.received_at < c.finished_at + make_interval(hours => c.settling_hours))"
    " ORDER BY e.campaign_id, e.position, e.received_at, e.id"
)
"""The first bounce of each recipient that counts: received before the window ends."""


@dataclass(frozen=True)
class SettledRecipient:
    """One recipient; `state` is an Outcome as it binds, `returned` the mail that changed it."""

    position: int
    email: str
    state: str
    cause: str
    smtp_code: int | None
    reply: str
    at: datetime | None
    returned: str
    returned_words: str
    returned_at: datetime | None


def window_end(campaign: Campaign) -> datetime:
    """Bounces received before this instant count; none ends it while the campaign is sending."""
    if campaign.finished_at is None:
        return datetime.max.replace(tzinfo=UTC)
    return figures_freeze_at(
        finished_at=campaign.finished_at, settling_hours=campaign.settling_hours
    )


class Overturned(NamedTuple):
    """Recipients of a campaign whose `outcome` a bounce overturned, for this `cause`."""

    campaign_id: int
    outcome: str
    cause: str
    n: int


def overturned_counts(campaign_ids: Sequence[int]) -> list[Overturned]:
    """Each recipient once, whatever came back about it.

    Bounces are few beside outcomes: each looks its own up (OFFSET 0 keeps it so), where a planner
    left free reads a million outcomes for twenty thousand bounces.
    """
    rows = _rows(
        f"SELECT b.campaign_id, o.outcome, b.cause, count(*) FROM ({BOUNCES}) b"  # noqa: S608
        " CROSS JOIN LATERAL (SELECT outcome FROM sending_outcome"
        "  WHERE campaign_id = ANY(%(campaigns)s) AND campaign_id = b.campaign_id"
        "  AND position = b.position AND outcome = ANY(%(overturned)s) OFFSET 0) o"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        campaign_ids,
    )
    return [Overturned(*row) for row in rows]


def late_bounces(campaign: Campaign) -> int:
    """Recipients of whom a refusal came once the window had ended: kept, and counted no more."""
    rows = _rows(
        "SELECT count(*) FROM (SELECT DISTINCT e.position FROM sending_returnevent e"  # noqa: S608
        "  WHERE e.campaign_id = ANY(%(campaigns)s) AND e.kind = 'bounce'"
        "  AND e.received_at >= %(ended)s AND NOT EXISTS (SELECT FROM sending_returnevent x"
        "   WHERE x.campaign_id = e.campaign_id AND x.position = e.position"
        "   AND x.kind = 'bounce' AND x.received_at < %(ended)s OFFSET 0)) e"
        f" CROSS JOIN LATERAL {outcome_at('e.position')} o"
        " WHERE o.outcome = ANY(%(overturned)s)",
        [campaign.pk],
        campaign=campaign.pk,
        ended=window_end(campaign),
    )
    return int(rows[0][0])


def settled_recipients(campaign: Campaign, *, after: int, through: int) -> list[SettledRecipient]:
    """Those whose positions follow `after`, as far as `through`; only those with an outcome."""
    found = _rows(
        "SELECT o.position, r.email,"  # noqa: S608
        " CASE WHEN b.position IS NULL THEN o.outcome ELSE 'undelivered' END,"
        " coalesce(b.cause, o.cause), o.smtp_code, o.reply, o.at,"
        " CASE WHEN b.position IS NULL THEN '' ELSE 'bounce' END,"
        " coalesce(b.words, ''), b.received_at"
        " FROM sending_outcome o"
        f" CROSS JOIN LATERAL {recipient_at('o.position')} r"
        f" LEFT JOIN LATERAL {bounce_at('o.position')} b ON o.outcome = ANY(%(overturned)s)"
        " WHERE o.campaign_id = %(campaign)s"
        " AND o.position > %(after)s AND o.position <= %(through)s ORDER BY o.position",
        [campaign.pk],
        after=after,
        through=through,
        campaign=campaign.pk,
    )
    return [SettledRecipient(*row) for row in found]


def _rows(sql: str, campaign_ids: Sequence[int], *, after: int = 0, **parameters: Any) -> list[Any]:
    known: dict[str, Any] = {
        "campaigns": list(campaign_ids),
        "after": after,
        "overturned": [outcome.value for outcome in OVERTURNED],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, known | parameters)
        found: list[Any] = cursor.fetchall()
        return found
