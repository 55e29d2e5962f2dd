"""Communes around a point: the nearest one, and those whose town hall is within a distance."""

from collections import defaultdict
from functools import cache
from itertools import count
from math import hypot
from typing import Final

from marketingconnect.geography.places import Commune, communes
from marketingconnect.geography.projection import Zone

_CELL: Final = 10_000
_FARTHEST: Final = 500_000
Cell = tuple[Zone, int, int]


def distance(found: Commune, x: float, y: float) -> float:
    """Metres from a town hall to a point of the same zone, as the crow flies."""
    return hypot(found.x - x, found.y - y)


def nearest_commune(zone: Zone, x: float, y: float) -> Commune:
    """The commune whose town hall is nearest; it need not be the one that holds the point.

    Raises ValueError more than 500 km from the zone.
    """
    for radius in count(_CELL, _CELL):
        if radius > _FARTHEST:
            raise ValueError("Ce point est loin de toute commune.")
        if around := communes_within(zone, x, y, radius):
            return around[0]
    raise AssertionError("count never ends")


def communes_within(zone: Zone, x: float, y: float, metres: float) -> tuple[Commune, ...]:
    """The communes whose town hall is within a distance, the nearest first."""
    grid = _grid()
    first_column, last_column = int((x - metres) // _CELL), int((x + metres) // _CELL)
    first_line, last_line = int((y - metres) // _CELL), int((y + metres) // _CELL)
    found = [
        (far, near.code, near)
        for column in range(first_column, last_column + 1)
        for line in range(first_line, last_line + 1)
        for near in grid.get((zone, column, line), ())
        if (far := distance(near, x, y)) <= metres
    ]
    return tuple(near for *_, near in sorted(found))


@cache
def _grid() -> dict[Cell, tuple[Commune, ...]]:
    cells: dict[Cell, list[Commune]] = defaultdict(list)
    for found in communes():
        cells[found.zone, found.x // _CELL, found.y // _CELL].append(found)
    return {cell: tuple(inside) for cell, inside in cells.items()}
