"""Reads of campaigns: figures from the rollup, lists by position, doubts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    QuerySet,
    Sum,
    Value,
)

from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.looked_up import bounce_at, outcome_at, recipient_at
from marketingconnect.sending.models import Campaign, Chunk, OutcomeCount, ReturnEvent
from marketingconnect.sending.settled import BOUNCES, OVERTURNED, overturned_counts
from marketingconnect.sending.states import ABOUTIS, CampaignState, ChunkState, Outcome, ReturnKind

PAGE: Final = 50
_ADDRESS: Final = re.compile(r"[^\]\s<>()\[\",;:]+@[^\]\s<>()\[\",;:]+")


@dataclass(frozen=True)
class Figures:
    """CGV B.1.6. `sold` = `sent` + `uncertain` + `pending` + what was not sent.

    `sent` (*envoyés*) were handed over; `delivered` (*aboutis*) were accepted, by our relay
    (`relayed`) or by the recipient's own server, and no bounce came before the window ended.
    """

    sold: int
    sent: int = 0
    delivered: int = 0
    relayed: int = 0
    undelivered_by_cause: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    uncertain: int = 0
    not_sent_by_reason: dict[str, int] = field(default_factory=dict)

    @property
    def undelivered(self) -> int:
        return sum(self.undelivered_by_cause.values())

    @property
    def not_sent(self) -> int:
        return sum(self.not_sent_by_reason.values())

    @property
    def done(self) -> int:
        """Addresses about which there is nothing left to wait for."""
        return self.sold - self.pending


def figures(campaign_id: int) -> Figures:
    """The figures of one campaign, in two short queries whatever its size."""
    campaign = Campaign.objects.get(pk=campaign_id)
    by = _by_outcome(campaign_id)
    for one in overturned_counts([campaign_id]):
        by[one.outcome][""] -= one.n
        by[Outcome.UNDELIVERED][one.cause] += one.n
    if campaign.audience_frozen_at is None and campaign.finished_at is not None:
        # Stopped before anybody was written down: no row tells of those whom it was sold for.
        by[Outcome.NOT_SENT][NotSentReason.STOPPED] = campaign.sold_quantity
    delivered = sum(by[outcome].total() for outcome in ABOUTIS)
    undelivered, uncertain = by[Outcome.UNDELIVERED], by[Outcome.UNCERTAIN].total()
    done = delivered + undelivered.total() + uncertain + by[Outcome.NOT_SENT].total()
    return Figures(
        sold=campaign.sold_quantity,
        sent=delivered + undelivered.total(),
        delivered=delivered,
        relayed=by[Outcome.RELAYED].total(),
        undelivered_by_cause=dict(undelivered),
        pending=max(0, campaign.sold_quantity - done),
        uncertain=uncertain,
        not_sent_by_reason=dict(by[Outcome.NOT_SENT]),
    )


def _by_outcome(campaign_id: int) -> dict[str, Counter[str]]:
    """Outcome -> cause -> number, from the rollup."""
    counts = (
        OutcomeCount.objects.filter(campaign_id=campaign_id)
        .values_list("outcome", "cause")
        .annotate(total=Sum("n"))
    )
    by: dict[str, Counter[str]] = {outcome.value: Counter() for outcome in Outcome}
    for outcome, cause, total in counts:
        by[outcome][cause] = total
    return by


def complaints_about(campaign_id: int) -> int:
    """Recipients who reported the message as unwanted, each once, whenever it was told."""
    return _recipients_told(campaign_id, ReturnKind.COMPLAINT)


def unsubscribed_by(campaign_id: int) -> int:
    """Recipients who left by the link of this message, each once."""
    return _recipients_told(campaign_id, ReturnKind.UNSUBSCRIBE)


def _recipients_told(campaign_id: int, kind: ReturnKind) -> int:
    told = ReturnEvent.objects.filter(campaign_id=campaign_id, kind=kind)
    return told.values("position").distinct().count()


def campaigns_to_prepare() -> list[int]:
    """Campaigns whose audience is not frozen yet."""
    return list(Campaign.objects.filter(state=CampaignState.PREPARING).values_list("pk", flat=True))


def campaigns_to_freeze(*, now: datetime) -> list[int]:
    """Campaigns over, whose late refusals no longer count."""
    window = ExpressionWrapper(
        F("settling_hours") * Value(timedelta(hours=1)), output_field=DurationField()
    )
    settled = ExpressionWrapper(F("finished_at") + window, output_field=DateTimeField())
    return list(
        Campaign.objects.filter(state__in=[CampaignState.SENT_OUT, CampaignState.STOPPED])
        .annotate(settled=settled)
        .filter(settled__lte=now)
        .values_list("pk", flat=True)
    )


def running_campaigns() -> list[int]:
    """Campaigns that a sender may take chunks of now."""
    return list(
        Campaign.objects.filter(state=CampaignState.RUNNING)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def out_of_sight(*, before: datetime) -> list[int]:
    """Running campaigns of which nothing is known since, although something was due by then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.id FROM sending_campaign k WHERE k.state = 'running'"
            " AND greatest(k.started_at, k.resumed_at, (SELECT max(c.minute)"
            "   FROM sending_outcomecount c WHERE c.campaign_id = k.id)) < %(before)s"
            " AND EXISTS (SELECT FROM sending_chunk h WHERE h.campaign_id = k.id"
            "   AND h.state <> 'done' AND coalesce(h.not_before, '-infinity') < %(before)s)"
            " ORDER BY k.id",
            {"before": before},
        )
        return [campaign_id for (campaign_id,) in cursor.fetchall()]


