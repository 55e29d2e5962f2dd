"""What goes on after the figures bind: as it stood at the seal, and as it stands today.

A statement holds what became of each address, which changes no more. Clicks, openings, people who
leave and complaints are counted beside it, and go on.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from marketingconnect.sending.models import Campaign, ReturnEvent
from marketingconnect.sending.queries import complaints_about, unsubscribed_by
from marketingconnect.sending.states import CampaignState, ReturnKind
from marketingconnect.statistics.models import CountsAtSeal, Visit
from marketingconnect.statistics.states import Verdict, VisitKind
from marketingconnect.statistics.visits.queries import Visits

AT_ONCE: Final = 20
_BEFORE: Final = """
SELECT kind, verdict, count(*), count(DISTINCT position) FILTER (WHERE position > 0)
FROM statistics_visit WHERE campaign_id = %s AND verdict <> '' AND at < %s GROUP BY kind, verdict
"""


@dataclass(frozen=True)
class Afterwards:
    """Figures that no statement holds: people, then what they did; machines apart."""

    clickers: int = 0
    clicks: int = 0
    machine_visits: int = 0
    openers: int = 0
    opens: int = 0
    unsubscribed: int = 0
    complaints: int = 0


def at_seal(campaign_id: int) -> Afterwards | None:
    """As they stood when the figures bound; None until then, and for a minute after."""
    kept = CountsAtSeal.objects.filter(pk=campaign_id).first()
    if kept is None:
        return None
    return Afterwards(**{name: getattr(kept, name) for name in asdict(Afterwards())})


def as_of_today(campaign_id: int, visits: Visits) -> Afterwards:
    """As they stand, from what is counted already."""
    return Afterwards(
        clickers=visits.clicks.people,
        clicks=visits.clicks.visits,
        machine_visits=visits.clicks.machine_visits,
        openers=visits.opens.people,
        opens=visits.opens.visits,
        unsubscribed=unsubscribed_by(campaign_id),
        complaints=complaints_about(campaign_id),
    )


def count_at_seals() -> int:
    """CGV B.1.6: keep them for the campaigns whose figures have bound; returns how many.

    A campaign waits while visits of before its seal are not judged.
    """
    waiting = Campaign.objects.filter(state=CampaignState.FROZEN).exclude(
        pk__in=CountsAtSeal.objects.values("pk")
    )
    return sum(_count(one) for one in waiting.order_by("pk")[:AT_ONCE])


def _count(campaign: Campaign) -> bool:
    sealed_at = campaign.figures_frozen_at
    assert sealed_at is not None  # noqa: S101  what is frozen has its hour
    if Visit.objects.filter(campaign_id=campaign.pk, verdict="", at__lt=sealed_at).exists():
        return False
    counted = Afterwards(
        **_visits_before(campaign.pk, sealed_at),
        unsubscribed=_told_before(campaign.pk, ReturnKind.UNSUBSCRIBE, sealed_at),
        complaints=_told_before(campaign.pk, ReturnKind.COMPLAINT, sealed_at),
    )
    _, made = CountsAtSeal.objects.get_or_create(campaign=campaign, defaults=asdict(counted))
    return made


def _visits_before(campaign_id: int, sealed_at: datetime) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [campaign_id, sealed_at])
        found = {row[:2]: row[2:] for row in cursor.fetchall()}
    clicks, clickers = found.get((VisitKind.CLICK, Verdict.PERSON), (0, 0))
    opens, openers = found.get((VisitKind.OPEN, Verdict.PERSON), (0, 0))
    machines, _ = found.get((VisitKind.CLICK, Verdict.MACHINE), (0, 0))
    return {
        "clicks": clicks,
        "clickers": clickers,
        "machine_visits": machines,
        "opens": opens,
        "openers": openers,
    }


def _told_before(campaign_id: int, kind: ReturnKind, sealed_at: datetime) -> int:
    told = ReturnEvent.objects.filter(campaign_id=campaign_id, kind=kind, received_at__lt=sealed_at)
    return told.values("position").distinct().count()
