"""Tell visits of people from those of machines, then count: every few seconds, exactly."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from marketingconnect.statistics.domain_counting import LOCK_VISITS, add_clickers

TOO_SOON_SECONDS: Final = 3
"""A person takes longer than this after the delivery to open a message and click."""
TOGETHER_SECONDS: Final = 5
"""Every link of a message within so long is a program's way of reading."""
LEAST_LINKS: Final = 3
"""Below so many, a person may well open them all at once."""
MOST_AT_ONCE: Final = 50_000
_JUDGE: Final = """
WITH waiting AS (
  SELECT id, campaign_id, position, link, kind, at, signal FROM statistics_visit
  WHERE verdict = '' AND at < %(until)s ORDER BY at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), told AS (
  SELECT w.id, w.campaign_id, CASE
    WHEN w.signal <> '' THEN w.signal
    WHEN EXISTS (SELECT FROM sending_outcome o WHERE o.campaign_id = w.campaign_id
      AND o.position = w.position AND w.at < o.at + make_interval(secs => %(soon)s))
      THEN 'too_soon'
    WHEN w.kind = 'click' AND links.n >= %(least)s AND (
      SELECT count(DISTINCT v.link) FROM statistics_visit v WHERE v.campaign_id = w.campaign_id
      AND v.position = w.position AND v.kind = 'click' AND v.link > 0
      AND v.at BETWEEN w.at - make_interval(secs => %(together)s)
        AND w.at + make_interval(secs => %(together)s)) >= links.n
      THEN 'all_links'
    ELSE '' END AS reason
  FROM waiting w LEFT JOIN LATERAL (
    SELECT count(*) AS n FROM sending_trackedlink l WHERE l.campaign_id = w.campaign_id
  ) links ON true
), judged AS (
  UPDATE statistics_visit v SET reason = told.reason,
    verdict = CASE WHEN told.reason = '' THEN 'person' ELSE 'machine' END
  FROM told WHERE v.id = told.id RETURNING v.campaign_id, v.position, v.kind = 'click'
    AND v.verdict = 'person' AS by_person
)
SELECT campaign_id, count(*), coalesce(array_agg(position) FILTER (WHERE by_person), '{}')
FROM judged GROUP BY campaign_id ORDER BY campaign_id
"""
_COUNT: Final = """
INSERT INTO statistics_visitcount (campaign_id, kind, verdict, link, hour, visits, people)
SELECT campaign_id, kind, verdict, link, hour, count(*), count(DISTINCT position)
  FILTER (WHERE position > 0)
FROM (SELECT campaign_id, kind, verdict, link, position, date_trunc('hour', at) AS hour
  FROM statistics_visit WHERE campaign_id = %s AND verdict <> '') v
GROUP BY GROUPING SETS (
  (campaign_id, kind, verdict), (campaign_id, kind, verdict, link),
  (campaign_id, kind, verdict, hour)
)
"""


@transaction.atomic
def judge_visits(*, now: datetime) -> int:
    """CGV B.1.6: judge what came up to a few seconds ago and count it; returns how many visits.

    A visit waits until those that could tell of it have come. The counts of a campaign are made
    from its visits in the same transaction, so both always agree.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _JUDGE,
            {
                "until": now - timedelta(seconds=TOGETHER_SECONDS),
                "most": MOST_AT_ONCE,
                "soon": TOO_SOON_SECONDS,
                "least": LEAST_LINKS,
                "together": TOGETHER_SECONDS,
            },
        )
        judged = cursor.fetchall()
        for campaign_id, _, clicks_of_people in judged:
            cursor.execute(LOCK_VISITS, [campaign_id])
            cursor.execute(
                "DELETE FROM statistics_visitcount WHERE campaign_id = %s", [campaign_id]
            )
            cursor.execute(_COUNT, [campaign_id])
            add_clickers(campaign_id, clicks_of_people)
    return sum(number for _, number, _ in judged)
