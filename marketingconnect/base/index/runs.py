"""Stretches of neighbouring rows that share a value, and the ground each covers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


class RunCollector:
    """Where each stretch of one field begins, chunk after chunk."""

    def __init__(self) -> None:
        self._starts: list[Numbers] = []
        self._codes: list[Numbers] = []
        self._last: int | None = None

    def add(self, codes: Numbers, first_row: int) -> None:
        changes = np.flatnonzero(np.diff(codes)) + 1
        if self._last is None or self._last != codes[0]:
            changes = np.concatenate([[0], changes])
        self._starts.append((changes + first_row).astype(np.uint32))
        self._codes.append(codes[changes].astype(np.uint32))
        self._last = int(codes[-1])

    def starts(self) -> Numbers:
        return np.concatenate([np.empty(0, dtype=np.uint32), *self._starts])

    def codes(self) -> Numbers:
        return np.concatenate([np.empty(0, dtype=np.uint32), *self._codes])


class GroundCollector:
    """The smallest and largest x and y of each stretch of a place (a commune, one of its IRIS).

    A stretch is cut where a chunk ends: it then counts for two.
    """

    NAMES = ("start", "zone", "left", "right", "bottom", "top")

    def __init__(self) -> None:
        self._parts: dict[str, list[Numbers]] = {name: [] for name in self.NAMES}

    def add(self, columns: dict[str, Numbers], first_row: int) -> None:
        cut = np.zeros(len(columns["x"]), dtype=np.bool_)
        cut[0] = True
        for name in ("zone", "commune", "iris"):
            cut[1:] |= np.diff(columns[name]) != 0
        starts = np.flatnonzero(cut)
        found = {
            "start": starts + first_row,
            "zone": columns["zone"][starts],
            "left": np.minimum.reduceat(columns["x"], starts),
            "right": np.maximum.reduceat(columns["x"], starts),
            "bottom": np.minimum.reduceat(columns["y"], starts),
            "top": np.maximum.reduceat(columns["y"], starts),
        }
        for name, numbers in found.items():
            self._parts[name].append(numbers.astype(np.int64))

    def columns(self) -> dict[str, Numbers]:
        return {
            name: np.concatenate([np.empty(0, dtype=np.int64), *parts])
            for name, parts in self._parts.items()
        }


class PositionCollector:
    """How many rows of its group come before each row, for groups of neighbouring rows."""

    def __init__(self) -> None:
        self._group = -1
        self._start = 0
        self.longest = 0

    def add(self, groups: Numbers, first_row: int) -> Numbers:
        """The positions in a chunk. Raises ValueError when numbers go down."""
        numbers = groups.astype(np.int64)
        if numbers[0] < self._group or (np.diff(numbers) < 0).any():
            raise ValueError("the rows of a group are not neighbours")
        begins = np.empty(len(numbers), dtype=np.bool_)
        begins[0] = numbers[0] != self._group
        begins[1:] = np.diff(numbers) != 0
        rows = np.arange(first_row, first_row + len(numbers), dtype=np.int64)
        starts = np.where(begins, rows, 0)
        starts[0] = rows[0] if begins[0] else self._start
        starts = np.maximum.accumulate(starts)
        self._group, self._start = int(numbers[-1]), int(starts[-1])
        positions = rows - starts
        self.longest = max(self.longest, int(positions.max()) + 1)
        return positions
