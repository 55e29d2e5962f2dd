"""Circles and polygons against the plainest arithmetic."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.targeting.shapes import box_of, edges_of, inside, near

coordinates = st.integers(-60, 60)
points = st.tuples(coordinates, coordinates)


def crossings(x: int, y: int, polygon: list[tuple[int, int]]) -> bool:
    """The usual crossing number, with fractions."""
    odd = False
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + Fraction((x2 - x1) * (y - y1), y2 - y1):
            odd = not odd
    return odd


@given(polygon=st.lists(points, min_size=3, max_size=12), tried=st.lists(points, min_size=1))
def test_a_point_is_inside_when_an_odd_number_of_edges_are_on_its_right(
    polygon: list[tuple[int, int]], tried: list[tuple[int, int]]
) -> None:
    x, y = np.array(tried, dtype=np.int32).T

    found = inside(x, y, edges_of(polygon))

    assert found.tolist() == [crossings(*point, polygon) for point in tried]
    left, right, bottom, top = box_of(polygon)
    for (across, up), held in zip(tried, found.tolist(), strict=True):
        assert not held or (left <= across <= right and bottom <= up <= top)


def test_neighbouring_squares_share_no_point_and_leave_none() -> None:
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(-1, 22), np.arange(-1, 12)))
    left = inside(x, y, edges_of([(0, 0), (10, 0), (10, 10), (0, 10)]))
    right = inside(x, y, edges_of([(10, 0), (20, 0), (20, 10), (10, 10)]))

    assert not (left & right).any()
    assert (left | right).sum() == 20 * 10


@given(tried=points, centre=points, metres=st.integers(1, 100))
def test_a_point_is_near_up_to_the_very_distance(
    tried: tuple[int, int], centre: tuple[int, int], metres: int
) -> None:
    x, y = (np.array([each], dtype=np.int32) for each in tried)
    squared = (tried[0] - centre[0]) ** 2 + (tried[1] - centre[1]) ** 2

    assert near(x, y, centre, metres).tolist() == [squared <= metres**2]


def test_the_furthest_points_stay_within_whole_numbers() -> None:
    far = 10_000_000
    corners = [(-far, -far), (far, -far), (far, far), (-far, far)]
    x, y = np.array([0, far - 1], dtype=np.int32), np.array([0, far - 1], dtype=np.int32)

    assert inside(x, y, edges_of(corners)).all()
    assert near(x, y, (-far, -far), 200_000).tolist() == [False, False]
