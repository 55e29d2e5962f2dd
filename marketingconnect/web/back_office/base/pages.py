"""What the base's pages show: figures of manifests, ages, reports, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.consumers.reasons import CHANNEL, DUPLICATE, REFUSED
from marketingconnect.base.models import Release, SireneVintage, SupplierLoad
from marketingconnect.base.queries import latest_vintage
from marketingconnect.base.rules import sirene_alert_on, sirene_due_on, vintage_age
from marketingconnect.base.states import LoadState, ReleaseState
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.web.components import Kind

RELEASE_LABELS: Final[Mapping[str, tuple[str, Kind]]] = {
    ReleaseState.BUILDING: ("En fabrication", "progress"),
    ReleaseState.PUBLISHED: ("En service", "success"),
    ReleaseState.SUPERSEDED: ("Remplacée, gardée", "neutral"),
    ReleaseState.FAILED: ("Échouée", "error"),
    ReleaseState.REMOVED: ("Retirée", "neutral"),
}
LOAD_LABELS: Final[Mapping[str, tuple[str, Kind]]] = {
    LoadState.READING: ("En lecture", "progress"),
    LoadState.ACTIVE: ("Utilisé", "success"),
    LoadState.REPLACED: ("Remplacé", "neutral"),
    LoadState.FAILED: ("Échoué", "error"),
}
_CHECKS: Final = ("base.release_verified", "base.release_found_altered", "base.verification_asked")


@dataclass(frozen=True)
class ReleaseRow:
    """A release with its state in words and its figures."""

    release: Release
    state: str
    kind: Kind
    channels: list[tuple[str, int]]
    sources: list[dict[str, Any]]
    files: list[tuple[str, int, str]]
    """Name, size and SHA-256, the largest first."""

    @property
    def size(self) -> int:
        return sum(size for _, size, _ in self.files)


@dataclass(frozen=True)
class PopulationCard:
    """What is in use for one population, and what could be taken back."""

    population: Population
    published: ReleaseRow | None
    previous: ReleaseRow | None


@dataclass(frozen=True)
class VintageAge:
    """How old the stock of the register is, and how long one may wait."""

    vintage: SireneVintage
    days: int
    due_on: date
    days_left: int
    kind: Kind
    words: str


@dataclass(frozen=True)
class Check:
    """The last answer about a release's files."""

    entry: JournalEntry
    words: str
    kind: Kind

    @property
    def is_under_way(self) -> bool:
        return self.entry.action == "base.verification_asked"


@dataclass(frozen=True)
class Counted:
    """A reason with its number of rows."""

    code: str
    sentence: str
    count: int


def release_row(release: Release) -> ReleaseRow:
    """A release as its pages show it."""
    manifest = release.manifest or {}
    state, kind = RELEASE_LABELS[release.state]
    counts = manifest.get("channels", {})
    files = [
        (name, file["size"], file["sha256"]) for name, file in manifest.get("files", {}).items()
    ]
    return ReleaseRow(
        release=release,
        state=state,
        kind=kind,
        channels=[(channel.label, counts.get(channel.value, 0)) for channel in Channel]
        if manifest
        else [],
        sources=[_source(source) for source in manifest.get("sources", [])],
        files=sorted(files, key=lambda file: -file[1]),
    )


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {**source, "delivered_on": date.fromisoformat(source["delivered_on"])}


def population_cards() -> list[PopulationCard]:
    """One a population: in use, and the one before it."""
    rows = {
        (release.population, release.state): release_row(release)
        for release in Release.objects.filter(
            state__in=[ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED]
        ).order_by("pk")
    }
    return [
        PopulationCard(
            population,
            rows.get((population, ReleaseState.PUBLISHED)),
            rows.get((population, ReleaseState.SUPERSEDED)),
        )
        for population in Population
    ]


def vintage_shown(today: date, terms: TermsParameters) -> VintageAge | None:
    """CGV CL.5: the age of the register's stock, and what it asks for."""
    vintage = latest_vintage()
    if vintage is None:
        return None
    due = sirene_due_on(delivered_on=vintage.delivered_on, terms=terms)
    alert = sirene_alert_on(
        delivered_on=vintage.delivered_on,
        terms=terms,
        days_before=settings.SIRENE_ALERT_DAYS_BEFORE,
    )
    kind, words = _urgency(today, alert, due)
    return VintageAge(
        vintage=vintage,
        days=vintage_age(delivered_on=vintage.delivered_on, on=today),
        due_on=due,
        days_left=(due - today).days,
        kind=kind,
        words=words,
    )


def _urgency(today: date, alert: date, due: date) -> tuple[Kind, str]:
    if today > due:
        return "error", "En retard"
    if today >= alert:
        return "warning", "À remplacer bientôt"
    return "success", "À jour"


def under_way() -> dict[str, Any]:
    """What is being read or built now."""
    building = Release.objects.filter(state=ReleaseState.BUILDING).order_by("pk")
    reading = SupplierLoad.objects.filter(state=LoadState.READING).select_related("supplier")
    return {
        "building": [(release, Population(release.population).label) for release in building],
        "reading": list(reading.order_by("pk")),
    }


def refusals_of(load: SupplierLoad) -> list[Counted]:
    """Rows refused, by reason, the most frequent first."""
    return _counted(load.refused, REFUSED)


def channels_lost(load: SupplierLoad) -> list[Counted]:
    """Rows kept without one of their channels, by channel and reason."""
    found = []
    for code, count in load.without_channel.items():
        channel, _, reason = code.partition(":")
        label = Channel(channel).label if channel in set(Channel) else channel
        found.append(Counted(code, f"{label} : {CHANNEL.get(reason, reason)}", count))
    return sorted(found, key=lambda one: -one.count)


def duplicates_of(load: SupplierLoad) -> list[Counted]:
    """Rows merged into another record, by reason."""
    return _counted(load.duplicates, DUPLICATE)


def _counted(counts: Mapping[str, int], words: Mapping[str, str]) -> list[Counted]:
    found = [Counted(code, words.get(code, code), count) for code, count in counts.items()]
    return sorted(found, key=lambda one: -one.count)


def latest_check(release: Release) -> Check | None:
    """What the last reading of a release's files said."""
    entry = (
        JournalEntry.objects.filter(subject=f"release:{release.name}", action__in=_CHECKS)
        .order_by("-position")
        .first()
    )
    if entry is None:
        return None
    return Check(entry, *_said(entry))


def _said(entry: JournalEntry) -> tuple[str, Kind]:
    if entry.action == "base.release_verified":
        return "Tous les fichiers sont ceux qui ont été publiés.", "success"
    if entry.action == "base.release_found_altered":
        return str((entry.after or {}).get("what", "Un fichier a changé.")), "error"
    return "La lecture de tous les fichiers est en cours.", "info"
