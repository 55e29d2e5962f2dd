"""Take a supplier's file of consumers in: read, cleaned, counted, resumable (CGV Def)."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.consumers import macros
from marketingconnect.base.consumers.cleaning import clean_block
from marketingconnect.base.consumers.fields import Override, read_override
from marketingconnect.base.consumers.finishing import CLEAN, Day, load_forms
from marketingconnect.base.consumers.folders import LoadFolder, folder_of, load_folder
from marketingconnect.base.consumers.places import load_places
from marketingconnect.base.consumers.reading import BLOCK, clear_copies, read_raw
from marketingconnect.base.engine import (
    COPY_OPTIONS,
    DuckDB,
    duckdb_in,
    parquet,
    plain_failures,
    quoted,
)
from marketingconnect.base.errors import BaseError, UnreadableSupplierFileError
from marketingconnect.base.models import ConsentForm, Supplier, SupplierLoad
from marketingconnect.base.releases.manifest import sha256_of
from marketingconnect.base.releases.parts import Say
from marketingconnect.base.rules import Ground, ground_suffices, oldest_usable_day
from marketingconnect.base.states import LOAD_TRANSITIONS, LoadState
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.terms.queries import law

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as it was handed over."""

    path: Path
    supplier: Supplier
    delivered_on: date
    mapping: Path | None = None
    replaces: bool = False
    """Its rows stand in for everything the supplier gave before."""


def load_file(
    delivery: Delivery, *, actor: Actor, now: Clock, say: Say, block: int = BLOCK
) -> SupplierLoad:
    """CGV Def: take a file in; the same bytes again go on where they stopped, and count once.

    Raises BaseError with what to do; nothing of a file that failed is ever used.
    """
    if delivery.supplier.suspended_at is not None:
        raise BaseError(
            f"« {delivery.supplier} » est suspendu ({delivery.supplier.suspension_reason}) :"
            " ses fichiers ne sont pas pris."
        )
    override = read_override(delivery.mapping)
    sha256 = _hashed(delivery.path)
    load = _opened(delivery, sha256, now())
    if load.state == LoadState.ACTIVE:
        return load
    try:
        with load_folder(delivery.supplier.number, sha256) as folder, plain_failures():
            folder.start(_parameters(delivery, override))
            with duckdb_in(folder.path) as connection:
                _read(connection, delivery, override, folder, load, say)
                _clean(connection, delivery, folder, load, say, block)
                figures = _figures(connection, folder)
        _activate(load, figures, delivery, actor=actor, now=now())
    except UnreadableSupplierFileError as error:
        _fail(load, error, now())
        folder_of(delivery.supplier.number, sha256).remove()
        raise
    except Exception as error:
        _fail(load, error, now())
        raise
    load.refresh_from_db()
    return load


def _hashed(path: Path) -> str:
    try:
        if not path.stat().st_size:
            raise UnreadableSupplierFileError(f"« {path.name} » est vide.")
        return sha256_of(path)
    except FileNotFoundError as error:
        raise UnreadableSupplierFileError(f"« {path} » n’existe pas.") from error
    except OSError as error:
        raise UnreadableSupplierFileError(f"« {path} » ne peut pas être lu.") from error


@transaction.atomic
def _opened(delivery: Delivery, sha256: str, now: datetime) -> SupplierLoad:
    """The row of this file: a new one, or the one that was begun."""
    known = SupplierLoad.objects.select_for_update().exclude(state=LoadState.REPLACED)
    load = known.filter(supplier=delivery.supplier, sha256=sha256).first()
    if load is None:
        return SupplierLoad.objects.create(
            supplier=delivery.supplier,
            original_name=delivery.path.name[:255],
            sha256=sha256,
            size=delivery.path.stat().st_size,
            delivered_on=delivery.delivered_on,
            started_at=now,
        )
    if load.state == LoadState.FAILED:
        _move(load, LoadState.READING)
        SupplierLoad.objects.filter(pk=load.pk).update(
            failure="", finished_at=None, delivered_on=delivery.delivered_on
        )
        load.refresh_from_db()
    return load


def _parameters(delivery: Delivery, override: Override) -> dict[str, Any]:
    forms = ConsentForm.objects.filter(supplier=delivery.supplier).order_by("pk")
    return {
        "delivered_on": delivery.delivered_on.isoformat(),
        "override": asdict(override),
        "forms": list(forms.values_list("pk", flat=True)),
    }


def _read(
    connection: DuckDB,
    delivery: Delivery,
    override: Override,
    folder: LoadFolder,
    load: SupplierLoad,
    say: Say,
) -> None:
    """Fill `raw/`, unless an earlier run did."""
    if not folder.raw.exists():
        _tell(load, "lecture", say)
        reading = folder.path / "reading"
        reading.mkdir(exist_ok=True)
        raw = read_raw(connection, delivery.path, reading, override)
        clear_copies(reading)
        told = {
            "rows": raw.rows,
            "unknown": list(raw.mapped.unknown),
            "read": sorted(raw.mapped.positions),
            **raw.mapped.to_json(),
        }
        (reading / "mapped.json").write_text(json.dumps(told), encoding="utf-8")
        reading.rename(folder.raw)
    told = _mapped(folder)
    SupplierLoad.objects.filter(pk=load.pk).update(
        mapping=told["titles"], unknown_columns=told["unknown"]
    )


def _mapped(folder: LoadFolder) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder.raw / "mapped.json").read_text(encoding="utf-8"))
    return told


