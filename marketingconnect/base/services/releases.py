"""Build, publish, verify and take back releases of the base (CGV Def)."""

import importlib
import importlib.util
import shutil
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base import copies, usage
from marketingconnect.base.engine import duckdb_in, plain_failures
from marketingconnect.base.errors import ReleaseError, StaleReleaseError
from marketingconnect.base.models import Release
from marketingconnect.base.queries import USABLE_STATES, ref_of
from marketingconnect.base.releases.contents import Contents, ReleaseRef, SourceNote
from marketingconnect.base.releases.folders import (
    alone,
    new_building_folder,
    release_folder,
    remove_folder,
    remove_leftovers,
    set_in_place,
)
from marketingconnect.base.releases.manifest import check_folder, described, seal, write_manifest
from marketingconnect.base.releases.parts import ROWS_AT_ONCE, Say, write_contents
from marketingconnect.base.states import RELEASE_TRANSITIONS, ReleaseState
from marketingconnect.base.vocabulary import Population

INDEX = "marketingconnect.base.index"
Clock = Callable[[], datetime]


def silent(line: str) -> None:
    """Say nothing."""


def build_release(
    contents: Contents,
    *,
    sources: Sequence[SourceNote],
    as_of: date,
    actor: Actor,
    now: Clock,
    say: Say = silent,
    rows_at_once: int = ROWS_AT_ONCE,
) -> ReleaseRef:
    """CGV Def: make a release aside, seal it, and publish it at once; the one before stays whole.

    Killed at any moment, it leaves nothing half-published, and the next build clears its
    leftovers. Raises ReleaseError, DiskFullError, TooLittleMemoryError.
    """
    population = contents.population
    with alone(population):
        sweep(population, now=now())
        release = _opened(population, as_of=as_of, sources=sources, now=now())
        try:
            with plain_failures():
                manifest, sha256 = _written(release, contents, sources, say, rows_at_once)
            _copy(release, manifest["rows"], say)
            say("publication")
            publish_release(release.pk, manifest=manifest, sha256=sha256, actor=actor, now=now())
        except Exception as error:
            _fail(release.pk, str(error))
            raise
        remove_old_releases(population, actor=actor, now=now())
    release.refresh_from_db()
    return ref_of(release)


def _copy(release: Release, rows: int, say: Say) -> None:
    """The release, where engines of other machines need it before it is in use."""
    population = Population(release.population)
    usable = Release.objects.filter(population=population, state__in=USABLE_STATES)
    copies.copy_everywhere(
        copies.SealedRelease(
            release.name, population, release_folder(population, release.name), rows
        ),
        kept={release.name, *usable.values_list("name", flat=True)},
        say=say,
    )


@transaction.atomic
def _opened(
    population: Population, *, as_of: date, sources: Sequence[SourceNote], now: datetime
) -> Release:
    """The row of a release to be built, under the next free name of the day."""
    prefix = f"{population.value}-{as_of.isoformat()}-"
    names = Release.objects.filter(name__startswith=prefix).values_list("name", flat=True)
    number = max((int(name.removeprefix(prefix)) for name in names), default=0) + 1
    while release_folder(population, f"{prefix}{number:02}").exists():
        number += 1
    return Release.objects.create(
        name=f"{prefix}{number:02}",
        population=population,
        as_of=as_of,
        vintage=min((source.delivered_on for source in sources), default=as_of),
        started_at=now,
    )


def _written(
    release: Release,
    contents: Contents,
    sources: Sequence[SourceNote],
    say: Say,
    rows_at_once: int,
) -> tuple[dict[str, Any], str]:
    """The folder of the release, whole and in its place; its manifest and the hash of it."""
    population = Population(release.population)
    building = new_building_folder(population)
    try:
        with duckdb_in(building) as connection:
            written = write_contents(
                connection, contents, building, say=say, rows_at_once=rows_at_once
            )
        shutil.rmtree(building / ".staged", ignore_errors=True)
        manifest = described(
            name=release.name,
            population=population,
            as_of=release.as_of,
            sources=sources,
            written=written,
        )
        write_manifest(building, manifest)
        _index(building, say)
        say("scellement")
        manifest, sha256 = seal(building, manifest)
        set_in_place(building, release_folder(population, release.name))
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return manifest, sha256


def _index(folder: Path, say: Say) -> None:
    """Index the release, when this installation has an index."""
    if importlib.util.find_spec(INDEX) is None:
        return
    build: Callable[[Path], object] | None = getattr(importlib.import_module(INDEX), "build", None)
    if build is not None:
        say("index")
        build(folder)


