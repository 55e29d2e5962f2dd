import pytest

from marketingconnect.geography.geolocation import (
    Geocoder,
    Location,
    Precision,
    TownGeocoder,
    geolocate,
)
from marketingconnect.geography.places import commune
from marketingconnect.geography.projection import Position, Zone


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12 rue de Paris, 59000 Lille", "59350"),
        ("12 rue de Paris, Lille", "59350"),
        ("63 600 ambert", "63003"),
        ("13001", "13201"),
        ("Paris 11e", "75111"),
        ("paris 11", "75111"),
        ("St-Etienne", "42218"),
        ("33000 BORDEAUX CEDEX", "33063"),
        ("97400 Saint-Denis", "97411"),
    ],
)
def test_a_town_is_understood_as_typed(typed: str, code: str) -> None:
    found = geolocate(typed)

    assert found is not None
    assert found.position == commune(code).position
    assert found.precision is Precision.COMMUNE


def test_a_postal_code_alone_is_the_middle_of_those_who_share_it() -> None:
    found = geolocate("1 place de la Mairie, 01400")

    assert found is not None
    assert found.label == "01400"
    assert found.precision is Precision.POSTAL_CODE
    assert found.position.zone is Zone.METROPOLE


def test_a_city_is_amid_its_arrondissements() -> None:
    found = geolocate("Lyon")

    assert found is not None
    assert found.label == "Lyon"
    assert abs(found.position.x - 843_000) < 3_000


@pytest.mark.parametrize("typed", ["", "nulle part", "99999", "12345678901234"])
def test_what_is_not_recognised_has_no_place(typed: str) -> None:
    assert geolocate(typed) is None


def test_another_geocoder_may_answer_instead() -> None:
    class Street:
        def locate(self, text: str) -> Location | None:
            return Location(Position(Zone.METROPOLE, 1, 2), text, Precision.ADDRESS)

    street: Geocoder = Street()

    assert geolocate("3 rue des Lilas", street) == Location(
        Position(Zone.METROPOLE, 1, 2), "3 rue des Lilas", Precision.ADDRESS
    )
    assert TownGeocoder().locate("3 rue des Lilas, Inconnue") is None
