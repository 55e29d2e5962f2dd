"""Circles and polygons to rows: whole stretches at once, and only those at the edge one by one."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.masks import bitmap_of_rows
from marketingconnect.targeting.criteria import Near, Within
from marketingconnect.targeting.shapes import Edge, box_of, edges_of, inside, near, sides_of

Numbers = NDArray[Any]
Test = Callable[[Numbers, Numbers, Numbers], NDArray[np.bool_]]
_ROWS_AT_ONCE: Final = 1 << 14


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

        return self._gathered(
            whole,
            np.flatnonzero(edge),
            lambda x, y, stretches: near(x, y, (node.x, node.y), node.metres),
        )

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

        return self._gathered(
            whole,
            np.flatnonzero(crossed),
            lambda x, y, stretches: inside(x, y, self._edges_right_of(edges, stretches)),
        )

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

    def _edges_right_of(self, edges: list[Edge], stretches: Numbers) -> list[Edge]:
        """The edges that may pass on the right of a point of some stretches."""
        left = self._left[stretches].min()
        bottom, top = self._bottom[stretches].min(), self._top[stretches].max()
        return [
            edge
            for edge in edges
            if edge[1] <= top and edge[3] > bottom and max(edge[0], edge[2]) > left
        ]

    def _gathered(self, whole: Numbers, edge: Numbers, holds: Test) -> BitMap:
        """The rows of whole stretches, and of those at the edge the rows that hold."""
        found = BitMap()
        for start, end in zip(self._start[whole].tolist(), self._end[whole].tolist(), strict=True):
            found.add_range(start, end)
        pieces = []
        x, y = self._index.column("x"), self._index.column("y")
        for stretches in self._by_so_many_rows(edge):
            rows = np.concatenate(
                [np.arange(self._start[s], self._end[s], dtype=np.uint32) for s in stretches]
            )
            pieces.append(rows[holds(x[rows], y[rows], stretches)])
        if pieces:
            found |= bitmap_of_rows(np.concatenate(pieces))
        return found

    def _by_so_many_rows(self, stretches: Numbers) -> list[Numbers]:
        """Neighbouring stretches together, as long as they are not too many rows."""
        if not len(stretches):
            return []
        sizes = np.cumsum(self._end[stretches] - self._start[stretches])
        cuts = np.flatnonzero(np.diff(sizes // _ROWS_AT_ONCE)) + 1
        return np.split(stretches, cuts)


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