def has_live_chunks(campaign_id: int) -> bool:
    """Whether a chunk is still open or claimed."""
    return Chunk.objects.filter(campaign_id=campaign_id).exclude(state=ChunkState.DONE).exists()


def campaigns_in_progress() -> QuerySet[Campaign]:
    """What the back office watches: everything not frozen, the next to leave first."""
    return (
        Campaign.objects.exclude(state=CampaignState.FROZEN)
        .select_related("company")
        .order_by("scheduled_for", "pk")
    )


def without_address(words: str, email: str) -> str:
    """A server's words less the address, in any case, and any other that it names.

    Forwarded mail is refused under an address that nobody rented.
    """
    told = re.sub(re.escape(email), "…", words, flags=re.I) if email else words
    return without_any_address(told)


def without_any_address(words: str) -> str:
    """As the database takes them out of what it keeps: see `sending_without_addresses`."""
    return _ADDRESS.sub("…", words)


@dataclass(frozen=True)
class ListedRecipient:
    """One recipient in the list that a figure opens."""

    position: int
    email: str
    outcome: str
    cause: str
    smtp_code: int | None
    reply: str
    at: datetime | None

    def hidden(self) -> "ListedRecipient":
        """Without the address, which the server's words may repeat (CGV B.3)."""
        return replace(self, email="", reply=without_address(self.reply, self.email))


