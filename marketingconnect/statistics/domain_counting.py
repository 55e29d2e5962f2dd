"""What arrived by mailbox domain, counted once when a campaign is sent out and once more when its
figures bind: one reading of a million recipients, which no page could wait for.

People who click go on after both: each is added to its domain as its first click is judged.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection, models, transaction

from marketingconnect.sending.causes import Cause
from marketingconnect.sending.looked_up import bounce_at, recipient_at
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.settled import OVERTURNED
from marketingconnect.sending.states import ABOUTIS, CampaignState, Outcome
from marketingconnect.statistics.models import DomainCount
from marketingconnect.statistics.states import Verdict, VisitKind

FEWEST_SHOWN: Final = 10
"""A domain of fewer recipients could name one of them: it is counted with the others."""
MOST_SHOWN: Final = 12
OTHERS: Final = ""
LOCK_VISITS: Final = "SELECT pg_advisory_xact_lock(hashtext('visits'), %s::int)"
"""Of one campaign, until the end of the transaction: no click is judged while it is counted."""
_OF_RECIPIENT: Final = "lower(split_part(r.email, '@', 2))"
_COUNT: Final = f"""
WITH each_one AS (
  SELECT {_OF_RECIPIENT} AS domain, o.outcome = ANY(%(aboutis)s) AND b.position IS NULL AS arrived,
    coalesce(nullif(b.cause, ''), nullif(o.cause, ''), %(other)s) AS cause
  FROM sending_outcome o
  CROSS JOIN LATERAL {recipient_at("o.position")} r
  LEFT JOIN LATERAL {bounce_at("o.position")} b ON o.outcome = ANY(%(overturned)s)
  WHERE o.campaign_id = %(campaign)s
    AND (o.outcome = ANY(%(sent)s) OR b.position IS NOT NULL)
), by_cause AS (
  SELECT domain, CASE WHEN arrived THEN '' ELSE cause END AS cause, count(*) AS n
  FROM each_one GROUP BY 1, 2
), by_domain AS (
  SELECT domain, sum(n) AS total, row_number() OVER (ORDER BY sum(n) DESC, domain) AS place
  FROM by_cause GROUP BY domain
)
SELECT CASE WHEN place <= %(most)s AND total >= %(fewest)s THEN domain ELSE '' END,
  cause, sum(n)::int FROM by_cause JOIN by_domain USING (domain) GROUP BY 1, 2
"""  # noqa: S608  our own expression


def _adding(clicked: str) -> str:
    """SQL that adds the people of `clicked`, a query of positions, to their domains."""
    return f"""
INSERT INTO statistics_domaincount AS kept
  (campaign_id, domain, delivered, undelivered, causes, clickers, is_final)
SELECT %(campaign)s, coalesce(d.domain, ''), 0, 0, '{{}}', count(*), bool_and(known.final)
FROM ({clicked}) clicked CROSS JOIN LATERAL {recipient_at("clicked.position")} r
LEFT JOIN statistics_domaincount d ON d.campaign_id = %(campaign)s AND d.domain = {_OF_RECIPIENT}
CROSS JOIN (
  SELECT bool_or(is_final) AS final FROM statistics_domaincount WHERE campaign_id = %(campaign)s
) known
-- Once an address is erased nobody knows its domain; before the first count there is no row.
WHERE r.email <> '' AND known.final IS NOT NULL GROUP BY 2
ON CONFLICT (campaign_id, domain) DO UPDATE SET clickers = kept.clickers + excluded.clickers
"""  # noqa: S608  our own expression


_PERSON: Final = "campaign_id = %(campaign)s AND kind = %(click)s AND verdict = %(person)s"
_ADD_EVERYBODY: Final = _adding(
    f"SELECT DISTINCT position FROM statistics_visit WHERE {_PERSON} AND position > 0"  # noqa: S608
)
# Those of whom every click is among the ones just judged.
_ADD_FIRST_TIME: Final = _adding(f"""
  SELECT judged.position FROM (
    SELECT position, count(*) AS clicks FROM unnest(%(positions)s::int[]) AS position
    WHERE position > 0 GROUP BY position
  ) judged CROSS JOIN LATERAL (
    SELECT count(*) AS clicks FROM statistics_visit v
    WHERE v.position = judged.position AND {_PERSON}
  ) ever WHERE ever.clicks = judged.clicks
""")  # noqa: S608  our own expression


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
    found = _by_domain(campaign)
    with connection.cursor() as cursor:
        cursor.execute(LOCK_VISITS, [campaign.pk])
        DomainCount.objects.filter(campaign=campaign).delete()
        DomainCount.objects.bulk_create(_row(campaign, *one) for one in found.items())
        cursor.execute(_ADD_EVERYBODY, _asked(campaign.pk))


def add_clickers(campaign_id: int, positions: Sequence[int]) -> None:
    """Add to their domains the people whose first clicks are these, one position a click.

    Under the lock of the campaign's visits, in the transaction that judged the clicks.
    """
    if not positions:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ADD_FIRST_TIME, {**_asked(campaign_id), "positions": list(positions)})


def _by_domain(campaign: Campaign) -> dict[str, Counter[str]]:
    """Domain -> cause -> how many; no cause for those who were reached.

    Nobody at all is still a row, so that a campaign is not counted again and again.
    """
    asked: dict[str, Any] = {
        "campaign": campaign.pk,
        "aboutis": list(ABOUTIS),
        "sent": [*ABOUTIS, Outcome.UNDELIVERED.value],
        "overturned": list(OVERTURNED),
        "other": Cause.OTHER.value,
        "most": MOST_SHOWN,
        "fewest": FEWEST_SHOWN,
    }
    found: dict[str, Counter[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        for domain, cause, n in cursor.fetchall():
            found.setdefault(domain, Counter())[cause] = n
    return found or {OTHERS: Counter()}


def _row(campaign: Campaign, domain: str, by_cause: Counter[str]) -> DomainCount:
    causes = {cause: n for cause, n in by_cause.items() if cause}
    return DomainCount(
        campaign=campaign,
        domain=domain,
        delivered=by_cause[""],
        undelivered=sum(causes.values()),
        causes=causes,
        clickers=0,
        is_final=campaign.state == CampaignState.FROZEN,
    )


def _asked(campaign_id: int) -> dict[str, Any]:
    return {
        "campaign": campaign_id,
        "click": VisitKind.CLICK.value,
        "person": Verdict.PERSON.value,
    }


def _to_count() -> Iterator[Campaign]:
    known = DomainCount.objects.filter(campaign=models.OuterRef("pk"))
    sent_out = Campaign.objects.filter(state=CampaignState.SENT_OUT)
    yield from sent_out.filter(~models.Exists(known))
    frozen = Campaign.objects.filter(state=CampaignState.FROZEN, started_at__isnull=False)
    yield from frozen.filter(~models.Exists(known.filter(is_final=True)))
