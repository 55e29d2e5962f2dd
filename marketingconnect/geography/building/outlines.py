"""The outlines of communes and départements, in metres, with fewer points.

Neighbours are simplified together, so that no gap opens between them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from marketingconnect.geography.building.sources import Ground
from marketingconnect.geography.framing import INSET_DEPARTEMENTS
from marketingconnect.geography.projection import Zone, to_metres, zone_of

Outlines = dict[str, BaseGeometry]
# Metres: what may be lost of an outline seen with its whole département, or with all France.
COMMUNE_TOLERANCE: Final = 300
_DEPARTEMENT_TOLERANCE: Final = 1_800
_OVERSEAS_TOLERANCE: Final = 400
_INSET_TOLERANCE: Final = 350
# Square metres: smaller islands, holes and slivers are not drawn on the map of France.
_SMALLEST_PART: Final = 3_000_000
_SMALLEST_GAP: Final = 300_000
# A town of Spain inside the Pyrénées-Orientales, in metres: the only hole that is one.
_LLIVIA: Final = shapely.Point(616_000, 6_153_000)
_ISLAND_RADIUS: Final = {"977": 3_200, "978": 5_000}


class Drawing:
    """The outlines of a set of communes and of their départements, by code, in metres."""

    def __init__(self, departements: Mapping[str, str], grounds: Mapping[str, Ground]) -> None:
        self.departements = departements
        self.communes = _in_metres(departements, grounds)
        parts: dict[str, list[BaseGeometry]] = {}
        for code, outline in self.communes.items():
            parts.setdefault(departements[code], []).append(outline)
        self.wholes = {code: shapely.union_all(inside) for code, inside in parts.items()}
        self._close_gaps()

    def _close_gaps(self) -> None:
        """Give each hole of the country to the neighbour with the longest border, by département.

        Such a hole is a commune that joined another one lately, which the package drew no more.
        """
        codes = [c for c in self.communes if zone_of(self.departements[c]) is Zone.METROPOLE]
        tree = shapely.STRtree([self.communes[code] for code in codes])
        mainland = [w for code, w in self.wholes.items() if zone_of(code) is Zone.METROPOLE]
        for gap in _holes(shapely.union_all(mainland)):
            around = [codes[position] for position in tree.query(gap, predicate="intersects")]
            shared = {code: _shared(gap, self.communes[code]) for code in around}
            borders: dict[str, float] = {}
            for code, length in shared.items():
                departement = self.departements[code]
                borders[departement] = borders.get(departement, 0) + length
            departement = max(borders, key=borders.__getitem__)
            inside = [code for code in around if self.departements[code] == departement]
            owner = max(inside, key=shared.__getitem__)
            self.communes[owner] = self.communes[owner].union(gap)
            self.wholes[departement] = self.wholes[departement].union(gap)

    def drawn_departements(self, towns: Mapping[str, tuple[int, int]]) -> Outlines:
        """The départements for the map of France; `towns` places the two collectivities.

        No package draws Saint-Barthélemy nor Saint-Martin: a disc about as large stands for each.
        """
        whole = {code: _without_specks(outline) for code, outline in self.wholes.items()}
        drawn: Outlines = {}
        for zone in Zone:
            tolerance = _DEPARTEMENT_TOLERANCE if zone is Zone.METROPOLE else _OVERSEAS_TOLERANCE
            drawn |= simplified({c: o for c, o in whole.items() if zone_of(c) is zone}, tolerance)
        for code, radius in _ISLAND_RADIUS.items():
            drawn[code] = shapely.Point(towns[code]).buffer(radius, quad_segs=4)
        return drawn

    def drawn_inset(self) -> Outlines:
        """Paris and its neighbours, for their drawing at a larger scale."""
        return simplified(
            {code: self.wholes[code] for code in INSET_DEPARTEMENTS}, _INSET_TOLERANCE
        )

    def drawn_communes(self) -> Outlines:
        """The communes for the map of one département."""
        drawn: Outlines = {}
        for zone in Zone:
            inside = {
                code: outline
                for code, outline in self.communes.items()
                if zone_of(self.departements[code]) is zone
            }
            drawn |= simplified(inside, COMMUNE_TOLERANCE)
        return drawn


def simplified(outlines: Mapping[str, BaseGeometry], tolerance: float) -> Outlines:
    """The same outlines with fewer points, what two of them share staying shared."""
    found = shapely.coverage_simplify(np.array(list(outlines.values()), dtype=object), tolerance)
    return dict(zip(outlines, found, strict=True))


def rings(outline: BaseGeometry) -> list[Sequence[Sequence[float]]]:
    """Every closed line of an outline, islands and holes alike."""
    return [line.coords for part in _polygons(outline) for line in (part.exterior, *part.interiors)]


def _in_metres(departements: Mapping[str, str], grounds: Mapping[str, Ground]) -> Outlines:
    outlines: Outlines = {}
    for zone in Zone:
        codes = [
            code
            for code, departement in departements.items()
            if zone_of(departement) is zone and code in grounds and grounds[code].outline
        ]
        degrees = np.array([grounds[code].outline for code in codes], dtype=object)
        outlines.update(zip(codes, shapely.transform(degrees, _projection(zone)), strict=True))
    return outlines


def _projection(zone: Zone) -> Callable[[Any], Any]:
    def in_metres(degrees: Any) -> Any:
        return np.column_stack(to_metres(zone).transform(degrees[:, 0], degrees[:, 1]))

    return in_metres


def _shared(gap: BaseGeometry, commune: BaseGeometry) -> float:
    return float(gap.boundary.intersection(commune).length)


def _holes(outline: BaseGeometry) -> list[BaseGeometry]:
    holes = [shapely.Polygon(line) for part in _polygons(outline) for line in part.interiors]
    return [h for h in holes if h.area >= _SMALLEST_GAP and not h.buffer(3_000).contains(_LLIVIA)]


def _without_specks(outline: BaseGeometry) -> BaseGeometry:
    parts = _polygons(outline)
    largest = max(part.area for part in parts)
    kept = [part for part in parts if part.area >= min(_SMALLEST_PART, largest)]
    return shapely.MultiPolygon([_without_small_holes(part) for part in kept])


def _without_small_holes(part: BaseGeometry) -> BaseGeometry:
    holes = [hole for hole in part.interiors if shapely.Polygon(hole).area >= _SMALLEST_PART]
    return shapely.Polygon(part.exterior, holes)


def _polygons(outline: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
