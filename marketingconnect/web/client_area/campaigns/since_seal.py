"""The signed statement beside today: what it holds, what goes on after it, where both differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from marketingconnect import clock
from marketingconnect.kernel.spreadsheets import csv_lines
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import Figures
from marketingconnect.sending.settled import late_bounces
from marketingconnect.statements.queries import statement_of
from marketingconnect.statistics.sealing import Afterwards, as_of_today, at_seal
from marketingconnect.statistics.visits.queries import Visits, visits_of
from marketingconnect.web.templatetags.formats import short_datetime_fr


@dataclass(frozen=True)
class SealRow:
    """One figure twice; `sealed` is None while nothing is sealed."""

    label: str
    sealed: int | None
    today: int

    @property
    def differs(self) -> bool:
        return self.sealed is not None and self.sealed != self.today


@dataclass(frozen=True)
class SinceSeal:
    """Every figure at the seal and today."""

    sealed_at: datetime | None
    rows: list[SealRow]

    @property
    def changed(self) -> list[SealRow]:
        return [row for row in self.rows if row.differs]


def since_seal(sending: Campaign, found: Figures, visits: Visits | None = None) -> SinceSeal:
    """CGV B.1.6: those of the statement, then those that it leaves out."""
    before = at_seal(sending.pk)
    now = as_of_today(sending.pk, visits or visits_of(sending.pk))
    rows = [
        *_of_statement(sending, found),
        *_afterwards(sending, before, now),
    ]
    return SinceSeal(sending.figures_frozen_at if before else None, rows)


def seal_csv(found: SinceSeal) -> Iterator[str]:
    """A line a figure."""
    at = f"Au sceau ({_hour(found.sealed_at)})" if found.sealed_at else "Au sceau (pas encore)"
    titles = ["Chiffre", at, f"Aujourd’hui ({_hour(clock.now())})"]
    yield from csv_lines([titles, *([row.label, row.sealed, row.today] for row in found.rows)])


def click_totals(sending: Campaign, visits: Visits) -> list[list[object]]:
    """Lines for the sheet of clicks: all the links together, today and at the seal."""
    clicks, opens = visits.clicks, visits.opens
    machines = [clicks.machine_visits, clicks.machine_people]
    rows: list[list[object]] = [
        ["Ensemble des liens, aujourd’hui", "", "", clicks.visits, clicks.people, *machines],
        ["Ouvertures, aujourd’hui", "", "", opens.visits, opens.people, opens.machine_visits],
    ]
    if (before := at_seal(sending.pk)) is not None:
        at = f"au sceau du {_hour(sending.figures_frozen_at)}"
        counted = [before.clicks, before.clickers, before.machine_visits, None]
        rows.insert(1, [f"Ensemble des liens, {at}", "", "", *counted])
        rows.append([f"Ouvertures, {at}", "", "", before.opens, before.openers])
    return [[*row, *[None] * (7 - len(row))] for row in rows]


def _of_statement(sending: Campaign, now: Figures) -> list[SealRow]:
    statement = statement_of(sending.pk)
    sealed = statement.figures if statement else {}
    refused = sealed.get("undelivered")
    return [
        SealRow("E-mails envoyés", sealed.get("sent"), now.sent),
        SealRow("E-mails aboutis", sealed.get("delivered"), now.delivered),
        SealRow(
            "E-mails non aboutis",
            None if refused is None else sum(refused.values()),
            now.undelivered,
        ),
    ]


def _afterwards(sending: Campaign, before: Afterwards | None, now: Afterwards) -> list[SealRow]:
    return [
        *(
            SealRow(label, getattr(before, name) if before else None, getattr(now, name))
            for name, label in _measured(sending)
        ),
        SealRow("Refus revenus après le sceau", 0 if before else None, late_bounces(sending)),
    ]


def _measured(sending: Campaign) -> Iterator[tuple[str, str]]:
    """Only what this campaign counts, with its words."""
    if sending.tracks_clicks:
        yield "clickers", "Personnes qui ont cliqué"
        yield "clicks", "Clics de personnes"
        yield "machine_visits", "Visites de machines"
    if sending.opens == Opens.INDIVIDUAL:
        yield "openers", "Personnes qui ont ouvert"
    if sending.opens != Opens.NONE:
        yield "opens", "Ouvertures"
    yield "unsubscribed", "Désinscrits par le lien"
    yield "complaints", "Plaintes"


def _hour(at: datetime | None) -> str:
    return short_datetime_fr(at).replace("\u00a0", " ")
