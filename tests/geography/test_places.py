import json
import subprocess
import sys
from pathlib import Path

import pytest

from marketingconnect.geography import places
from marketingconnect.geography.places import (
    cities,
    collectivities,
    commune,
    communes,
    communes_of,
    departement,
    departements,
    epci,
    epcis,
    find_commune,
    postal_codes,
    region,
    regions,
)
from marketingconnect.geography.projection import Zone, zone_of


def test_the_communes_of_france_are_all_there_in_the_order_of_their_codes() -> None:
    codes = [found.code for found in communes()]

    assert 34_900 <= len(codes) < 35_000
    assert codes == sorted(set(codes))


def test_there_are_101_departements_and_18_regions() -> None:
    assert len(departements()) == 101
    assert len(regions()) == 18
    assert {found.code for found in collectivities()} == {"977", "978"}
    assert departement("2A").name == "Corse-du-Sud"
    assert departement("13").region == "93"
    assert region("93").name == "Provence-Alpes-Côte d’Azur"


def test_every_commune_is_in_a_departement_a_region_and_its_zone() -> None:
    for found in communes():
        assert departement(found.departement).region == region(found.region).code
        assert found.code.startswith(found.departement)
        assert found.zone is zone_of(found.departement)
        assert found.postal_codes


def test_paris_lyon_and_marseille_are_their_arrondissements() -> None:
    assert [(whole.name, len(whole.arrondissements)) for whole in cities()] == [
        ("Marseille", 16),
        ("Lyon", 9),
        ("Paris", 20),
    ]
    assert commune("75101").label == "PARIS"
    assert commune("69381").postal_codes == ("69001",)
    assert communes_of(city="13055")[0] == commune("13201")
    assert all(city_code not in postal_codes() for city_code in ("75056", "13055", "69123"))
    assert [code for code in ("75056", "13055", "69123") if find_commune(code)] == []
    with pytest.raises(KeyError):
        commune("75056")


def test_a_commune_says_what_the_official_lists_say() -> None:
    ambert = commune("63003")

    assert (ambert.name, ambert.label, ambert.postal_codes) == ("Ambert", "AMBERT", ("63600",))
    assert (ambert.departement, ambert.region) == ("63", "84")
    assert 6_000 < ambert.population < 8_000
    assert epci(ambert.epci).name == "CC Ambert Livradois Forez"


def test_a_commune_that_joined_another_one_is_found_under_its_old_code() -> None:
    old = find_commune("01015")

    assert old is not None
    assert old.name == "Arboys en Bugey"
    assert find_commune("99999") is None


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("63600", {"Ambert", "La Forie"}),
        ("13001", {"Marseille 1er arrondissement"}),
        ("97133", {"Saint-Barthélemy"}),
        ("97400", {"Saint-Denis"}),
        ("20000", {"Ajaccio"}),
    ],
)
def test_a_postal_code_names_its_communes(code: str, names: set[str]) -> None:
    found = communes_of(postal_code=code)

    assert names <= {town.name for town in found}
    assert tuple(town.code for town in found) == postal_codes()[code]


def test_each_kind_of_place_holds_communes() -> None:
    assert len(communes_of(departement="13")) == 119 - 1 + 16
    assert {found.region for found in communes_of(region="94")} == {"94"}
    assert sum(len(communes_of(region=found.code)) for found in regions()) == len(communes()) - 2
    assert all(communes_of(epci=found.code) for found in epcis())
    assert communes_of(departement="99") == ()


def test_only_one_kind_of_place_is_asked_at_once() -> None:
    with pytest.raises(TypeError):
        communes_of(departement="13", region="93")


def test_missing_files_say_what_to_run(tmp_path: Path) -> None:
    program = (
        "from marketingconnect.geography import places\n"
        f"places.TABLE = places.Path({str(tmp_path / 'communes.json')!r})\n"
        "places.communes()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode != 0
    assert "lancez script/setup" in done.stderr


def test_the_table_is_light() -> None:
    assert places.TABLE.stat().st_size < 4_000_000
    assert set(json.loads(places.TABLE.read_text("utf-8"))["communes"]) == {
        "code",
        "name",
        "label",
        "postal_codes",
        "population",
        "departement",
        "epci",
        "x",
        "y",
    }


def test_the_towns_are_where_they_are_known_to_be() -> None:
    strasbourg = commune("67482")
    cayenne = commune("97302")

    assert abs(strasbourg.x - 1_050_500) < 3_000
    assert abs(strasbourg.y - 6_841_500) < 3_000
    assert cayenne.zone is Zone.GUYANE
