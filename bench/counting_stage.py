"""What a count stands on at full size: two releases, oppositions, deliveries, rights in force."""

import io
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
from django.db import connection
from django.test import override_settings

from bench.releases import make_release
from marketingconnect import clock, storage
from marketingconnect.accounts.models import Company
from marketingconnect.base.engine import parquet
from marketingconnect.base.index import ReleaseIndex, build
from marketingconnect.base.index.digests import address_expression
from marketingconnect.base.models import Release, RightOfUse, Supplier
from marketingconnect.base.schema import INDEX_FOLDER, parts_of
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.clock.models import ClockShift
from marketingconnect.suppression.keys import hash_beginnings, newest_version
from marketingconnect.suppression.models import Scope
from marketingconnect.targeting import desk
from marketingconnect.targeting.live import register_deliveries
from marketingconnect.targeting.models import Selection
from marketingconnect.terms.services import seed_law

Say = Callable[[str], object]
TODAY: Final = date(2026, 11, 25)
NOW: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DELIVERED: Final = 500_000 / 30_000_000
OPPOSED: Final = 3_000_000 / 30_000_000
COMPANY: Final = 1


@dataclass(frozen=True)
class Built:
    """One release and what its index took."""

    folder: Path
    rows: int
    index_seconds: float
    bitmap_bytes: int
    index_bytes: int


class Deliveries:
    """The one delivery of the bench, to the company that counts."""

    def __init__(self, selection_id: int) -> None:
        self._selection_id = selection_id

    def to_company(self, company_id: int) -> list[int]:
        return [self._selection_id] if company_id == COMPANY else []

    def since(self, day: date) -> list[int]:
        return []


def build_both(root: Path, consumers: int, say: Say) -> dict[Population, Built]:
    """Both releases below `root`, or those that a run before made there."""
    sizes = {Population.CONSUMERS: consumers, Population.PROFESSIONALS: consumers // 2}
    return {population: _built(root, population, rows, say) for population, rows in sizes.items()}


def _built(root: Path, population: Population, rows: int, say: Say) -> Built:
    folder = root / population.value / f"{population.value}-2026-11-25-01"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        make_release(folder, population, rows=round(rows * 0.926) if _is_home(population) else rows)
    noted = folder.parent / "index_seconds"
    if not (folder / INDEX_FOLDER / "directory.json").exists():
        started = time.perf_counter()
        build(folder)
        noted.write_text(str(time.perf_counter() - started))
    index = ReleaseIndex(folder)
    files = [path for path in (folder / INDEX_FOLDER).rglob("*") if path.is_file()]
    found = Built(
        folder,
        index.rows,
        float(noted.read_text()),
        index.bytes_of_bitmaps(),
        sum(path.stat().st_size for path in files),
    )
    say(
        f"{population.label} : {found.rows} lignes, index en {found.index_seconds:.0f} s,"
        f" {found.bitmap_bytes / 1e6:.0f} Mo de bitmaps"
    )
    return found


def _is_home(population: Population) -> bool:
    """Homes have a few more people than the maker aims at."""
    return population is Population.CONSUMERS


@contextmanager
def published(root: Path, built: Mapping[Population, Built], say: Say) -> Iterator[None]:
    """The releases in use, in a database where oppositions and a delivery stand too."""
    with override_settings(BASE_ROOT=root, COUNTER_SOCKET=""):
        seed_law(NOW)
        _stop_at(NOW)
        _rights()
        refs = {population: _release(population, one) for population, one in built.items()}
        _oppose(built[Population.CONSUMERS], say)
        _deliver(built[Population.CONSUMERS], refs[Population.CONSUMERS])
        desk.office.cache_clear()
        yield
        desk.office.cache_clear()


def _stop_at(instant: datetime) -> None:
    """The day of the bases, for consents grow old: also that of the counting process."""
    seconds = int((instant - clock.now()).total_seconds())
    ClockShift.objects.update_or_create(pk=1, defaults={"seconds": seconds})


def _rights() -> None:
    for number in range(1, 5):
        supplier, _ = Supplier.objects.get_or_create(
            number=number, defaults={"name": f"Fournisseur {number}", "registered_at": NOW}
        )
        supplier.rights.all().delete()
        for population in Population:
            RightOfUse.objects.create(
                supplier=supplier,
                population=population,
                channels=[channel.value for channel in Channel],
                purposes=[purpose.value for purpose in Purpose],
                starts_on=date(2020, 1, 1),
                contract_reference="MESURE",
                granted_at=NOW,
            )


def _release(population: Population, built: Built) -> Release:
    return Release.objects.create(
        name=built.folder.name,
        population=population,
        state=ReleaseState.PUBLISHED,
        as_of=TODAY,
        vintage=TODAY,
        started_at=NOW,
        built_at=NOW,
        published_at=NOW,
        rows=built.rows,
        manifest_sha256="0" * 64,
    )


def _oppose(built: Built, say: Say) -> None:
    """A tenth of the people oppose mail, each under the digest that a real opposition has."""
    wanted = round(built.rows * OPPOSED)
    first, second = hash_beginnings(
        channel="post", scope=Scope.OPERATOR, company_id=0, version=newest_version()
    )
    address = address_expression(Population.CONSUMERS, Channel.POST)
    with duckdb.connect() as duck:
        rows = duck.execute(
            "SELECT DISTINCT sha256(CAST(? AS BLOB) || unhex(sha256(CAST(? AS BLOB)"  # noqa: S608
            f" || encode({address})))) FROM {parquet(parts_of(built.folder))}"
            f" WHERE hash(row_no, 5) % {built.rows} < {wanted}",
            [second, first],
        )
        text = io.StringIO()
        taken = 0
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY suppression_suppression"
                " (scope, company_id, channel, digest, key_version, reason, since) FROM STDIN"
            ) as copy,
        ):
            while some := rows.fetchmany(50_000):
                taken += len(some)
                text.write(
                    "".join(
                        f"operator\t0\tpost\t\\\\x{digest}\t{newest_version()}\tmesure\t{NOW}\n"
                        for (digest,) in some
                    )
                )
                copy.write(text.getvalue())
                text.seek(0)
                text.truncate()
    say(f"{taken} oppositions enregistrées")


def _deliver(built: Built, release: Release) -> None:
    """Selections delivered before, of rows drawn everywhere."""
    index = ReleaseIndex(built.folder)
    wanted = round(built.rows * DELIVERED)
    rows = np.sort(np.random.default_rng(3).choice(built.rows, wanted, replace=False))
    keys = index.keys_of(rows.astype(np.uint32)).astype("<i8")
    stored = storage.save("selections", "keys.bin", [keys.tobytes()])
    stored_rows = storage.save("selections", "rows.bin", [rows.astype("<u4").tobytes()])
    Company.objects.create(
        pk=COMPANY,
        reference="C-000001",
        siret="73282932000074",
        legal_name="Mesure SAS",
        billing_street="1 RUE DE LA MESURE",
        billing_postal_code="69001",
        billing_city="LYON",
        territory="metropole",
        created_at=NOW,
    )
    selection = Selection.objects.create(
        order_reference="mesure",
        company_id=COMPANY,
        population=Population.CONSUMERS,
        release=release,
        criteria={},
        fingerprint="",
        context={},
        available=wanted,
        count=wanted,
        seed=1,
        rows_path=stored_rows.path,
        keys_path=stored.path,
        sha256=stored.sha256,
        frozen_at=NOW,
    )
    register_deliveries("bench", lambda: Deliveries(selection.pk))
