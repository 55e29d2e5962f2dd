"""Reads of the journal, newest first, paged by key."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from marketingconnect.audit.models import JournalEntry

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """What to show; an empty field does not filter. Days are civil days in Paris, both included."""

    company_id: int | None = None
    action: str = ""
    """An action, or how it begins."""
    subject: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None


def entries(wanted: JournalFilter) -> QuerySet[JournalEntry]:
    """Entries that match, newest first."""
    found = JournalEntry.objects.order_by("-position")
    if wanted.company_id is not None:
        found = found.filter(company_id=wanted.company_id)
    if wanted.action:
        found = found.filter(action__startswith=wanted.action)
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    if wanted.actor:
        found = found.filter(actor_label__icontains=wanted.actor)
    if wanted.since:
        found = found.filter(at__gte=_start_of(wanted.since))
    if wanted.until:
        found = found.filter(at__lt=_start_of(wanted.until + timedelta(days=1)))
    return found


def page_of_entries(
    wanted: JournalFilter, *, before: int | None, size: int
) -> tuple[list[JournalEntry], int | None]:
    """One page, and the position to ask for next (None at the end)."""
    found = entries(wanted)
    if before is not None:
        found = found.filter(position__lt=before)
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].position if len(rows) > size else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, PARIS)
