"""SQL that looks one recipient up by its position, whatever the planner believes of the tables.

While a campaign leaves, and for a minute after, PostgreSQL takes its recipients and outcomes for
empty: a plain join then compares each row with every other, which no figures page outlives. A
query with OFFSET 0 is never merged into the one around it, so that each row is found by its key.
Each text stands for a row, or none, of the campaign `%(campaign)s`.
"""

from typing import Final

_IN_TIME: Final = (
    "EXISTS (SELECT FROM sending_campaign c WHERE c.id = e.campaign_id AND (c.finished_at IS NULL"
    " OR e.received_at < c.finished_at + make_interval(hours => c.settling_hours)))"
)


def recipient_at(position: str) -> str:
    """contact_id, email."""
    return (
        "(SELECT contact_id, email FROM sending_recipient"  # noqa: S608  our own expression
        f" WHERE campaign_id = %(campaign)s AND position = {position} OFFSET 0)"
    )


def outcome_at(position: str) -> str:
    """position, outcome, cause, smtp_code, reply, at."""
    return (
        "(SELECT position, outcome, cause, smtp_code, reply, at FROM sending_outcome"  # noqa: S608
        f" WHERE campaign_id = %(campaign)s AND position = {position} OFFSET 0)"
    )


def bounce_at(position: str) -> str:
    """position, cause, words, received_at of the first bounce that counts: in the window."""
    return (
        "(SELECT position, cause, words, received_at FROM sending_returnevent e"  # noqa: S608
        " WHERE campaign_id = %(campaign)s AND kind = 'bounce'"
        f" AND position = {position} AND {_IN_TIME} ORDER BY received_at, id LIMIT 1)"
    )
