"""Where one is and what goes on: breadcrumbs, tabs, steps, timeline, progress, calendar."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby, zip_longest
from typing import Any

from django import template

from marketingconnect.web.components import CalendarDay, Step, Tab, TimelineEntry

register = template.Library()


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumbs "Campagnes" url_campaigns "Été 2026" %}`: text and address in turn.

    The last text, alone, is the page itself.
    """
    return {"crumbs": list(zip_longest(pairs[::2], pairs[1::2], fillvalue=""))}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Links to the faces of one thing."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/stepper.html")
def stepper(
    steps: Sequence[Step], label: str = "Étapes", *, vertical: bool = False
) -> dict[str, Any]:
    """Numbered steps; on a phone only the current one and the count show."""
    here = next((at for at, step in enumerate(steps) if step.state == "current"), 0)
    return {"steps": steps, "label": label, "vertical": vertical, "here": here + 1}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[TimelineEntry], *, label: str = "Historique") -> dict[str, Any]:
    """What happened, in the order given."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(
    label: str,
    value: int,
    maximum: int,
    *,
    note: str = "",
    url: str = "",
    done: bool = False,
    id: str = "progress",
) -> dict[str, Any]:
    """A bar that asks `url` for itself every two seconds until `done`.

    The view at `url` answers the same component to htmx and the whole page otherwise: without
    a script, the link beside the bar refreshes it.
    """
    percent = 100 * value // maximum if maximum else 0
    return {
        "label": label, "value": value, "maximum": maximum, "note": note, "url": url,
        "done": done, "id": id, "percent": percent,
    }  # fmt: skip


@register.inclusion_tag("components/send_calendar.html")
def send_calendar(
    days: Sequence[CalendarDay],
    *,
    name: str = "send_on",
    value: date | str | None = None,
    legend: str = "Jour d’envoi",
    error: str = "",
) -> dict[str, Any]:
    """Months of radio buttons; a refused day is greyed and says its reason and article."""
    chosen = value.isoformat() if isinstance(value, date) else (value or "")
    months = [
        {"first": first, "weeks": _weeks(list(in_month))}
        for first, in_month in groupby(sorted(days, key=_on), key=lambda day: day.on.replace(day=1))
    ]
    return {
        "months": months, "name": name, "chosen": chosen, "legend": legend, "error": error,
        "refused": _refused(days), "first_allowed": next((d.on for d in days if d.allowed), None),
    }  # fmt: skip


def _on(day: CalendarDay) -> date:
    return day.on


def _weeks(days: list[CalendarDay]) -> list[list[CalendarDay | None]]:
    """Rows of seven cells from Monday; None where the month has no such day."""
    known = {day.on: day for day in days}
    monday = days[0].on - timedelta(days=days[0].on.weekday())
    rows: list[list[CalendarDay | None]] = []
    while monday <= days[-1].on:
        rows.append([known.get(monday + timedelta(days=offset)) for offset in range(7)])
        monday += timedelta(days=7)
    return rows


def _refused(days: Sequence[CalendarDay]) -> list[dict[str, Any]]:
    """Runs of refused days with the same reason, for the list below the calendar."""
    runs: list[dict[str, Any]] = []
    for day in sorted(days, key=_on):
        if day.allowed:
            continue
        last = runs[-1] if runs else None
        if last and last["reason"] == day.reason and last["to"] + timedelta(days=1) == day.on:
            last["to"] = day.on
        else:
            runs.append(
                {"since": day.on, "to": day.on, "reason": day.reason, "article": day.article}
            )
    return runs
