"""False stocks have the shape of INSEE's and hold all that is odd in them."""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from marketingconnect.base.sirene.layout import (
    ESTABLISHMENT_48,
    ESTABLISHMENT_54,
    ESTABLISHMENTS,
    UNIT_35,
    UNITS,
    header_names,
)
from marketingconnect.base.sirene.synthetic.making import MadeStock, StockOrder, make_stock
from marketingconnect.geography.places import commune
from marketingconnect.kernel.siren import normalise_siren, normalise_siret
from tests.base.sirene.conftest import truth_told


def rows_of(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    header, *records = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(header_names(header), record, strict=True)) for record in records]


def test_columns_are_inses_in_their_order() -> None:
    assert (len(ESTABLISHMENT_54), len(ESTABLISHMENT_48), len(UNIT_35)) == (54, 48, 35)
    assert {w.name for w in ESTABLISHMENTS.wanted} <= set(ESTABLISHMENT_54)
    assert {w.name for w in UNITS.wanted} <= set(UNIT_35)
    required = {w.name for w in ESTABLISHMENTS.wanted if not w.optional}
    assert required <= set(ESTABLISHMENT_48)


@pytest.mark.parametrize(("layout", "columns"), [(54, ESTABLISHMENT_54), (48, ESTABLISHMENT_48)])
def test_a_file_has_the_header_of_its_layout_with_blanks_at_the_end_of_some(
    tmp_path: Path, layout: int, columns: tuple[str, ...]
) -> None:
    stock = make_stock(StockOrder(rows=20, layout=layout, form="csv"), tmp_path)

    header = stock.establishments.read_text().split("\n")[0].split(",")
    assert header_names(header) == list(columns)
    assert header != list(columns)
    assert truth_told(tmp_path)["establishments"] == 20


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    contents = [
        make_stock(StockOrder(rows=50, seed=seed, form="csv"), tmp_path / name).establishments
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]

    assert contents[0].read_bytes() == contents[1].read_bytes() != contents[2].read_bytes()


def test_numbers_have_their_keys_and_units_their_establishments(made: MadeStock) -> None:
    establishments, units = rows_of(made.establishments), rows_of(made.units)

    sirets = [row["siret"] for row in establishments]
    assert len(set(sirets)) == len(sirets) == made.truth.establishments
    assert all(normalise_siret(siret) == siret for siret in sirets)
    sirens = {row["siren"] for row in units}
    assert len(sirens) == len(units) == made.truth.units
    assert all(normalise_siren(siren) == siren for siren in sirens)
    alone = [row for row in establishments if row["siren"] not in sirens]
    assert len(alone) < 0.01 * len(establishments)
    heads = Counter(row["siren"] for row in establishments if row["etablissementSiege"] == "true")
    assert set(heads.values()) == {1}


def test_everything_odd_is_there(made: MadeStock) -> None:
    rows = rows_of(made.establishments)

    def some(column: str, value: str) -> bool:
        return any(value in row[column] for row in rows)

    name = "Etablissement"
    assert some(f"statutDiffusion{name}", "P")
    assert some(f"libelleVoie{name}", "[ND]")
    assert some(f"etatAdministratif{name}", "F")
    assert some(f"codePaysEtranger{name}", "99")
    assert some(f"libelleCedex{name}", "CEDEX")
    assert some(f"nomenclatureActivitePrincipale{name}", "NAFRev1")
    assert some(f"complementAdresse{name}", '"')
    assert some(f"complementAdresse{name}", "\n")
    assert some(f"enseigne1{name}", ",")
    assert any(
        row[f"coordonneeLambertAbscisse{name}"] == "[ND]"
        for row in rows
        if row[f"statutDiffusion{name}"] == "O"
    )
    assert any(row[f"coordonneeLambertAbscisse{name}"] == "" for row in rows)
    assert any(row["siren"] == "356000000" for row in rows)
    shown = [row for row in rows if row[f"statutDiffusion{name}"] == "O"]
    assert not any("[ND]" in row[f"libelleVoie{name}"] for row in shown)


def test_establishments_stand_where_people_live(made: MadeStock) -> None:
    rows = rows_of(made.establishments)

    codes = [row["codeCommuneEtablissement"] for row in rows if row["codeCommuneEtablissement"]]
    regions = Counter(commune(code).region for code in codes)
    assert regions.most_common(1)[0][0] == "11"
    assert len(regions) >= 18
    for row in rows:
        code, postal = row["codeCommuneEtablissement"], row["codePostalEtablissement"]
        if code and postal != "[ND]":
            assert postal in commune(code).postal_codes
