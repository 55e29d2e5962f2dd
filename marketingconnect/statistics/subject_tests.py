"""Two contents of a campaign side by side, and which one the rest of the audience gets."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from django.db import connection

from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import decide_test
from marketingconnect.sending.states import ABOUTIS, CampaignState
from marketingconnect.sending.variants import Variant, group_sql
from marketingconnect.statistics.states import Verdict, VisitKind

_TRIED: Final = f"""
SELECT grouped, count(*), count(*) FILTER (WHERE outcome = ANY(%(aboutis)s)), count(clicker)
FROM (
  SELECT o.outcome, {group_sql("o.position")} AS grouped, (
    SELECT min(v.position) FROM statistics_visit v
    WHERE v.campaign_id = %(campaign)s AND v.position = o.position
      AND v.kind = %(click)s AND v.verdict = %(person)s
  ) AS clicker
  FROM sending_outcome o WHERE o.campaign_id = %(campaign)s AND o.outcome <> 'not_sent'
) tried WHERE grouped <> '' GROUP BY grouped
"""  # noqa: S608  our own expression


@dataclass(frozen=True)
class Tried:
    """What one content gave: messages sent, *aboutis*, people who clicked."""

    sent: int = 0
    delivered: int = 0
    clickers: int = 0

    @property
    def rate(self) -> Fraction:
        """Clickers among those reached."""
        return Fraction(self.clickers, self.delivered) if self.delivered else Fraction(0)


def better(a: Tried, b: Tried) -> Variant:
    """CGV B.1.1: the content of which more people clicked; the first one when they are equal."""
    return Variant.B if b.rate > a.rate else Variant.A


def tried(campaign: Campaign) -> dict[str, Tried]:
    """Variant -> its figures: as they stood when it was decided, else as they stand."""
    if campaign.winner:
        return {name: Tried(**kept) for name, kept in campaign.test_figures.items()}
    asked: dict[str, Any] = {
        "campaign": campaign.pk,
        "percent": campaign.test_percent,
        "aboutis": list(ABOUTIS),
        "click": VisitKind.CLICK.value,
        "person": Verdict.PERSON.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRIED, asked)
        found = {row[0]: Tried(*row[1:]) for row in cursor.fetchall()}
    return {Variant.A.value: Tried(), Variant.B.value: Tried(), **found}


def decide_due_tests(*, now: datetime) -> int:
    """Decide every test that has lasted as long as it was meant to; returns how many."""
    due = Campaign.objects.filter(state=CampaignState.RUNNING, test_percent__gt=0, winner="")
    decided = 0
    for campaign in due:
        if now >= decides_at(campaign):
            figures = tried(campaign)
            kept: dict[str, Any] = {name: asdict(one) for name, one in figures.items()}
            winner = better(figures[Variant.A], figures[Variant.B])
            decided += decide_test(campaign.pk, winner, figures=kept, now=now)
    return decided


def decides_at(campaign: Campaign) -> datetime:
    """When the rest leaves."""
    began = campaign.started_at or campaign.scheduled_for
    return began + timedelta(hours=campaign.test_hours)
