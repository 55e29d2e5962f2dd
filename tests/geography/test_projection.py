from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.geography.places import commune
from marketingconnect.geography.projection import Zone, project, unproject, zone_of


@pytest.mark.parametrize(
    ("departement", "zone"),
    [
        ("13", Zone.METROPOLE),
        ("2A", Zone.METROPOLE),
        ("971", Zone.ANTILLES),
        ("972", Zone.ANTILLES),
        ("977", Zone.ANTILLES),
        ("978", Zone.ANTILLES),
        ("973", Zone.GUYANE),
        ("974", Zone.REUNION),
        ("976", Zone.MAYOTTE),
    ],
)
def test_each_departement_is_in_a_zone(departement: str, zone: Zone) -> None:
    assert zone_of(departement) is zone


def test_the_origin_of_lambert_93_is_where_the_law_puts_it() -> None:
    assert project(3.0, 46.5) == (Zone.METROPOLE, 700_000, 6_600_000)


def test_the_town_hall_of_paris_falls_where_maps_in_lambert_93_show_it() -> None:
    x, y = 652_469, 6_862_035

    found = project(2.352222, 48.856613)

    assert hypot(found.x - x, found.y - y) < 60


@settings(deadline=None)
@given(st.floats(-5.1, 9.5), st.floats(41.4, 51.0))
def test_a_point_comes_back_within_a_metre(longitude: float, latitude: float) -> None:
    zone, x, y = project(longitude, latitude)

    back = unproject(zone, x, y)

    assert abs(back[0] - longitude) * 80_000 < 1
    assert abs(back[1] - latitude) * 111_000 < 1


@pytest.mark.parametrize("code", ["97105", "97209", "97302", "97411", "97608", "97701", "97801"])
def test_overseas_towns_come_back_to_their_zone(code: str) -> None:
    town = commune(code)

    assert project(*unproject(*town.position)) == town.position


def test_a_point_abroad_is_refused_in_french() -> None:
    with pytest.raises(ValueError, match="n’est pas en France"):
        project(-73.9, 40.7)