def _clean(
    connection: DuckDB,
    delivery: Delivery,
    folder: LoadFolder,
    load: SupplierLoad,
    say: Say,
    size: int,
) -> None:
    """Clean the blocks that are not yet; each appears whole, its refused rows first."""
    told = _mapped(folder)
    macros.define(connection)
    load_places(connection)
    load_forms(connection, _forms(delivery.supplier))
    day = _day(delivery.delivered_on)
    for number, start in enumerate(range(0, told["rows"], size)):
        if folder.rows_of(number).exists():
            continue
        done = min(start + size, told["rows"])
        clean_block(
            connection,
            folder.raw_rows,
            range(start, done),
            defaults=told["defaults"],
            read=frozenset(told["read"]),
            day=day,
        )
        _keep(connection, _refused_rows(), folder.refused_of(number))
        _keep(connection, _kept_rows(), folder.rows_of(number))
        SupplierLoad.objects.filter(pk=load.pk).update(rows_read=done)
        _tell(load, f"{done} lignes sur {told['rows']}", say)


def _forms(supplier: Supplier) -> list[tuple[object, ...]]:
    return [
        (f.pk, f.reference, f.version, f.ground, f.used_from, f.used_to, f.channels)
        for f in ConsentForm.objects.filter(supplier=supplier)
    ]


def _day(delivered_on: date) -> Day:
    facts = law()
    consumers = Population.CONSUMERS
    return Day(
        delivered_on=delivered_on,
        oldest={
            channel: oldest_usable_day(
                population=consumers, channel=channel, on=delivered_on, law=facts
            )
            for channel in Channel
        },
        consent_asked=frozenset(
            channel
            for channel in Channel
            if not ground_suffices(
                Ground.LEGITIMATE_INTEREST,
                population=consumers,
                channel=channel,
                on=delivered_on,
                law=facts,
            )
        ),
    )


def _kept_rows() -> str:
    return f"SELECT {', '.join(CLEAN)} FROM cleaned WHERE refusal IS NULL ORDER BY line"  # noqa: S608


def _refused_rows() -> str:
    """Refused rows, and the channels that stay closed on rows that are kept."""
    closed = " UNION ALL ".join(
        f"SELECT line, '{channel}' AS channel, {channel}_verdict AS reason,"  # noqa: S608
        f" 0::BIGINT AS record_key FROM cleaned"
        f" WHERE refusal IS NULL AND {channel}_verdict <> 'ok'"
        for channel in Channel
    )
    return (
        "SELECT line, '' AS channel, refusal AS reason, record_key FROM cleaned"  # noqa: S608
        f" WHERE refusal IS NOT NULL UNION ALL {closed}"
    )


def _keep(connection: DuckDB, select: str, target: Path) -> None:
    draft = target.with_suffix(".draft")
    connection.execute(f"COPY ({select}) TO {quoted(draft)} ({COPY_OPTIONS})")
    draft.rename(target)


def _figures(connection: DuckDB, folder: LoadFolder) -> dict[str, Any]:
    """What came of the rows: always read = kept + the sum of refused."""
    kept = _count(connection, folder.rows)
    refused: dict[str, int] = {}
    without: dict[str, int] = {}
    if list(folder.path.glob("refused-*.parquet")):
        found = connection.execute(
            f"SELECT channel, reason, count(*) FROM {parquet(folder.refused)}"  # noqa: S608
            " GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        refused = {reason: count for channel, reason, count in found if not channel}
        without = {f"{channel}:{reason}": count for channel, reason, count in found if channel}
    cut = _count(connection, str(folder.raw / "cut.parquet"))
    refused |= {"cut": cut} if cut else {}
    return {
        "rows_read": kept + sum(refused.values()),
        "kept": kept,
        "refused": refused,
        "without_channel": without,
    }


def _count(connection: DuckDB, files: str) -> int:
    if not list(Path(files).parent.glob(Path(files).name)):
        return 0
    return int(connection.execute(f"SELECT count(*) FROM {parquet(files)}").fetchone()[0])  # noqa: S608


@transaction.atomic
def _activate(
    load: SupplierLoad, figures: dict[str, Any], delivery: Delivery, *, actor: Actor, now: datetime
) -> None:
    """The file counts from now on; those it stands in for count no more."""
    replaced = []
    if delivery.replaces:
        active = SupplierLoad.objects.select_for_update().filter(
            supplier=load.supplier, state=LoadState.ACTIVE
        )
        for earlier in active:
            _move(earlier, LoadState.REPLACED)
            replaced.append(earlier.pk)
    SupplierLoad.objects.filter(pk=load.pk).update(finished_at=now, step="", **figures)
    _move(load, LoadState.ACTIVE)
    record(
        action="base.file_loaded",
        actor=actor,
        company_id=None,
        subject=f"supplier_load:{load.pk}",
        after={
            "supplier": load.supplier.number,
            "sha256": load.sha256,
            "replaced": replaced,
            **figures,
        },
        at=now,
    )


def _move(load: SupplierLoad, new: LoadState) -> None:
    old = LoadState(load.state)
    if new not in LOAD_TRANSITIONS[old]:
        raise BaseError("Ce fichier n’est pas dans l’état attendu.")
    if not SupplierLoad.objects.filter(pk=load.pk, state=old).update(state=new):
        raise BaseError("Ce fichier vient de changer d’état : relancez.")
    load.state = new


def _fail(load: SupplierLoad, error: Exception, now: datetime) -> None:
    SupplierLoad.objects.filter(pk=load.pk, state=LoadState.READING).update(
        state=LoadState.FAILED, failure=str(error)[:2000], finished_at=now
    )


def _tell(load: SupplierLoad, step: str, say: Say) -> None:
    SupplierLoad.objects.filter(pk=load.pk).update(step=step)
    say(step)
