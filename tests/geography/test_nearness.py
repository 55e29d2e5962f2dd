from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.geography.nearness import communes_within, distance, nearest_commune
from marketingconnect.geography.places import commune, communes
from marketingconnect.geography.projection import Zone


@settings(deadline=None, max_examples=25)
@given(st.integers(150_000, 1_100_000), st.integers(6_100_000, 7_100_000))
def test_the_nearest_commune_is_the_one_a_full_search_finds(x: int, y: int) -> None:
    mainland = [found for found in communes() if found.zone is Zone.METROPOLE]

    nearest = nearest_commune(Zone.METROPOLE, x, y)

    assert distance(nearest, x, y) == min(hypot(found.x - x, found.y - y) for found in mainland)


def test_communes_around_a_town_come_the_nearest_first() -> None:
    ambert = commune("63003")

    around = communes_within(ambert.zone, ambert.x, ambert.y, 15_000)
    distances = [distance(found, ambert.x, ambert.y) for found in around]

    assert around[0] == ambert
    assert distances == sorted(distances)
    assert distances[-1] <= 15_000
    assert len(around) > 10


def test_zones_do_not_mix() -> None:
    cayenne = commune("97302")

    around = communes_within(cayenne.zone, cayenne.x, cayenne.y, 50_000)

    assert {found.departement for found in around} == {"973"}


def test_a_point_in_the_middle_of_the_ocean_has_no_commune() -> None:
    with pytest.raises(ValueError, match="loin de toute commune"):
        nearest_commune(Zone.REUNION, 5_000_000, 5_000_000)
