from time import perf_counter

import pytest

from marketingconnect.geography.search import Place, PlaceKind, place, search_places


def first(text: str) -> tuple[str, str]:
    found = search_places(text)[0]
    return found.kind.value, found.code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nantes", ("commune", "44109")),
        ("NANTES", ("commune", "44109")),
        ("Marseille", ("city", "13055")),
        ("lyon", ("city", "69123")),
        ("paris", ("departement", "75")),
        ("st etienne", ("commune", "42218")),
        ("Saint-Étienne", ("commune", "42218")),
        ("l'hay les roses", ("commune", "94038")),
        ("L’Haÿ", ("commune", "94038")),
        ("13", ("departement", "13")),
        ("2a", ("departement", "2A")),
        ("69003", ("postal_code", "69003")),
        ("44109", ("commune", "44109")),
        ("ile de f", ("region", "11")),
        ("bordeaux metropole", ("epci", "243300316")),
        ("ambert livradois", ("epci", "200070761")),
    ],
)
def test_what_is_typed_finds_first(typed: str, expected: tuple[str, str]) -> None:
    assert first(typed) == expected


def test_an_exact_name_comes_before_a_longer_one_and_then_the_most_populated() -> None:
    names = [found.name for found in search_places("aix", 3)]

    assert names[:2] == ["Aix", "Aix-en-Provence"]


def test_a_word_inside_a_name_is_found_last() -> None:
    found = search_places("provence", 8)
    starts = [place.name.startswith("Provence") for place in found if place.kind != "epci"]

    assert found[0].name == "Provence-Alpes-Côte d’Azur"
    assert "Alpes-de-Haute-Provence" in [place.name for place in found]
    assert starts == sorted(starts, reverse=True)


def test_towns_of_one_name_are_told_apart() -> None:
    details = [
        found.detail for found in search_places("la rochelle") if found.name == "La Rochelle"
    ]

    assert details == ["Commune, Charente-Maritime (17)", "Commune, Haute-Saône (70)"]


@pytest.mark.parametrize("typed", ["", "  ", "’", "zzzzzz"])
def test_nothing_is_found_for_nothing(typed: str) -> None:
    assert search_places(typed) == ()


@pytest.mark.parametrize("typed", ["a", "sa", "saint", "1", "75", "e"])
def test_no_more_is_given_than_asked_and_nothing_twice(typed: str) -> None:
    found = search_places(typed, 15)

    assert len(found) == len(set(found)) == 15


def test_a_saved_choice_is_found_again_and_holds_its_communes() -> None:
    for found in (*search_places("mar", 20), place("city", "75056")):
        assert place(found.kind, found.code) == found
        assert sum(town.population for town in found.communes) == found.population
    with pytest.raises(KeyError):
        place("commune", "75056")


def test_a_search_takes_a_few_milliseconds() -> None:
    typed = ["a", "saint", "st-étienne-du", "750", "provence", "zzz", "metropole de l", "e"]
    search_places("warm")

    def longest() -> float:
        times = []
        for text in typed:
            started = perf_counter()
            search_places(text)
            times.append(perf_counter() - started)
        return max(times)

    assert min(longest() for _ in range(5)) < 0.005


def test_a_commune_stands_for_itself() -> None:
    found = place("commune", "63003")

    assert isinstance(found, Place)
    assert found.kind is PlaceKind.COMMUNE
    assert [town.code for town in found.communes] == ["63003"]
