"""The send calendar: two whole months, each refused day with its reason and article."""

from datetime import date, timedelta
from typing import Any

from marketingconnect.kernel.calendar import add_months, end_of_month, first_of_next_month
from marketingconnect.offers.email.rules import FURTHEST_DAYS, earliest_send_date, send_days
from marketingconnect.web.client_area.campaigns.dossier import Dossier
from marketingconnect.web.client_area.campaigns.month import month_asked
from marketingconnect.web.components import CalendarDay


def calendar_days(dossier: Dossier, *, asked: str) -> dict[str, Any]:
    """Context of the calendar; `asked` is a month (`2026-12`), else the first one allowed."""
    today, terms = dossier.today, dossier.terms
    earliest = earliest_send_date(payment_validated_on=dossier.paid_on or today, terms=terms)
    first = month_asked(asked) or _month_of(dossier, earliest)
    days = send_days(
        first=first,
        last=end_of_month(first_of_next_month(first)),
        today=today,
        payment_validated_on=dossier.paid_on,
        terms=terms,
    )
    before, after = add_months(first, -2), add_months(first, 2)
    return {
        "days": [
            CalendarDay(
                day.on,
                day.refusal is None,
                day.refusal.reason if day.refusal else "",
                day.refusal.article if day.refusal else "",
            )
            for day in days
        ],
        "earliest": earliest,
        "months_before": max(before, today.replace(day=1)) if first > today else None,
        "months_after": after if after <= today + timedelta(days=FURTHEST_DAYS) else None,
    }


def _month_of(dossier: Dossier, earliest: date) -> date:
    chosen = dossier.campaign.send_at
    shown = max(earliest, chosen.date()) if chosen else earliest
    return shown.replace(day=1)
