"""One record a person: whoever wrote the files, nobody is there twice, and the latest word wins."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketingconnect.base.consumers.finishing import CLEAN
from marketingconnect.base.consumers.heaps import DUPLICATES
from marketingconnect.base.consumers.merging import PEOPLE, LoadedRows, components, merge_people
from marketingconnect.base.consumers.people_columns import release_rows
from marketingconnect.base.engine import parquet, quoted
from marketingconnect.base.models import SupplierLoad
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.reports import left_out
from marketingconnect.base.schema import INPUT_COLUMNS, check_columns
from marketingconnect.base.services.consumers import is_release_current
from marketingconnect.base.vocabulary import Channel, Population
from tests.base.consumers.files import known_supplier, load, people, publish, written

NOBODY = "SELECT 0::BIGINT AS record_key, DATE '2026-01-01' AS since WHERE false"
NUMBERS = {kind for kind in CLEAN.values() if kind not in {"VARCHAR", "BLOB"}}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "load": st.integers(0, 2),
            "name": st.integers(1, 3),
            "address": st.integers(1, 3),
            "email": st.sampled_from(["", "", "a@example.org", "b@example.org"]),
            "mobile": st.sampled_from(["", "", "+33639980001", "+33639980002"]),
            "on": st.integers(9000, 9005),
            "age_band": st.integers(0, 2),
        }
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merging")


def clean_row(line: int, row: dict[str, Any]) -> dict[str, Any]:
    """A cleaned row: by post always, by e-mail and mobile when told."""
    open_channels = {
        Channel.POST: True,
        Channel.EMAIL: bool(row["email"]),
        Channel.MOBILE: bool(row["mobile"]),
    }
    return {
        "line": line,
        "record_key": row["name"] * 10 + row["address"],
        "household_key": row["name"] * 10 + row["address"],
        "address_key": row["address"],
        "name_key": row["name"],
        "last_name": f"N{row['name']}",
        "line4": f"{row['address']} RUE HAUTE",
        "age_band": row["age_band"],
        "email": row["email"],
        "mobile": row["mobile"],
        **{
            f"{channel}_{part}": value
            for channel, is_open in open_channels.items()
            if is_open
            for part, value in (("on", row["on"]), ("form", 1), ("hash", f"{line:064}"))
        },
    }


def write_loads(db: Any, place: Path, rows: list[dict[str, Any]]) -> list[LoadedRows]:
    loads = []
    for number in range(3):
        mine = [clean_row(n, row) for n, row in enumerate(rows) if row["load"] == number]
        values = ", ".join(
            "("
            + ", ".join(
                f"CAST({quoted(str(row.get(name, 0 if kind in NUMBERS else '')))} AS {kind})"
                for name, kind in CLEAN.items()
            )
            + ")"
            for row in mine
        )
        source = f"(VALUES {values}) t({', '.join(CLEAN)})" if mine else "(SELECT 1)"
        if mine:
            target = place / f"rows-{number}.parquet"
            db.execute(f"COPY (SELECT * FROM {source}) TO {quoted(target)} (FORMAT parquet)")
            loads.append(LoadedRows(100 + number, 2 + number, number, str(target)))
    return loads


def merged(
    db: Any,
    place: Path,
    rows: list[dict[str, Any]],
    withdrawn: str = NOBODY,
    rows_a_heap: int = 1000,
) -> Any:
    for left in place.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    merge_people(
        db,
        write_loads(db, place, rows),
        withdrawn=withdrawn,
        folder=place,
        rows_a_heap=rows_a_heap,
    )
    names = "record_key, email, mobile, line4, age_band, post_on, email_on, mobile_on"
    return db.execute(f"SELECT {names} FROM {parquet(place / PEOPLE)} ORDER BY ALL").fetchall()


def expected(rows: list[dict[str, Any]]) -> list[set[int]]:
    """Record keys of the same person, by the plainest method there is."""
    groups = [{row["name"] * 10 + row["address"]} for row in rows]
    keys = {row["name"] * 10 + row["address"]: row["name"] for row in rows}
    signs: dict[tuple[int, str], set[int]] = {}
    for row in rows:
        for reach in (row["email"], row["mobile"]):
            if reach:
                key = row["name"] * 10 + row["address"]
                signs.setdefault((row["name"], reach), set()).add(key)
    groups = [{key} for key in keys]
    for same in signs.values():
        touched = [group for group in groups if group & same]
        groups = [group for group in groups if not group & same] + [set().union(*touched)]
    return groups


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_people_are_merged_as_the_plain_method_says(
    place: Path, rows: list[dict[str, Any]]
) -> None:
    with duckdb.connect(config={"threads": 1}) as db:
        found = merged(db, place, rows)
        groups = expected(rows)

        assert len(found) == len(groups)
        for group in groups:
            mine = [row for row in rows if row["name"] * 10 + row["address"] in group]
            latest = max(row["on"] for row in mine)
            (person,) = [one for one in found if one[0] in group]
            assert any(
                row["on"] == latest and row["name"] * 10 + row["address"] == person[0]
                for row in mine
            )
            here = [row for row in mine if row["name"] * 10 + row["address"] == person[0]]
            assert person[5] == max(row["on"] for row in here)
            assert {row["age_band"] for row in mine} >= {person[4]}
        for reach in (1, 2):
            shown = [one[reach] for one in found if one[reach]]
            assert len(shown) == len(set(shown))
            assert all(bool(one[reach]) == (one[5 + reach] > 0) for one in found)
        lines = db.execute(
            f"SELECT count(*), count(line) FROM {parquet(place / DUPLICATES)}"
        ).fetchone()
        assert lines is not None
        assert lines[1] == len(rows) - len(groups)
        check_columns(db, f"({release_rows(place / PEOPLE)})", INPUT_COLUMNS[Population.CONSUMERS])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.randoms(use_true_random=False))
def test_neither_the_order_of_lines_nor_the_heaps_change_a_person(
    place: Path, rows: list[dict[str, Any]], draw: Any
) -> None:
    """Days are made distinct, so that nothing but the order differs."""
    rows = [{**row, "on": 9000 + n} for n, row in enumerate(rows)]
    shuffled = rows[:]
    draw.shuffle(shuffled)
    with duckdb.connect(config={"threads": 1}) as db:
        assert merged(db, place, rows) == merged(db, place, shuffled, rows_a_heap=3)


def test_a_chain_of_links_has_one_anchor() -> None:
    anchors = components([(1, 2), (3, 4), (2, 3), (7, 8)])

    assert len({anchors[key] for key in (1, 2, 3, 4)}) == 1
    assert anchors[7] == anchors[8] != anchors[1]


def test_who_withdrew_is_left_out_until_a_later_proof(place: Path) -> None:
    def row(name: int, on: int) -> dict[str, Any]:
        return {
            "load": 0, "name": name, "address": 1, "email": "", "mobile": "", "on": on,
            "age_band": 0,
        }  # fmt: skip

    withdrawn = "SELECT unnest([11, 21])::BIGINT AS record_key, DATE '2000-01-01' + 9100 AS since"
    with duckdb.connect() as db:
        found = merged(db, place, [row(1, 9100), row(2, 9101), row(3, 9000)], withdrawn)
    assert [one[0] for one in found] == [21, 31]


@pytest.fixture
def loads(base: Path) -> list[SupplierLoad]:
    """Two suppliers who know the same people, the second more lately."""
    first, second = known_supplier(), known_supplier("Jeux du Dimanche")
    a = [
        {},
        {"nom": "Moved", "email": "m@example.org", "mobile": "", "telephone": ""},
        {"nom": "Only", "email": "o@example.org", "mobile": ""},
        {"nom": "ESSAI", "prenom": "CAMILLE", "logement": "maison"},
    ]
    b = [
        {"consentement": "2026-08-01", "mobile": "", "email": ""},
        {
            "nom": "Moved",
            "email": "M@example.org",
            "mobile": "",
            "adresse": "3 rue Neuve",
            "consentement": "2026-08-01",
        },
        {"nom": "Shared", "email": "o@example.org", "mobile": "", "consentement": "2026-09-01"},
    ]
    return [load(written(base / "a.csv", a), first), load(written(base / "b.csv", b), second)]


def test_each_channel_keeps_its_latest_proof_and_its_supplier(
    loads: list[SupplierLoad],
) -> None:
    ref = publish()
    first, second = (one.supplier.number for one in loads)

    assert people("last_name, line4, post_supplier, phone_supplier, mobile_supplier,"
                  " email_supplier, housing") == [
        ("Essai", "12 BIS RUE DE L EGLISE", second, second, first, first, 1),
        ("Moved", "3 RUE NEUVE", second, second, 0, second, 0),
        ("Only", "12 BIS RUE DE L EGLISE", first, first, 0, 0, 0),
        ("Shared", "12 BIS RUE DE L EGLISE", second, second, 0, second, 0),
    ]  # fmt: skip
    assert ref.rows == 4
    assert is_release_current()


def test_every_row_that_was_merged_says_why(loads: list[SupplierLoad]) -> None:
    publish()

    for one in loads:
        one.refresh_from_db()
    assert loads[0].duplicates == {"other_supplier": 2, "moved": 1, "shared_email": 1}
    assert loads[1].duplicates == {}
    reasons = [(row[0], row[2]) for row in left_out(loads[0])]
    assert sorted(reasons, key=str) == [
        (2, "other_supplier"),
        (3, "moved"),
        (5, "other_supplier"),
        (None, "shared_email"),
    ]


def test_keys_stay_the_same_from_release_to_release(loads: list[SupplierLoad]) -> None:
    publish()
    before = people("record_key, household_key")
    publish()

    assert people("record_key, household_key") == before


def test_a_withdrawal_is_remembered_by_the_next_releases(base: Path) -> None:
    supplier = known_supplier()
    load(written(base / "a.csv", [{}, {"nom": "Autre", "prenom": "Alix"}]), supplier)
    publish()
    ((key,),) = people("record_key", "last_name DESC LIMIT 1")
    load(written(base / "b.csv", [{"retrait": "oui"}]), supplier)

    assert gone(publish()) == [key]
    load(written(base / "c.csv", [{"nom": "Tiers"}]), supplier, replaces=True)
    load(written(base / "d.csv", [{}, {"telephone": ""}]), supplier)
    assert gone(publish()) == [key]
    assert [row[0] for row in people("last_name")] == ["Tiers"]
    later = {"consentement": "2026-11-25"}
    load(written(base / "e.csv", [later]), supplier)
    assert gone(publish()) == [key]


def gone(ref: ReleaseRef) -> list[int]:
    assert published_release(Population.CONSUMERS) == ref
    with duckdb.connect() as db:
        rows = db.execute(f"SELECT record_key FROM {parquet(ref.path / 'tombstones.parquet')}")
        return [key for (key,) in rows.fetchall()]