@transaction.atomic
def publish_release(
    release_id: int, *, manifest: dict[str, Any], sha256: str, actor: Actor, now: datetime
) -> None:
    """CGV Def: make a release the one in use; the one before is superseded in the same breath."""
    release = Release.objects.select_for_update().get(pk=release_id)
    previous = (
        Release.objects.select_for_update()
        .filter(population=release.population, state=ReleaseState.PUBLISHED)
        .first()
    )
    if previous is not None:
        _move(previous, ReleaseState.SUPERSEDED)
    Release.objects.filter(pk=release_id).update(
        manifest=manifest,
        manifest_sha256=sha256,
        rows=manifest["rows"],
        built_at=now,
        published_at=now,
    )
    _move(release, ReleaseState.PUBLISHED)
    _journal(
        "base.release_published",
        release,
        actor,
        now,
        before={"release": previous.name} if previous else None,
        after={"rows": manifest["rows"], "sha256": sha256, "as_of": release.as_of},
    )


def _move(release: Release, new: ReleaseState) -> None:
    """Compare and swap. Raises StaleReleaseError."""
    old = ReleaseState(release.state)
    if new not in RELEASE_TRANSITIONS[old]:
        raise StaleReleaseError(f"La version {release.name} ne peut pas passer à cet état.")
    if not Release.objects.filter(pk=release.pk, state=old).update(state=new):
        raise StaleReleaseError(f"La version {release.name} vient de changer d’état.")
    release.state = new


def _fail(release_id: int, why: str) -> None:
    """A release that never was; its folder, if it had one, is nothing."""
    changed = Release.objects.filter(pk=release_id, state=ReleaseState.BUILDING).update(
        state=ReleaseState.FAILED, failure=why[:2000]
    )
    if changed:
        release = Release.objects.get(pk=release_id)
        remove_folder(release_folder(Population(release.population), release.name))


def sweep(population: Population, *, now: datetime) -> int:
    """Clear what killed builds and removals left; the caller is alone. How many things."""
    cleared = remove_leftovers(population)
    building = Release.objects.filter(population=population, state=ReleaseState.BUILDING)
    for release in building:
        _fail(release.pk, f"Fabrication interrompue, constatée le {now:%d/%m/%Y}.")
        cleared += 1
    gone = Release.objects.filter(
        population=population, state__in=[ReleaseState.FAILED, ReleaseState.REMOVED]
    )
    for name in gone.values_list("name", flat=True):
        folder = release_folder(population, name)
        cleared += folder.exists()
        remove_folder(folder)
    return cleared


@transaction.atomic
def roll_back_release(
    *, population: Population, actor: Actor, reason: str, now: datetime, to: str = ""
) -> ReleaseRef:
    """CGV Def: use an earlier release again: the one before, or the one named `to`.

    Raises ReleaseError when its files are not those that were published.
    """
    rows = Release.objects.select_for_update().filter(population=population)
    current = rows.filter(state=ReleaseState.PUBLISHED).first()
    earlier = rows.filter(state=ReleaseState.SUPERSEDED).order_by("-pk")
    if to:
        earlier = earlier.filter(name=to)
    elif current is not None:
        earlier = earlier.filter(pk__lt=current.pk)
    target = earlier.first()
    if target is None:
        raise ReleaseError(
            f"Aucune version « {to} » n’attend d’être reprise."
            if to
            else "Aucune version plus ancienne n’est gardée."
        )
    check_folder(ref_of(target).path, target.manifest_sha256, hashes=False)
    if current is not None:
        _move(current, ReleaseState.SUPERSEDED)
    _move(target, ReleaseState.PUBLISHED)
    _journal(
        "base.release_rolled_back",
        target,
        actor,
        now,
        before={"release": current.name} if current else None,
        after={"release": target.name, "reason": reason},
    )
    return ref_of(target)


def verify_release(name: str) -> ReleaseRef:
    """CGV Def: read every byte of a release again. Raises ReleaseError naming what differs."""
    release = Release.objects.filter(name=name).first()
    if release is None or not release.manifest_sha256:
        raise ReleaseError(f"Aucune version publiée ne s’appelle « {name} ».")
    if release.state == ReleaseState.REMOVED:
        raise ReleaseError(f"Les fichiers de « {name} » ont été retirés.")
    ref = ref_of(release)
    check_folder(ref.path, release.manifest_sha256)
    return ref


def remove_old_releases(population: Population, *, actor: Actor, now: datetime) -> list[str]:
    """CGV Def: take away releases beyond those to keep, unless a delivery may still need them."""
    superseded = Release.objects.filter(population=population, state=ReleaseState.SUPERSEDED)
    beyond = superseded.order_by("-pk")[max(1, settings.BASE_RELEASES_KEPT - 1) :]
    needed = usage.releases_in_use()
    removed = [release for release in beyond if release.pk not in needed]
    for release in removed:
        with transaction.atomic():
            _move(release, ReleaseState.REMOVED)
            _journal("base.release_removed", release, actor, now, after={"name": release.name})
        remove_folder(release_folder(population, release.name))
    return [release.name for release in removed]


def _journal(
    action: str,
    release: Release,
    actor: Actor,
    at: datetime,
    *,
    after: dict[str, object],
    before: dict[str, object] | None = None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"release:{release.name}",
        before=before,
        after=after,
        at=at,
    )


__all__ = [
    "build_release",
    "publish_release",
    "remove_old_releases",
    "roll_back_release",
    "sweep",
    "verify_release",
]
