"""Mailbox domains prepared for their table and their chart."""

from dataclasses import dataclass
from typing import Final

from marketingconnect.sending.models import Campaign
from marketingconnect.statistics.domain_counting import FEWEST_SHOWN
from marketingconnect.statistics.domains import DomainRow, domains_of
from marketingconnect.web.components import Series

_MOST_DRAWN: Final = 8
"""The largest; the table has them all, and those of a few people, whose shares say nothing."""


@dataclass(frozen=True)
class DomainsCard:
    """Every domain for the table, the largest for the chart, in percent."""

    rows: list[DomainRow]
    clicks_counted: bool
    title: str
    labels: list[str]
    series: list[Series]
    fewest: int = FEWEST_SHOWN


def domains_card(sending: Campaign) -> DomainsCard:
    """Without rows until a campaign is sent out and counted."""
    rows = domains_of(sending.pk)
    drawn = [row for row in rows if row.sent >= FEWEST_SHOWN][:_MOST_DRAWN]
    series = [
        Series(
            "Non aboutis (% des envoyés)", [float(row.undelivered_percent or 0) for row in drawn]
        )
    ]
    if sending.tracks_clicks:
        clicked = [float(row.clickers_percent or 0) for row in drawn]
        series.append(Series("Ont cliqué (% des aboutis)", clicked))
    return DomainsCard(
        rows=rows,
        clicks_counted=sending.tracks_clicks,
        title="Non aboutis et clics par domaine"
        if sending.tracks_clicks
        else "Non aboutis par domaine",
        labels=[row.name for row in drawn],
        series=series,
    )
