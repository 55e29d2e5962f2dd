"""Make the consumers' release out of every active file (CGV Def)."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings

from marketingconnect.audit.actors import Actor
from marketingconnect.base.consumers.fallback import fill
from marketingconnect.base.consumers.folders import folder_of
from marketingconnect.base.consumers.heaps import DUPLICATES
from marketingconnect.base.consumers.merging import PEOPLE, LoadedRows, merge_people
from marketingconnect.base.consumers.people_columns import release_proofs, release_rows
from marketingconnect.base.engine import (
    COPY_OPTIONS,
    DuckDB,
    duckdb_in,
    parquet,
    plain_failures,
    quoted,
)
from marketingconnect.base.errors import BaseError
from marketingconnect.base.models import ConsentForm, SupplierLoad
from marketingconnect.base.queries import published_manifest, published_release
from marketingconnect.base.releases.contents import Contents, ReleaseRef, SourceNote
from marketingconnect.base.releases.parts import Say
from marketingconnect.base.schema import TOMBSTONES, TOMBSTONES_FILE, select_list
from marketingconnect.base.services.loads import Clock
from marketingconnect.base.services.releases import build_release
from marketingconnect.base.states import LoadState
from marketingconnect.base.vocabulary import Population
from marketingconnect.clock import paris_date
from marketingconnect.sandbox.folder_lock import FolderInUse, hold

_FORM_COLUMNS = ("id", "reference", "version", "ground", "source", "wording", "recipients")


def active_loads() -> list[SupplierLoad]:
    """The files that count, from the oldest delivery."""
    active = SupplierLoad.objects.filter(state=LoadState.ACTIVE).select_related("supplier")
    return list(active.order_by("delivered_on", "pk"))


def is_release_current() -> bool:
    """Whether the release in use is made of exactly the active files."""
    manifest = published_manifest(Population.CONSUMERS)
    made_of = {source["reference"] for source in manifest.get("sources", ())}
    return bool(manifest) and made_of == {load.sha256 for load in active_loads()}


def rebuild_consumers(*, as_of: date, actor: Actor, now: Clock, say: Say) -> ReleaseRef:
    """CGV Def: merge the active files into one record a person, and publish. Safe to repeat."""
    loads = active_loads()
    if not loads:
        raise BaseError("Aucun fichier de particuliers n’est chargé.")
    with _work_folder() as work, plain_failures():
        say("rapprochement des personnes")
        contents = _contents(loads, work)
        ref = build_release(
            contents,
            sources=[_note(load) for load in loads],
            as_of=as_of,
            actor=actor,
            now=now,
            say=say,
        )
        _report_duplicates(loads, work)
    _remove_replaced()
    return ref


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder for one merger at a time, empty at its start, gone at its end."""
    root = Path(settings.BASE_ROOT) / "loads"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = hold(root / ".lock")
    except FolderInUse as error:
        raise BaseError("Un rapprochement est en cours : attendez sa fin.") from error
    work = root / ".merging"
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.close(descriptor)


def _contents(loads: Sequence[SupplierLoad], work: Path) -> Contents:
    with duckdb_in(work) as connection:
        rows = [
            LoadedRows(
                id=load.pk,
                supplier=load.supplier.number,
                order=order,
                files=folder_of(load.supplier.number, load.sha256).rows,
            )
            for order, load in enumerate(loads)
        ]
        merge_people(connection, rows, withdrawn=_withdrawn(loads), folder=work)
        _write_forms(connection, loads, work)
        _write_tombstones(connection, _withdrawn(loads), work)
    people, forms = work / PEOPLE, work / "forms.parquet"
    return Contents(
        population=Population.CONSUMERS,
        rows=release_rows(people),
        proofs=release_proofs(people, forms),
        tombstones=f"SELECT * FROM {parquet(work / TOMBSTONES_FILE)}",  # noqa: S608
    )


def _withdrawn(loads: Sequence[SupplierLoad]) -> str:
    """Everyone who withdrew: in a file, or in the release before this one."""
    known = [
        f"SELECT record_key, DATE {quoted(load.delivered_on.isoformat())} AS since"  # noqa: S608
        f" FROM {parquet(folder_of(load.supplier.number, load.sha256).refused)}"
        " WHERE reason = 'withdrawn' AND record_key IS NOT NULL"
        for load in loads
    ]
    if before := published_release(Population.CONSUMERS):
        known.append(f"SELECT record_key, since FROM {parquet(before.path / TOMBSTONES_FILE)}")  # noqa: S608
    return " UNION ALL ".join(known)


def _write_forms(connection: DuckDB, loads: Sequence[SupplierLoad], work: Path) -> None:
    forms = ConsentForm.objects.filter(supplier__in={load.supplier_id for load in loads})
    fill(connection, "forms_told", _FORM_COLUMNS, list(forms.values_list(*_FORM_COLUMNS)))
    connection.execute(
        "COPY (SELECT * REPLACE (CAST(id AS INTEGER) AS id) FROM forms_told)"  # noqa: S608
        f" TO {quoted(work / 'forms.parquet')} (FORMAT parquet)"
    )


def _write_tombstones(connection: DuckDB, withdrawn: str, work: Path) -> None:
    """Those who withdrew and did not agree again since."""
    connection.execute(
        f"COPY (SELECT {select_list(TOMBSTONES)} FROM (SELECT record_key, '' AS siren,"  # noqa: S608
        f" '' AS siret, 'retrait' AS reason, max(since) AS since FROM ({withdrawn})"
        f" ANTI JOIN {parquet(work / PEOPLE)} USING (record_key) GROUP BY record_key))"
        f" TO {quoted(work / TOMBSTONES_FILE)} ({COPY_OPTIONS})"
    )


def _note(load: SupplierLoad) -> SourceNote:
    return SourceNote(
        supplier=load.supplier.number,
        name=load.supplier.name,
        vintage=load.delivered_on.isoformat(),
        delivered_on=load.delivered_on,
        loaded_on=paris_date(load.finished_at or load.started_at),
        licence=load.supplier.licence,
        rows=load.kept,
        reference=load.sha256,
    )


def _report_duplicates(loads: Sequence[SupplierLoad], work: Path) -> None:
    """Each file's merged rows and why, beside its rows; counted on its row in the database."""
    with duckdb_in(work) as connection:
        found = connection.execute(
            f"SELECT load, reason, count(*) FROM {parquet(work / DUPLICATES)} GROUP BY ALL"  # noqa: S608
        ).fetchall()
        for load in loads:
            reasons = {reason: count for pk, reason, count in found if pk == load.pk}
            SupplierLoad.objects.filter(pk=load.pk).update(duplicates=reasons)
            target = folder_of(load.supplier.number, load.sha256).duplicates
            draft = target.with_suffix(".draft")
            connection.execute(
                f"COPY (SELECT line, reason, kept_as FROM {parquet(work / DUPLICATES)}"  # noqa: S608
                f" WHERE load = {load.pk} ORDER BY line) TO {quoted(draft)} ({COPY_OPTIONS})"
            )
            draft.rename(target)


def _remove_replaced() -> None:
    """Take away the rows of files that count no more."""
    latest = SupplierLoad.objects.values("supplier__number", "sha256", "state")
    kept = {
        (row["supplier__number"], row["sha256"])
        for row in latest
        if row["state"] != LoadState.REPLACED
    }
    for row in latest:
        if row["state"] == LoadState.REPLACED:
            place = (row["supplier__number"], row["sha256"])
            if place not in kept:
                folder_of(*place).remove()
