"""Circles and polygons to rows: whole stretches at once, and only those at the edge one by one."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.masks import bitmap_of_ordered_rows
from marketingconnect.targeting.criteria import Near, Within
from marketingconnect.targeting.shapes import Edge, box_of, edges_of, inside, near, sides_of

Numbers = NDArray[Any]
Test = Callable[[Numbers, Numbers, Numbers], NDArray[np.bool_]]
_ROWS_AT_ONCE: Final = 1 << 14


class Ground:
    """The stretches of rows of one index, each with the box it lies in."""

    def __init__(self, index: ReleaseIndex) -> None:
        self._index = index
        self._start = np.asarray(index.column("ground_start"))
        self._end = np.append(self._start[1:], index.rows) if index.rows else self._start
        self._zone, self._left, self._right, self._bottom, self._top = (
            np.asarray(index.column(f"ground_{name}")).astype(np.int32)
            for name in ("zone", "left", "right", "bottom", "top")
        )

    def rows_near(self, node: Near) -> BitMap:
        """The rows at most so far from a point."""
        x, y, metres = node.x, node.y, node.metres
        places = self._met(node.zone, (x - metres, x + metres, y - metres, y + metres))
        left, right, bottom, top = self._boxes(places)
        furthest = _furthest(left, right, x) ** 2 + _furthest(bottom, top, y) ** 2
        nearest = _nearest(left, right, x) ** 2 + _nearest(bottom, top, y) ** 2
        is_whole = furthest <= metres * metres
        is_met = nearest <= metres * metres
        return self._gathered(
            places[is_whole],
            places[is_met & ~is_whole],
            lambda across, up, stretches: near(across, up, (x, y), metres),
        )

    def rows_within(self, node: Within) -> BitMap:
        """The rows inside a polygon."""
        edges = edges_of(node.points)
        places = self._met(node.zone, box_of(node.points))
        crossed = self._crossed(places, sides_of(node.points))
        calm = places[~crossed]
        return self._gathered(
            calm[inside(self._left[calm], self._bottom[calm], edges)],
            places[crossed],
            lambda x, y, stretches: inside(x, y, self._edges_right_of(edges, stretches)),
        )

    def _met(self, zone: int, box: tuple[int, int, int, int]) -> Numbers:
        """The stretches whose box meets another one: smallest and largest x, then y."""
        left, right, bottom, top = box
        met = self._left <= right
        met &= self._right >= left
        met &= self._bottom <= top
        met &= self._top >= bottom
        met &= self._zone == zone
        return np.flatnonzero(met)

    def _boxes(self, places: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """The boxes of stretches in 64 bits, where squares fit."""
        return (
            self._left[places].astype(np.int64),
            self._right[places].astype(np.int64),
            self._bottom[places].astype(np.int64),
            self._top[places].astype(np.int64),
        )

    def _crossed(self, places: Numbers, sides: list[Edge]) -> Numbers:
        """Which stretches have a side of the polygon passing through their box, or along it."""
        crossed = np.zeros(len(places), dtype=np.bool_)
        left, right, bottom, top = self._boxes(places)
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
            bounds = list(
                zip(self._start[stretches].tolist(), self._end[stretches].tolist(), strict=True)
            )
            across = np.concatenate([x[start:end] for start, end in bounds])
            up = np.concatenate([y[start:end] for start, end in bounds])
            rows = np.concatenate([np.arange(*each, dtype=np.uint32) for each in bounds])
            pieces.append(rows[holds(across, up, stretches)])
        if pieces:
            found |= bitmap_of_ordered_rows(np.concatenate(pieces))
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