_STANDING: Final = (
    "SELECT o.position, r.email, o.outcome, o.cause, o.smtp_code, o.reply, o.at"  # noqa: S608
    " FROM (SELECT * FROM sending_outcome o"
    "  WHERE campaign_id = %(campaign)s AND position > %(after)s"
    "  AND outcome = ANY(%(outcomes)s) AND (%(cause)s = '' OR cause = %(cause)s)"
    "  AND NOT (outcome = ANY(%(overturned)s)"
    f"   AND EXISTS (SELECT FROM {bounce_at('o.position')} b))"
    "  ORDER BY position LIMIT %(limit)s) o"
    f" CROSS JOIN LATERAL {recipient_at('o.position')} r ORDER BY o.position"
)
_BOUNCED: Final = (
    "SELECT o.position, r.email, 'undelivered', b.cause,"  # noqa: S608
    " o.smtp_code, b.words, b.received_at"
    f" FROM ({BOUNCES}) b CROSS JOIN LATERAL {outcome_at('b.position')} o"
    f" CROSS JOIN LATERAL {recipient_at('b.position')} r"
    " WHERE o.outcome = ANY(%(overturned)s) AND (%(cause)s = '' OR b.cause = %(cause)s)"
    " ORDER BY b.position LIMIT %(limit)s"
)
_PENDING: Final = (
    "SELECT p.position, r.email, '', '', NULL, '', NULL"  # noqa: S608
    " FROM (SELECT p.position FROM sending_chunk c CROSS JOIN LATERAL ("
    "   SELECT position FROM ("
    "    SELECT generate_series(greatest(c.first_position, %(after)s + 1), c.last_position)"
    "     AS position WHERE c.positions IS NULL"
    "    UNION ALL SELECT listed::int FROM jsonb_array_elements_text(c.positions) listed) every"
    "   WHERE position > %(after)s"
    f"   AND NOT EXISTS (SELECT FROM {outcome_at('every.position')} o)"
    "   ORDER BY position LIMIT %(limit)s) p"
    "  WHERE c.campaign_id = %(campaign)s AND c.state <> 'done' AND c.last_position > %(after)s"
    "  ORDER BY p.position LIMIT %(limit)s) p"
    f" CROSS JOIN LATERAL {recipient_at('p.position')} r ORDER BY p.position"
)
_EVERYBODY: Final = (
    "SELECT r.position, r.email,"  # noqa: S608
    " coalesce(CASE WHEN b.position IS NULL THEN o.outcome ELSE 'undelivered' END, ''),"
    " coalesce(b.cause, o.cause, ''), o.smtp_code, coalesce(b.words, o.reply, ''),"
    " coalesce(b.received_at, o.at) FROM sending_recipient r"
    f" LEFT JOIN LATERAL {outcome_at('r.position')} o ON true"
    f" LEFT JOIN LATERAL {bounce_at('r.position')} b ON o.outcome = ANY(%(overturned)s)"
    # Positions have no gap: two bounds say what a LIMIT would, and leave the key to be used.
    " WHERE r.campaign_id = %(campaign)s AND r.position > %(after)s"
    " AND r.position <= %(after)s + %(limit)s ORDER BY r.position"
)


def recipients_with(
    campaign_id: int,
    *,
    outcomes: Sequence[str],
    cause: str = "",
    after: int = 0,
    limit: int = PAGE,
) -> list[ListedRecipient]:
    """Recipients that stand so (and for this `cause`, unless empty) after a position, in order.

    One that a late bounce overturned is undelivered, with the words of the bounce.
    """
    asked = {
        "campaign": campaign_id,
        "campaigns": [campaign_id],
        "after": after,
        "outcomes": list(outcomes),
        "overturned": list(OVERTURNED),
        "cause": cause,
        "limit": limit,
    }
    found = _listed(_STANDING, asked)
    if Outcome.UNDELIVERED in outcomes:
        found += _listed(_BOUNCED, asked)
    return sorted(found, key=lambda one: one.position)[:limit]


def pending_recipients(
    campaign_id: int, *, after: int = 0, limit: int = PAGE
) -> list[ListedRecipient]:
    """Recipients without an outcome after a position; only live chunks are looked at."""
    return _listed(_PENDING, {"campaign": campaign_id, "after": after, "limit": limit})


def all_recipients(campaign_id: int, *, after: int = 0, limit: int = PAGE) -> list[ListedRecipient]:
    """Everybody, with an outcome or not, after a position; late bounces overturn outcomes."""
    return _listed(
        _EVERYBODY,
        {
            "campaign": campaign_id,
            "overturned": list(OVERTURNED),
            "after": after,
            "limit": limit,
        },
    )


def _listed(sql: str, parameters: dict[str, Any]) -> list[ListedRecipient]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [ListedRecipient(*row) for row in cursor.fetchall()]


def sent_by_minute(campaign_id: int) -> list[tuple[datetime, dict[str, int]]]:
    """(minute, outcome -> number) in order, from the rollup."""
    minutes: dict[datetime, dict[str, int]] = {}
    counts = (
        OutcomeCount.objects.filter(campaign_id=campaign_id)
        .values_list("minute", "outcome")
        .annotate(total=Sum("n"))
        .order_by("minute")
    )
    for minute, outcome, total in counts:
        minutes.setdefault(minute, {})[outcome] = total
    return list(minutes.items())
