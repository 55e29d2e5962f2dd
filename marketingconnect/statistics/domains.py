"""What arrived and what did not, mailbox provider by mailbox provider.

Counted once when a campaign is sent out, and once more when its figures bind: one reading of a
million recipients, which no page could wait for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from django.db import connection, models, transaction

from marketingconnect.kernel.spreadsheets import csv_lines
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.settled import BOUNCES, OVERTURNED
from marketingconnect.sending.states import ABOUTIS, CampaignState, Outcome
from marketingconnect.statistics.models import DomainCount

FEWEST_SHOWN: Final = 10
"""A domain of fewer recipients could name one of them: it is counted with the others."""
MOST_SHOWN: Final = 12
OTHERS: Final = ""
_TITLES: Final = ("Domaine", "Envoyés", "Aboutis", "Non aboutis", "Aboutis (%)")
_COUNT: Final = f"""
INSERT INTO statistics_domaincount (campaign_id, domain, delivered, undelivered, is_final)
SELECT %(campaign)s, CASE WHEN place <= %(most)s AND total >= %(fewest)s THEN domain ELSE '' END,
  sum(delivered), sum(undelivered), %(final)s
FROM (
  SELECT domain, count(*) AS total, row_number() OVER (ORDER BY count(*) DESC, domain) AS place,
    count(*) FILTER (WHERE arrived) AS delivered, count(*) FILTER (WHERE NOT arrived) AS undelivered
  FROM (
    SELECT lower(split_part(r.email, '@', 2)) AS domain,
      o.outcome = ANY(%(aboutis)s) AND b.position IS NULL AS arrived
    FROM sending_outcome o
    JOIN sending_recipient r ON r.campaign_id = %(campaign)s AND r.position = o.position
    LEFT JOIN ({BOUNCES}) b ON b.position = o.position AND o.outcome = ANY(%(overturned)s)
    WHERE o.campaign_id = %(campaign)s
      AND (o.outcome = ANY(%(sent)s) OR b.position IS NOT NULL)
  ) each_one GROUP BY domain
) by_domain GROUP BY 2
"""  # noqa: S608  our own expression


@dataclass(frozen=True)
class DomainRow:
    """One domain; an empty `domain` stands for all the others together."""

    domain: str
    delivered: int
    undelivered: int

    @property
    def sent(self) -> int:
        return self.delivered + self.undelivered

    @property
    def delivered_percent(self) -> Decimal:
        """Of those sent, to a tenth; a row has always some."""
        return Decimal(100 * self.delivered / self.sent).quantize(Decimal("0.1"))


def domains_of(campaign_id: int) -> list[DomainRow]:
    """The largest first, the others last; empty before it was counted."""
    rows = DomainCount.objects.filter(campaign_id=campaign_id)
    found = [DomainRow(row.domain, row.delivered, row.undelivered) for row in rows]
    found = [row for row in found if row.sent]
    return sorted(found, key=lambda row: (row.domain == OTHERS, -row.sent, row.domain))


def domains_csv(rows: Iterable[DomainRow]) -> Iterator[str]:
    """A line a domain, with decimal commas."""
    yield from csv_lines(chain([_TITLES], map(_cells, rows)))


def _cells(row: DomainRow) -> list[str | int]:
    percent = str(row.delivered_percent).replace(".", ",")
    return [row.domain or "Autres domaines", row.sent, row.delivered, row.undelivered, percent]


def count_domains_of_sent_campaigns() -> int:
    """Count the campaigns sent out that were not, and again those whose figures bind since."""
    counted = 0
    for campaign in _to_count():
        count_domains(campaign)
        counted += 1
    return counted


@transaction.atomic
def count_domains(campaign: Campaign) -> None:
    """Count one campaign anew, in place of what was counted before."""
    # What refers to the campaign may still be written: people leave while it is counted.
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    DomainCount.objects.filter(campaign=campaign).delete()
    asked: dict[str, Any] = {
        "campaign": campaign.pk,
        "campaigns": [campaign.pk],
        "after": 0,
        "aboutis": list(ABOUTIS),
        "sent": [*ABOUTIS, Outcome.UNDELIVERED.value],
        "overturned": list(OVERTURNED),
        "most": MOST_SHOWN,
        "fewest": FEWEST_SHOWN,
        "final": campaign.state == CampaignState.FROZEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        nothing_left = cursor.rowcount == 0
    if nothing_left:  # kept all the same, so that it is not counted again and again
        DomainCount.objects.create(
            campaign=campaign, delivered=0, undelivered=0, is_final=asked["final"]
        )


def _to_count() -> Iterator[Campaign]:
    known = DomainCount.objects.filter(campaign=models.OuterRef("pk"))
    sent_out = Campaign.objects.filter(state=CampaignState.SENT_OUT)
    yield from sent_out.filter(~models.Exists(known))
    frozen = Campaign.objects.filter(state=CampaignState.FROZEN, started_at__isnull=False)
    yield from frozen.filter(~models.Exists(known.filter(is_final=True)))
