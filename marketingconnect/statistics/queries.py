"""What a campaign's figures look like side by side and over time, from the rollups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Sum

from marketingconnect.sending.models import OutcomeCount
from marketingconnect.sending.queries import sent_by_minute
from marketingconnect.sending.settled import overturned_counts
from marketingconnect.sending.states import ABOUTIS, Outcome
from marketingconnect.statistics.hours import (
    HOUR,
    bar_label,
    on_several_days,
    start_of_bar,
    told_twice,
)

_MOST_BARS: Final = 24
_STEPS: Final = (1, 5, 10, 30, 60, 180, 720, 1440)


@dataclass(frozen=True)
class Totals:
    """Outcomes of one campaign, without their causes."""

    delivered: int = 0
    undelivered: int = 0
    uncertain: int = 0
    not_sent: int = 0

    @property
    def sent(self) -> int:
        return self.delivered + self.undelivered


@dataclass(frozen=True)
class Activity:
    """Bars of a chart: a label a bar, and the same number of values in each list."""

    labels: list[str]
    delivered: list[int]
    undelivered: list[int]
    minutes_a_bar: int
    hour_twice: bool = False
    """The clocks showed an hour twice in between, and it has two bars."""


def totals_of(campaign_ids: Iterable[int]) -> dict[int, Totals]:
    """Totals of several campaigns in two queries; a campaign without outcomes is left out."""
    found: dict[int, dict[str, int]] = {}
    counts = (
        OutcomeCount.objects.filter(campaign_id__in=list(campaign_ids))
        .values_list("campaign_id", "outcome")
        .annotate(total=Sum("n"))
    )
    for campaign_id, outcome, total in counts:
        found.setdefault(campaign_id, dict.fromkeys(Outcome, 0))[outcome] = total
    for one in overturned_counts(list(found)):
        found[one.campaign_id][one.outcome] -= one.n
        found[one.campaign_id][Outcome.UNDELIVERED] += one.n
    return {
        campaign_id: Totals(
            delivered=sum(by.get(outcome, 0) for outcome in ABOUTIS),
            undelivered=by.get(Outcome.UNDELIVERED, 0),
            uncertain=by.get(Outcome.UNCERTAIN, 0),
            not_sent=by.get(Outcome.NOT_SENT, 0),
        )
        for campaign_id, by in found.items()
    }


def activity_of(campaign_id: int) -> Activity:
    """Delivered and undelivered over time, in at most a screenful of bars."""
    minutes = sent_by_minute(campaign_id)
    step = _step_for([minute for minute, _ in minutes])
    bars: dict[datetime, list[int]] = {}
    for minute, outcomes in minutes:
        bar = bars.setdefault(start_of_bar(minute, step), [0, 0])
        bar[0] += sum(outcomes.get(outcome, 0) for outcome in ABOUTIS)
        bar[1] += outcomes.get(Outcome.UNDELIVERED, 0)
    kept = [(start, bar) for start, bar in bars.items() if any(bar)]
    dated = on_several_days(start for start, _ in kept)
    return Activity(
        labels=[bar_label(start, step, dated=dated) for start, _ in kept],
        delivered=[bar[0] for _, bar in kept],
        undelivered=[bar[1] for _, bar in kept],
        minutes_a_bar=step,
        hour_twice=step <= HOUR and any(told_twice(start) for start, _ in kept),
    )


def _step_for(minutes: Sequence[datetime]) -> int:
    if not minutes:
        return 1
    span = (minutes[-1] - minutes[0]) / timedelta(minutes=1)
    return next((step for step in _STEPS if span / step < _MOST_BARS), _STEPS[-1])
