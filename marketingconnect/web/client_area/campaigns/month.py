"""A month of the client's campaigns: weeks from Monday, holidays, and the days refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from marketingconnect.kernel.calendar import add_months, end_of_month, first_of_next_month
from marketingconnect.kernel.working_days import public_holidays
from marketingconnect.offers.email.rules import DayRefusal, send_days
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.web.client_area.campaigns.tables import (
    CampaignRow,
    day_of,
    leaving_since,
    row_of,
)

_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2100, 1, 1)
_SHOWN: Final = 4


@dataclass(frozen=True)
class MonthDay:
    """A day of the month: what leaves, what is celebrated, the clause that refuses an envoi."""

    on: date
    is_today: bool
    holiday: str
    refusal: DayRefusal | None
    campaigns: Sequence[CampaignRow]

    @property
    def is_empty(self) -> bool:
        return not (self.campaigns or self.holiday or self.refusal)

    @property
    def shown(self) -> Sequence[CampaignRow]:
        return self.campaigns[:_SHOWN]

    @property
    def folded(self) -> Sequence[CampaignRow]:
        return self.campaigns[_SHOWN:]


def month_of(company_id: int, *, asked: str, today: date, terms: TermsParameters) -> dict[str, Any]:
    """Context of the page; `asked` is a month (`2026-12`), else the present one."""
    first = month_asked(asked) or today.replace(day=1)
    days = _days(company_id, first, today, terms)
    refusals = [day.refusal for day in days.values() if day.refusal]
    return {
        "first": first,
        "weeks": _weeks(days),
        "before": add_months(first, -1) if first > _FIRST else None,
        "after": add_months(first, 1) if first < _LAST else None,
        "is_present": first == today.replace(day=1),
        "refusal": refusals[0] if refusals else None,
        "count": sum(len(day.campaigns) for day in days.values()),
        "is_empty": all(day.is_empty for day in days.values()),
    }


def month_asked(asked: str) -> date | None:
    """The first day of the month written in an address; None for anything else."""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return None
    return first if _FIRST <= first <= _LAST else None


def _days(
    company_id: int, first: date, today: date, terms: TermsParameters
) -> dict[date, MonthDay]:
    leaving = _leaving(company_id, first)
    holidays = public_holidays(first.year, terms.working_day_territory)
    judged = send_days(
        first=first,
        last=end_of_month(first),
        today=today,
        payment_validated_on=None,
        terms=terms,
    )
    return {
        day.on: MonthDay(
            day.on,
            day.on == today,
            holidays.get(day.on, ""),
            day.refusal if day.refusal and day.refusal.article else None,
            leaving.get(day.on, ()),
        )
        for day in judged
    }


def _leaving(company_id: int, first: date) -> Mapping[date, Sequence[CampaignRow]]:
    dated = leaving_since(company_id, first, before=first_of_next_month(first))
    rows = [row_of(campaign) for campaign in dated]
    return {day: list(group) for day, group in groupby(rows, key=day_of)}


def _weeks(days: Mapping[date, MonthDay]) -> list[list[MonthDay | None]]:
    """Rows of seven cells from Monday; None where the month has no such day."""
    first, last = min(days), max(days)
    monday = first - timedelta(days=first.weekday())
    rows: list[list[MonthDay | None]] = []
    while monday <= last:
        rows.append([days.get(monday + timedelta(days=offset)) for offset in range(7)])
        monday += timedelta(days=7)
    return rows
