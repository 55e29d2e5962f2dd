"""Read both files, match them, publish the release; killed anywhere, it starts where it stopped."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.errors import BaseError
from marketingconnect.base.models import SireneVintage
from marketingconnect.base.queries import latest_vintage, published_release
from marketingconnect.base.releases.contents import ReleaseRef, SourceNote
from marketingconnect.base.schema import day_number
from marketingconnect.base.services.releases import build_release, silent
from marketingconnect.base.sirene.contents import contents_of
from marketingconnect.base.sirene.layout import ESTABLISHMENTS, UNITS
from marketingconnect.base.sirene.matching.slices import Matched, RepeatedNumberError, match
from marketingconnect.base.sirene.reading.diagnosis import Span
from marketingconnect.base.sirene.reading.errors import StockFileError
from marketingconnect.base.sirene.reading.finding import lines_holding
from marketingconnect.base.sirene.reading.pieces import PIECE
from marketingconnect.base.sirene.reading.staging import Counts, Stage, remove_stages, stage_file
from marketingconnect.base.sirene.rules import LoadRefusal, StockDates, load_refusal
from marketingconnect.base.vocabulary import SIRENE_SUPPLIER, Population
from marketingconnect.clock import paris_date
from marketingconnect.sandbox.folder_lock import FolderInUse, hold
from marketingconnect.terms.law import value_on
from marketingconnect.terms.queries import current_terms, law_of, parameters_of

OLDEST_CREATION: Final = date(1600, 1, 1)
NEWEST_CREATION: Final = timedelta(days=5 * 366)
"""Businesses are registered before they open, not by years."""
MOST_ORPHANS: Final = 0.05
"""A larger share of establishments without a unit, and the two files are not of one month."""
_SOURCE: Final = "INSEE, répertoire SIRENE"
_REFUSALS: Final = {
    LoadRefusal.IN_THE_FUTURE: "Ces dates sont à venir : vérifiez le millésime et la livraison.",
    LoadRefusal.DELIVERED_BEFORE_ITS_DATE: (
        "L’INSEE n’a pas pu livrer ce stock avant la date de son état : vérifiez les deux dates."
    ),
    LoadRefusal.OLDER_THAN_LOADED: (
        "Un stock plus récent est déjà chargé : celui-ci remettrait en vente des entreprises qui"
        " ont demandé depuis à ne plus l’être. Pour revenir en arrière, reprenez une version."
    ),
    LoadRefusal.TOO_LATE: (
        "Ce stock a été livré il y a trop longtemps (art. CL.5). Chargez le dernier de l’INSEE, ou"
        " dites pourquoi celui-ci avec --late."
    ),
}
Say = Callable[[str], None]
Clock = Callable[[], datetime]


class StockRefusedError(BaseError):
    """A stock that may not be loaded; the release in use is untouched."""


@dataclass(frozen=True, slots=True)
class StockDelivery:
    """The two files of a month, and what is known of them. `late_because`: why load a late one."""

    establishments: Path
    units: Path
    vintage: date
    delivered_on: date
    as_of: date
    late_because: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was read, kept and left out; the counts of each file and of their match."""

    release: str
    rows: int
    establishments: Counts
    units: Counts
    matched: Counts
    unknown_columns: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def import_sirene(
    delivery: StockDelivery,
    *,
    actor: Actor,
    now: Clock,
    say: Say = silent,
    piece_size: int = PIECE,
) -> ImportReport:
    """CGV CL.5: load a stock of INSEE and publish the base of professionals made of it.

    Raises StockRefusedError, StockFileError, and what the builder of releases raises; in every
    case the release in use stays as it was, and what was read serves the next run.
    """
    today = paris_date(now())
    _check(delivery, today)
    with _alone() as root:
        _note_delivery(delivery)
        establishments, units = _staged(delivery, root, say, piece_size)
        matched = _matched(delivery, establishments, units, root, say)
        _check_match(delivery, establishments, matched)
        previous = published_release(Population.PROFESSIONALS)
        say("fabrication de la version")
        ref = build_release(
            contents_of(
                establishments, units, matched, vintage=delivery.vintage, previous=previous
            ),
            sources=[_source(delivery, today, matched)],
            as_of=delivery.as_of,
            actor=actor,
            now=now,
            say=say,
        )
        report = _report(ref, establishments, units, matched)
        files = {"etablissements": establishments, "unites": units}
        _note_load(delivery, ref, report, files, now(), actor)
        remove_stages(root)
    return report


