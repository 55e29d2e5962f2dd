"""Circles and polygons to rows: whole stretches at once, and only those at the edge one by one."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.masks import bitmap_of_rows
from marketingconnect.targeting.criteria import Near, Within
from marketingconnect.targeting.shapes import Edge, box_of, edges_of, inside, near, sides_of

Numbers = NDArray[Any]
_ROWS_AT_ONCE: Final = 1 << 18


class Ground:
    """The stretches of rows of one index, each with the box it lies in."""

    def __init__(self, index: ReleaseIndex) -> None:
        self._index = index
        column = index.column
        self._start = np.asarray(column("ground_start"))
        self._end = np.append(self._start[1:], index.rows) if index.rows else self._start
        self._zone = np.asarray(column("ground_zone"))
        self._left, self._right = (
            np.asarray(column("ground_left")),
            np.asarray(column("ground_right")),
        )
        self._bottom, self._top = (
            np.asarray(column("ground_bottom")),
            np.asarray(column("ground_top")),
        )

    def rows_near(self, node: Near) -> BitMap:
        """The rows at most so far from a point."""
        squared = node.metres * node.metres
        across = _furthest(self._left, self._right, node.x)
        up = _furthest(self._bottom, self._top, node.y)
        here = self._zone == node.zone
        whole = here & (across * across + up * up <= squared)
        across = _nearest(self._left, self._right, node.x)
        up = _nearest(self._bottom, self._top, node.y)
        edge = here & ~whole & (across * across + up * up <= squared)

        def tested(rows: Numbers, x: Numbers, y: Numbers, stretch: int) -> Numbers:
            return rows[near(x, y, (node.x, node.y), node.metres)]

        return self._gathered(whole, edge, tested)

    def rows_within(self, node: Within) -> BitMap:
        """The rows inside a polygon."""
        edges = edges_of(node.points)
        left, right, bottom, top = box_of(node.points)
        met = (
            (self._zone == node.zone)
            & (self._left <= right)
            & (self._right >= left)
            & (self._bottom <= top)
            & (self._top >= bottom)
        )
        crossed = np.zeros(len(met), dtype=np.bool_)
        places = np.flatnonzero(met)
        crossed[places] = self._crossed(places, sides_of(node.points))
        whole = np.zeros(len(met), dtype=np.bool_)
        calm = places[~crossed[places]]
        whole[calm] = inside(self._left[calm], self._bottom[calm], edges)

        def tested(rows: Numbers, x: Numbers, y: Numbers, stretch: int) -> Numbers:
            return rows[inside(x, y, self._edges_right_of(edges, stretch))]

        return self._gathered(whole, crossed, tested)

    def _crossed(self, places: Numbers, sides: list[Edge]) -> Numbers:
        """Which stretches have a side of the polygon passing through their box, or along it."""
        crossed = np.zeros(len(places), dtype=np.bool_)
        left, right = self._left[places], self._right[places]
        bottom, top = self._bottom[places], self._top[places]
        for x1, y1, x2, y2 in sides:
            near_by = (bottom <= y2) & (top >= y1)
            near_by &= (left <= max(x1, x2)) & (right >= min(x1, x2))
            crossed |= near_by & _straddled(left, right, bottom, top, (x1, y1, x2, y2))
        return crossed

    def _edges_right_of(self, edges: list[Edge], stretch: int) -> list[Edge]:
        """The edges that may pass on the right of a point of a stretch."""
        left, bottom, top = self._left[stretch], self._bottom[stretch], self._top[stretch]
        return [
            edge
            for edge in edges
            if edge[1] <= top and edge[3] > bottom and max(edge[0], edge[2]) > left
        ]

    def _gathered(self, whole: Numbers, edge: Numbers, tested: Any) -> BitMap:
        found = BitMap()
        for start, end in zip(self._start[whole].tolist(), self._end[whole].tolist(), strict=True):
            found.add_range(start, end)
        pieces = []
        x, y = self._index.column("x"), self._index.column("y")
        for stretch in np.flatnonzero(edge).tolist():
            start, end = int(self._start[stretch]), int(self._end[stretch])
            for first in range(start, end, _ROWS_AT_ONCE):
                last = min(first + _ROWS_AT_ONCE, end)
                rows = np.arange(first, last, dtype=np.uint32)
                pieces.append(tested(rows, x[first:last], y[first:last], stretch))
        if pieces:
            found |= bitmap_of_rows(np.concatenate(pieces))
        return found


def _furthest(low: Numbers, high: Numbers, point: int) -> Numbers:
    distance: Numbers = np.maximum(np.abs(low - point), np.abs(high - point))
    return distance


def _nearest(low: Numbers, high: Numbers, point: int) -> Numbers:
    distance: Numbers = np.maximum(np.maximum(low - point, point - high), 0)
    return distance


def _straddled(
    left: Numbers, right: Numbers, bottom: Numbers, top: Numbers, edge: Edge
) -> NDArray[np.bool_]:
    """Whether the four corners of a box are not all strictly on one side of the edge's line."""
    x1, y1, x2, y2 = edge
    sides = [
        np.sign((x - x1) * (y2 - y1) - (x2 - x1) * (y - y1))
        for x in (left, right)
        for y in (bottom, top)
    ]
    same: NDArray[np.bool_] = np.abs(np.sum(sides, axis=0)) < 4
    return same
