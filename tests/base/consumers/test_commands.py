"""From invented files to a published base, by commands alone."""

import json
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from django.core.management import CommandError, call_command

from marketingconnect.base.consumers.synthetic.files import PROFILES
from marketingconnect.base.engine import parquet
from marketingconnect.base.models import Release, Supplier
from marketingconnect.base.queries import published_release
from marketingconnect.base.schema import parts_of
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Channel, Population
from tests.base.consumers.files import known_supplier, written

PEOPLE = 1_500


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def make(out: Path, seed: int) -> None:
    said(
        "make_consumers", f"--rows={PEOPLE}", f"--seed={seed}", f"--out={out}", "--as-of=2026-11-20"
    )


@pytest.fixture
def made(base: Path) -> Path:
    make(base / "made", 3)
    for name in PROFILES:
        said("register_supplier", str(base / "made" / f"{name}.toml"))
    return base / "made"


def imported(made: Path, name: str, *options: str) -> dict[str, object]:
    path = made / f"{name}{PROFILES[name].suffix}"
    supplier = f"--supplier={PROFILES[name].name}"
    told: dict[str, object] = json.loads(
        said("import_consumers", str(path), supplier, "--as-of=2026-11-20", *options).splitlines()[
            -1
        ]
    )
    return told


def test_invented_suppliers_make_one_base_where_every_promise_holds(made: Path) -> None:
    figures = [imported(made, name, "--no-publish") for name in list(PROFILES)[:-1]]
    figures.append(imported(made, list(PROFILES)[-1], f"--report={made / 'ecarts.csv'}"))

    assert all(one["rows"] == one["kept"] + sum(one["refused"].values()) for one in figures)  # type: ignore[attr-defined, operator]
    ref = published_release(Population.CONSUMERS)
    assert ref is not None
    assert 0.85 * PEOPLE < ref.rows < 1.15 * PEOPLE
    lines = (made / "ecarts.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Ligne;Colonne;Code;Raison"
    assert any("autre fichier" in line for line in lines)
    rows = parquet(parts_of(ref.path))
    with duckdb.connect() as db:
        for reach in (Channel.EMAIL, Channel.MOBILE):
            shared = (
                f"SELECT 1 FROM {rows} WHERE {reach} <> '' GROUP BY {reach} HAVING count(*) > 1"
            )
            assert not db.execute(shared).fetchall()
        longest = db.execute(
            "SELECT max(length(line2)), max(length(line3)), max(length(line4)), max(length(line5)),"
            f" max(length('MME ' || first_name || ' ' || last_name)), max(length(town)) FROM {rows}"
            " WHERE post_supplier > 0"
        ).fetchone()
        assert longest is not None
        assert max(longest[:5]) <= 38
        assert longest[5] <= 32
        kinds = db.execute(
            "SELECT DISTINCT left(phone, 3), left(mobile, 7), split_part(email, '@', 2)"
            f" FROM {rows}"
        ).fetchall()
    assert {kind[1] for kind in kinds} <= {"", "+336399"}
    assert all(not kind[2] or kind[2].endswith((".test", "example.org")) for kind in kinds)
    households = published_households(rows)
    assert 1.2 < ref.rows / households < 3


def published_households(rows: str) -> int:
    with duckdb.connect() as db:
        found = db.execute(f"SELECT count(DISTINCT household_no) FROM {rows}").fetchone()
    assert found is not None
    return int(found[0])


def test_the_same_seed_makes_the_same_files(made: Path, base: Path) -> None:
    make(base / "again", 3)
    make(base / "other", 4)

    for name in ("foyers.csv", "jeux.csv"):
        assert (made / name).read_bytes() == (base / "again" / name).read_bytes()
        assert (made / name).read_bytes() != (base / "other" / name).read_bytes()


def test_importing_the_same_file_again_publishes_nothing_new(made: Path) -> None:
    first = imported(made, "presse")
    ref = published_release(Population.CONSUMERS)

    assert imported(made, "presse") == first
    assert published_release(Population.CONSUMERS) == ref
    assert Release.objects.count() == 1


def test_releases_are_listed_verified_and_taken_back(base: Path) -> None:
    known_supplier("Foyers")
    for name in ("a", "b"):
        written(base / f"{name}.csv", [{"nom": f"Essai {name}"}])
        said("import_consumers", str(base / f"{name}.csv"), "--supplier=foyers")

    listed = said("releases", "--verify")
    assert listed.count("Entière") == 2
    assert "remplacée, gardée" in listed
    with pytest.raises(CommandError, match="--reason"):
        said("releases", "--roll-back", "consumers")
    said("releases", "--roll-back", "consumers", "--reason", "essai")
    first, second = Release.objects.order_by("pk")
    assert (first.state, second.state) == (ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED)
    ref = published_release(Population.CONSUMERS)
    assert ref is not None
    Path(parts_of(ref.path)[0]).unlink()
    with pytest.raises(CommandError, match="manque"):
        said("releases", "--verify", ref.name)


def test_what_cannot_be_done_is_said_in_french(base: Path) -> None:
    with pytest.raises(CommandError, match="Aucun fournisseur « Inconnu »"):
        said("import_consumers", "f.csv", "--supplier=Inconnu")
    known_supplier("Foyers")
    with pytest.raises(CommandError, match="n’existe pas"):
        said("import_consumers", str(base / "f.csv"), "--supplier=Foyers")
    with pytest.raises(CommandError, match="pourquoi"):
        said("register_supplier", "--suspend=Foyers")
    assert "suspendu : preuves" in said("register_supplier", "--suspend=Foyers", "--reason=preuves")
    assert "Foyers — actif" in said("register_supplier", "--resume=Foyers", "--reason=audit")
    assert Supplier.objects.count() == 2
