"""Clicks and openings of a campaign, of people and of machines, from their counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

from django.db import connection

from marketingconnect import clock
from marketingconnect.kernel.spreadsheets import csv_lines
from marketingconnect.sending.looked_up import recipient_at
from marketingconnect.sending.models import TrackedLink
from marketingconnect.sending.states import ABOUTIS, ReturnKind
from marketingconnect.statistics.hours import with_season
from marketingconnect.statistics.states import Verdict, VisitKind
from marketingconnect.statistics.visits.models import VisitCount


@dataclass(frozen=True)
class Counted:
    """Visits and the different recipients who made them, of people and of machines."""

    visits: int = 0
    people: int = 0
    machine_visits: int = 0
    machine_people: int = 0


@dataclass(frozen=True)
class LinkClicks:
    """One link of the message and its clicks."""

    number: int
    words: str
    url: str
    clicks: Counted


@dataclass(frozen=True)
class Visits:
    """Everything a page of clicks shows."""

    clicks: Counted
    opens: Counted
    links: list[LinkClicks]
    hours: list[tuple[datetime, Counted]]


_DID_NOT_OPEN: Final = f"""
SELECT r.contact_id FROM sending_outcome o CROSS JOIN LATERAL {recipient_at("o.position")} r
WHERE o.campaign_id = %(campaign)s AND o.outcome = ANY(%(aboutis)s)
AND NOT EXISTS (
  SELECT FROM statistics_visit v
  WHERE v.campaign_id = %(campaign)s AND v.position = o.position AND v.verdict = %(person)s
  OFFSET 0
) AND NOT EXISTS (
  SELECT FROM sending_returnevent e
  WHERE e.campaign_id = %(campaign)s AND e.position = o.position AND e.kind = %(bounce)s
  OFFSET 0
) ORDER BY r.contact_id
"""  # noqa: S608  our own expression


def contacts_who_did_not_open(campaign_id: int) -> list[int]:
    """Contacts reached of whom no person opened the message or clicked; a machine is nobody.

    One whose server sent the message back, be it after the figures bind, was not reached.
    """
    asked: dict[str, Any] = {
        "campaign": campaign_id,
        "aboutis": list(ABOUTIS),
        "person": Verdict.PERSON.value,
        "bounce": ReturnKind.BOUNCE.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DID_NOT_OPEN, asked)
        return [contact_id for (contact_id,) in cursor.fetchall()]


def visits_of(campaign_id: int) -> Visits:
    """The counts as they stand, a few seconds behind the events."""
    rows = list(VisitCount.objects.filter(campaign_id=campaign_id))
    clicks = [row for row in rows if row.kind == VisitKind.CLICK]
    hours = sorted({row.hour for row in clicks if row.hour is not None})
    return Visits(
        clicks=_counted([row for row in clicks if row.link is None and row.hour is None]),
        opens=_counted(
            [r for r in rows if r.kind == VisitKind.OPEN and r.link is None and r.hour is None]
        ),
        links=[
            LinkClicks(
                link.number,
                link.words,
                link.url,
                _counted([row for row in clicks if row.link == link.number]),
            )
            for link in TrackedLink.objects.filter(campaign_id=campaign_id).order_by("number")
        ],
        hours=[(hour, _counted([row for row in clicks if row.hour == hour])) for hour in hours],
    )


def _counted(rows: list[VisitCount]) -> Counted:
    person = next((row for row in rows if row.verdict == Verdict.PERSON), None)
    machine = next((row for row in rows if row.verdict == Verdict.MACHINE), None)
    return Counted(
        person.visits if person else 0,
        person.people if person else 0,
        machine.visits if machine else 0,
        machine.people if machine else 0,
    )


def csv_of(visits: Visits, totals: Iterable[Sequence[object]] = ()) -> Iterator[str]:
    """A line a link, a line an hour, then `totals`, of as many cells."""
    yield from csv_lines(chain(_rows(visits), totals))


def _rows(visits: Visits) -> Iterator[list[object]]:
    heads = ["Clics", "Personnes", "Visites de machines", "Destinataires visités par des machines"]
    yield ["Lien", "Adresse", "Heure (Paris)", *heads]
    for link in visits.links:
        yield [link.words or f"Lien {link.number}", link.url, "", *_figures(link.clicks)]
    for hour, counted in visits.hours:
        at = with_season(f"{hour.astimezone(clock.PARIS):%Y-%m-%d %H:%M}", hour)
        yield ["", "", at, *_figures(counted)]


def _figures(counted: Counted) -> list[object]:
    return [counted.visits, counted.people, counted.machine_visits, counted.machine_people]
