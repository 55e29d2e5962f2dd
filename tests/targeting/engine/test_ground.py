"""Circles and polygons by stretches, against every row tested one by one."""

from collections.abc import Mapping
from random import Random

import numpy as np
import pytest

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.masks import rows_of
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.criteria import Near, Within
from marketingconnect.targeting.engine.ground import Ground
from marketingconnect.targeting.shapes import edges_of, inside, near
from tests.targeting.stage import ON_ONE_WORKER

pytestmark = ON_ONE_WORKER


@pytest.fixture(params=list(Population))
def index(
    indexes: Mapping[Population, ReleaseIndex], request: pytest.FixtureRequest
) -> ReleaseIndex:
    return indexes[request.param]


def zones(index: ReleaseIndex) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The zone of each row."""
    starts, zone = index.column("ground_start"), index.column("ground_zone")
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = np.repeat(
        zone, np.diff(np.append(starts, index.rows))
    )
    return found


def one_by_one(index: ReleaseIndex, node: Near | Within) -> list[int]:
    x, y = index.column("x"), index.column("y")
    if isinstance(node, Near):
        held = near(x, y, (node.x, node.y), node.metres)
    else:
        held = inside(x, y, edges_of(node.points))
    rows: list[int] = np.flatnonzero(held & (zones(index) == node.zone)).tolist()
    return rows


def test_circles_around_people_have_the_rows_that_are_near(index: ReleaseIndex) -> None:
    draw, ground = Random(5), Ground(index)
    for _ in range(60):
        row = draw.randrange(index.rows)
        x, y = int(index.column("x")[row]), int(index.column("y")[row])
        node = Near(int(zones(index)[row]), x, y, 1 + int(60_000 * draw.random() ** 3))

        assert rows_of(ground.rows_near(node)).tolist() == one_by_one(index, node)


def test_narrow_shapes_beside_people_have_the_rows_that_are_inside(index: ReleaseIndex) -> None:
    """Their sides pass within a few metres of the edge of a stretch, or along it."""
    draw, ground = Random(6), Ground(index)
    for _ in range(150):
        stretch = draw.randrange(len(index.column("ground_start")))
        left, right, bottom, top = (
            int(index.column(f"ground_{side}")[stretch])
            for side in ("left", "right", "bottom", "top")
        )
        west = left + draw.randrange(-3, 3)
        east = draw.choice([left + draw.randrange(40), right, right + draw.randrange(5)])
        south, north = bottom + draw.randrange(-3, 3), top + draw.randrange(-3, 3)
        lean = draw.choice([0, 0, 15])
        points = ((west, south), (east, south), (east + lean, north), (west + lean, north))
        node = Within(int(index.column("ground_zone")[stretch]), points)

        assert rows_of(ground.rows_within(node)).tolist() == one_by_one(index, node), points


def test_a_flat_shape_has_nobody(index: ReleaseIndex) -> None:
    x, y = int(index.column("x")[0]), int(index.column("y")[0])

    assert not Ground(index).rows_within(Within(0, ((x, y), (x + 10, y), (x + 20, y))))