def _report(ref: ReleaseRef, establishments: Stage, units: Stage, matched: Matched) -> ImportReport:
    return ImportReport(
        release=ref.name,
        rows=ref.rows,
        establishments=establishments.counts,
        units=units.counts,
        matched=matched.counts,
        unknown_columns=(*establishments.unknown, *units.unknown),
    )


def _check(delivery: StockDelivery, today: date) -> None:
    terms = parameters_of(current_terms(today))
    current = latest_vintage()
    refusal = load_refusal(
        StockDates(delivery.vintage, delivery.delivered_on),
        loaded=current.vintage if current else None,
        today=today,
        terms=terms,
    )
    if refusal is LoadRefusal.TOO_LATE and delivery.late_because:
        return
    if refusal is not None:
        raise StockRefusedError(_REFUSALS[refusal])


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder of what is being read, for one import at a time."""
    root = Path(settings.BASE_ROOT) / "sirene"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = hold(root.with_suffix(".lock"))
    except FolderInUse as error:
        raise StockRefusedError(
            "Un autre import du répertoire est en cours : attendez sa fin, puis relancez."
        ) from error
    try:
        yield root
    finally:
        os.close(descriptor)


def _note_delivery(delivery: StockDelivery) -> None:
    """The day INSEE gave it, known from the first try on: the 30 days run from there."""
    SireneVintage.objects.update_or_create(
        vintage=delivery.vintage, defaults={"delivered_on": delivery.delivered_on}
    )


def _staged(delivery: StockDelivery, root: Path, say: Say, piece_size: int) -> tuple[Stage, Stage]:
    span = Span(OLDEST_CREATION, delivery.vintage + NEWEST_CREATION)
    found = [
        stage_file(
            path,
            kind,
            root=root,
            span=span,
            threads=settings.BASE_THREADS,
            say=say,
            piece_size=piece_size,
        )
        for path, kind in ((delivery.establishments, ESTABLISHMENTS), (delivery.units, UNITS))
    ]
    return found[0], found[1]


def _matched(
    delivery: StockDelivery, establishments: Stage, units: Stage, root: Path, say: Say
) -> Matched:
    folder = root / f"{establishments.folder.name}-{units.folder.name}"
    try:
        return match(
            establishments, units, folder=folder, post_on=day_number(delivery.vintage), say=say
        )
    except RepeatedNumberError as error:
        is_siret = len(error.number) == 14
        path = delivery.establishments if is_siret else delivery.units
        lines = lines_holding(path, error.number)
        raise StockFileError(
            path,
            f"« {error.number} » figure deux fois"
            + (f", aussi à la ligne {lines[1]}." if len(lines) > 1 else "."),
            line=lines[0] if lines else 0,
            column="siret" if is_siret else "siren",
        ) from error


def _check_match(delivery: StockDelivery, establishments: Stage, matched: Matched) -> None:
    """Raise StockFileError for two files that do not go together."""
    if matched.counts["orphans"] > MOST_ORPHANS * max(1, establishments.counts["open"]):
        raise StockFileError(
            delivery.units,
            f"{matched.counts['orphans']} établissements n’y ont pas leur entreprise : les deux"
            " fichiers ne sont pas du même mois.",
        )
    if not matched.counts["kept"]:
        raise StockFileError(delivery.establishments, "aucun établissement n’est utilisable.")


def _source(delivery: StockDelivery, today: date, matched: Matched) -> SourceNote:
    return SourceNote(
        supplier=SIRENE_SUPPLIER,
        name=_SOURCE,
        vintage=delivery.vintage.isoformat(),
        delivered_on=delivery.delivered_on,
        loaded_on=today,
        licence=value_on("sirene_licence", today, law_of("sirene_licence"), str),
        rows=matched.counts["kept"],
    )


@transaction.atomic
def _note_load(
    delivery: StockDelivery,
    ref: ReleaseRef,
    report: ImportReport,
    stages: dict[str, Stage],
    at: datetime,
    actor: Actor,
) -> None:
    SireneVintage.objects.filter(vintage=delivery.vintage).update(
        loaded_on=paris_date(at),
        alerted_on=None,
        release_id=ref.id,
        files={
            name: {"sha256": stage.sha256, "size": stage.size} for name, stage in stages.items()
        },
        rows=report.to_json(),
    )
    record(
        action="base.sirene_loaded",
        actor=actor,
        company_id=None,
        subject=f"sirene:{delivery.vintage.isoformat()}",
        after={
            "release": ref.name,
            "rows": ref.rows,
            "delivered_on": delivery.delivered_on,
            "late_because": delivery.late_because,
            "unknown_columns": list(report.unknown_columns),
        },
        at=at,
    )
