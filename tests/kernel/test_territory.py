"""Which territory a postal code belongs to."""

import pytest

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.territory import Territory, territory_of_postal_code


@pytest.mark.parametrize(
    ("postal_code", "territory"),
    [
        ("75001", "metropole"),
        ("01000", "metropole"),
        ("20090", "metropole"),
        ("00100", "metropole"),
        ("57000", "alsace-moselle"),
        ("67000", "alsace-moselle"),
        ("68100", "alsace-moselle"),
        ("97110", "guadeloupe"),
        ("97133", "saint-barthelemy"),
        ("97095", "saint-barthelemy"),
        ("97150", "saint-martin"),
        ("97051", "saint-martin"),
        ("97200", "martinique"),
        ("97300", "guyane"),
        ("97400", "reunion"),
        ("97500", "saint-pierre-et-miquelon"),
        ("97600", "mayotte"),
        ("98410", "terres-australes"),
        ("98600", "wallis-et-futuna"),
        ("98714", "polynesie"),
        ("98800", "nouvelle-caledonie"),
        (" 69 003 ", "metropole"),
    ],
)
def test_a_postal_code_names_its_territory(postal_code: str, territory: str) -> None:
    assert territory_of_postal_code(postal_code) == territory


@pytest.mark.parametrize("text", ["", "7500", "750011", "7500A", "2A004", "٧٥٠٠١"])
def test_another_shape_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        territory_of_postal_code(text)
    assert caught.value.code == "postal_code_shape"


@pytest.mark.parametrize("text", ["96000", "98000", "99100", "97900"])
def test_a_code_of_no_french_territory_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        territory_of_postal_code(text)
    assert caught.value.code == "postal_code_unknown"


def test_labels_and_collectivities_are_complete() -> None:
    assert all(territory.label_fr for territory in Territory)
    assert {territory for territory in Territory if territory.is_overseas_collectivity} == {
        *list(Territory)[7:]
    }
