"""Releases: sorted and numbered, published at once, taken back, never half there."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection
from pytest_django import Settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base import usage
from marketingconnect.base.engine import parquet
from marketingconnect.base.errors import ReleaseError
from marketingconnect.base.models import Release
from marketingconnect.base.queries import published_release, release_named
from marketingconnect.base.releases.contents import Contents, ReleaseRef
from marketingconnect.base.releases.folders import alone, population_folder
from marketingconnect.base.schema import CONSUMERS, PROFESSIONALS, check_parquet, parts_of
from marketingconnect.base.services.releases import (
    build_release,
    roll_back_release,
    verify_release,
)
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Population
from tests.base.made import AS_OF, KEEPER, NOON, consumers, noon, note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def base_root(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_ROOT = tmp_path / "base"


def build(contents: Contents, **options: Any) -> ReleaseRef:
    return build_release(contents, sources=[note()], as_of=AS_OF, actor=KEEPER, now=noon, **options)


def rows_of(ref: ReleaseRef, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        found: list[tuple[Any, ...]] = db.execute(
            query.format(rows=parquet(parts_of(ref.path)))
        ).fetchall()
        return found


@pytest.mark.parametrize("rows_at_once", [150, 100_000])
def test_rows_are_numbered_in_the_sorted_order_however_they_were_cut(
    tmp_path: Path, rows_at_once: int
) -> None:
    ref = build(consumers(tmp_path, 900), rows_at_once=rows_at_once)

    assert (len(parts_of(ref.path)) > 1) == (rows_at_once == 150)
    with duckdb.connect() as db:
        for part in parts_of(ref.path):
            check_parquet(db, part, CONSUMERS)
    numbers = rows_of(ref, "SELECT row_no, address_no, household_no FROM {rows}")
    assert [row for row, _, _ in numbers] == list(range(900))
    addresses = [address for _, address, _ in numbers]
    households = [household for _, _, household in numbers]
    assert addresses == sorted(addresses)
    assert households == sorted(households)
    assert set(addresses) == set(range(150))
    assert set(households) == set(range(450))
    for column in ("zone", "departement", "commune"):
        runs = rows_of(
            ref,
            f"SELECT count(*), count(DISTINCT ({column})) FROM (SELECT {column},"
            f" lag({column}) OVER (ORDER BY row_no) AS before FROM {{rows}})"
            f" WHERE before IS DISTINCT FROM {column}",
        )
        assert runs[0][0] == runs[0][1], column


def test_two_cuts_of_the_same_rows_give_the_same_numbers(tmp_path: Path) -> None:
    contents = consumers(tmp_path, 600)
    query = "SELECT * FROM {rows} ORDER BY row_no"

    assert rows_of(build(contents), query) == rows_of(build(contents, rows_at_once=100), query)


def test_a_release_is_sealed_by_its_manifest_and_journaled(tmp_path: Path) -> None:
    ref = build(consumers(tmp_path, 120))

    manifest = json.loads((ref.path / "manifest.json").read_text())
    assert ref.name == "consumers-2026-11-25-01"
    assert (manifest["rows"], manifest["households"], manifest["addresses"]) == (120, 60, 20)
    assert manifest["channels"] == {"post": 120, "phone": 30, "mobile": 0, "email": 0}
    assert manifest["sources"][0]["licence"] == "Contrat FR-2026"
    assert {"part-000.parquet", "proofs.parquet", "tombstones.parquet"} <= set(manifest["files"])
    assert published_release(Population.CONSUMERS) == ref
    assert ref.vintage.isoformat() == "2026-11-20"
    assert JournalEntry.objects.get().action == "base.release_published"
    assert oct(ref.path.stat().st_mode)[-3:] == "700"
    assert verify_release(ref.name) == ref


def test_the_next_release_leaves_the_one_before_usable(tmp_path: Path) -> None:
    first = build(consumers(tmp_path, 60))
    second = build(consumers(tmp_path, 120))

    assert published_release(Population.CONSUMERS) == second
    assert release_named(first.name) == first
    assert verify_release(first.name) == first


def test_rolling_back_goes_one_release_further_each_time(tmp_path: Path) -> None:
    first, second, third = (build(consumers(tmp_path, rows)) for rows in (60, 120, 180))

    def back(**options: Any) -> str:
        return roll_back_release(
            population=Population.CONSUMERS, actor=KEEPER, reason="essai", now=NOON, **options
        ).name

    assert back() == second.name
    assert back() == first.name
    with pytest.raises(ReleaseError, match="Aucune version plus ancienne"):
        back()
    assert back(to=third.name) == third.name
    assert published_release(Population.CONSUMERS) == third
    assert JournalEntry.objects.filter(action="base.release_rolled_back").count() == 3


def test_a_byte_that_changed_is_found(tmp_path: Path) -> None:
    first, second = build(consumers(tmp_path, 60)), build(consumers(tmp_path, 60))
    part = first.path / "part-000.parquet"
    whole = part.read_bytes()
    part.write_bytes(whole[:-9] + b"x" + whole[-8:])

    with pytest.raises(ReleaseError, match=r"part-000\.parquet.*origine"):
        verify_release(first.name)
    part.unlink()
    with pytest.raises(ReleaseError, match="manque"):
        roll_back_release(population=Population.CONSUMERS, actor=KEEPER, reason="", now=NOON)
    assert published_release(Population.CONSUMERS) == second


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ({"record_key": "i // 2"}, "même clé"),
        ({"phone_proof": "0"}, "sans preuve"),
        ({"email_supplier": "2", "email_proof": "3"}, "sans preuve"),
    ],
)
def test_rows_that_break_a_promise_are_not_published(
    tmp_path: Path, where: dict[str, str], why: str
) -> None:
    kept = build(consumers(tmp_path, 60))

    with pytest.raises(ReleaseError, match=why):
        build(consumers(tmp_path, 60, where=where))
    assert published_release(Population.CONSUMERS) == kept
    assert Release.objects.get(state=ReleaseState.FAILED).failure
    folder = population_folder(Population.CONSUMERS)
    assert [path.name for path in folder.iterdir() if path.name != ".lock"] == [kept.name]


def test_a_record_withdrawn_cannot_be_in_the_release(tmp_path: Path) -> None:
    contents = consumers(tmp_path, 60, where={"record_key": "i"})
    withdrawn = (
        "SELECT CAST(7 AS BIGINT) AS record_key, '' AS siren, '' AS siret, 'retrait' AS reason,"
        " DATE '2026-11-01' AS since"
    )

    with pytest.raises(ReleaseError, match="retirée"):
        build(Contents(contents.population, contents.rows, contents.proofs, withdrawn))


def test_an_empty_release_has_its_columns(tmp_path: Path) -> None:
    ref = build(Contents.empty(Population.PROFESSIONALS))

    with duckdb.connect() as db:
        check_parquet(db, ref.path / "part-000.parquet", PROFESSIONALS)
    assert ref.rows == 0


def test_only_releases_that_nobody_needs_are_taken_away(tmp_path: Path, settings: Settings) -> None:
    settings.BASE_RELEASES_KEPT = 2
    first = build(consumers(tmp_path, 60))
    usage.register("essais", lambda: {first.id})
    names = [build(consumers(tmp_path, 60)).name for _ in range(3)]
    usage.register("essais", lambda: ())

    kept = {path.name for path in population_folder(Population.CONSUMERS).glob("c*")}
    assert kept == {first.name, *names[1:]}
    assert release_named(names[0]) is None
    assert release_named(first.name) == first


def test_one_builder_at_a_time(tmp_path: Path) -> None:
    with alone(Population.CONSUMERS), pytest.raises(ReleaseError, match="en cours"):
        build(consumers(tmp_path, 60))
    assert not Release.objects.exists()


def test_the_database_refuses_two_published_releases(tmp_path: Path) -> None:
    build(consumers(tmp_path, 60))
    first = build(consumers(tmp_path, 60))
    with pytest.raises(Exception, match="one_published_release"), connection.cursor() as cursor:
        cursor.execute("UPDATE base_release SET state = 'published' WHERE id <> %s", [first.id])
