"""Circles and polygons in whole metres: the same answer in every engine, exact to the metre.

A polygon is its edges that are not level, each from its lower to its higher end. A point is inside
when an odd number of edges pass on its right: edge (x1, y1)-(x2, y2) with y1 < y2 does when
`y1 <= y < y2 and (x - x1) * (y2 - y1) < (x2 - x1) * (y - y1)`, in 64 bits. Coordinates are within
`FURTHEST`, so that every product also is a whole number that a float holds exactly; floats are
quicker here.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Edge = tuple[int, int, int, int]
Metres = NDArray[Any]


def sides_of(points: Sequence[tuple[int, int]]) -> list[Edge]:
    """The sides (x1, y1, x2, y2) of a polygon closed by itself, each with y1 <= y2."""
    following = [*points[1:], points[0]]
    return [
        (*low, *high) if low[1] <= high[1] else (*high, *low)
        for low, high in zip(points, following, strict=True)
    ]


def edges_of(points: Sequence[tuple[int, int]]) -> list[Edge]:
    """The sides that are not level: those that decide what is inside."""
    return [side for side in sides_of(points) if side[1] < side[3]]


def box_of(points: Sequence[tuple[int, int]]) -> tuple[int, int, int, int]:
    """Smallest and largest x, then smallest and largest y."""
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), max(across), min(up), max(up)


def near(x: Metres, y: Metres, centre: tuple[int, int], metres: int) -> NDArray[np.bool_]:
    """Which points are at most `metres` from the centre."""
    across = x - float(centre[0])
    up = y - float(centre[1])
    across *= across
    up *= up
    across += up
    close: NDArray[np.bool_] = across <= float(metres * metres)
    return close


def inside(x: Metres, y: Metres, edges: Iterable[Edge]) -> NDArray[np.bool_]:
    """Which points are inside the polygon of these edges."""
    across, up = x.astype(np.float64), y.astype(np.float64)
    odd = np.zeros(len(across), dtype=np.bool_)
    for x1, y1, x2, y2 in edges:
        # x (y2 - y1) - y (x2 - x1), whole numbers below 2**53: floats hold them exactly.
        turned = across * (y2 - y1)
        turned -= up * (x2 - x1)
        passes = turned < float(x1 * (y2 - y1) - y1 * (x2 - x1))
        passes &= y >= y1
        passes &= y < y2
        odd ^= passes
    return odd
