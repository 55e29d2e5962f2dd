"""Draws the map that `framing` describes: overseas boxes in the Bay of Biscay, SVG paths."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from marketingconnect.geography.building.outlines import Outlines, rings
from marketingconnect.geography.framing import (
    HEIGHT,
    INSET,
    MAINLAND,
    WIDTH,
    Frame,
)
from marketingconnect.geography.projection import Zone, zone_of

_WEST, _NORTH, _SCALE = 90_000, 7_120_000, 0.01
# Left and top of each box; what it holds; how it is called.
_BOX: Final = 980
_INSET_BOX: Final = 1_900
_CAPTION: Final = 150
_MARGIN: Final = 40
_BOXES: Final = (
    ("971", "Guadeloupe", 0, 6_000),
    ("972", "Martinique", 1_020, 6_000),
    ("973", "Guyane", 0, 7_180),
    ("974", "La Réunion", 1_020, 7_180),
    ("976", "Mayotte", 0, 8_360),
    ("978", "Saint-Martin", 1_020, 8_360),
    ("977", "Saint-Barthélemy", 1_020, 9_540),
)


def frames(departements: Outlines, inset: Outlines) -> dict[str, Frame]:
    """The mainland, one box for each overseas territory, and the inset of Paris, by code."""
    whole = (0, 0, WIDTH, HEIGHT)
    name = "France métropolitaine"
    mainland = Frame(MAINLAND, name, Zone.METROPOLE, _SCALE, _WEST, _NORTH, whole)
    boxed = {
        code: _boxed(code, name, (left, top, _BOX), [departements[code]])
        for code, name, left, top in _BOXES
    }
    paris = _boxed(INSET, "Paris et petite couronne", (0, 0, _INSET_BOX), list(inset.values()))
    return {MAINLAND: mainland, **boxed, INSET: paris}


def _boxed(
    code: str, name: str, corner: tuple[int, int, int], outlines: list[BaseGeometry]
) -> Frame:
    left, top, size = corner
    west, south, east, north = shapely.total_bounds(np.array(outlines, dtype=object)).tolist()
    scale = round((size - 2 * _MARGIN) / max(east - west, north - south), 6)
    middle = left + size / 2, top + _CAPTION + size / 2
    x0 = round((west + east) / 2 - middle[0] / scale)
    y0 = round((south + north) / 2 + middle[1] / scale)
    return Frame(code, name, zone_of(code), scale, x0, y0, (left, top, size, size + _CAPTION))


def of_france(
    departements: Outlines,
    inset: Outlines,
    named: Mapping[str, tuple[str, str]],
    drawn: Mapping[str, Frame],
) -> dict[str, Any]:
    """The content of `departements.json`; `named` gives the name and the région of each code."""
    rows = []
    for code in sorted(departements):
        name, region = named[code]
        row: dict[str, Any] = {"code": code, "name": name, "region": region}
        row |= _drawn(departements[code], frame_of(code, drawn))
        if code in inset:
            row["inset"] = _drawn(inset[code], drawn[INSET])
        rows.append(row)
    return {
        "viewBox": [0, 0, WIDTH, HEIGHT],
        "frames": [frame.row() for frame in drawn.values()],
        "departements": rows,
    }


def _drawn(outline: BaseGeometry, frame: Frame) -> dict[str, Any]:
    return {
        "frame": frame.code,
        "box": _box(outline, frame),
        "label": _label(outline, frame),
        "path": path(outline, frame, 1),
    }


def of_departement(
    code: str, communes: Iterable[tuple[str, str, BaseGeometry | None, int, int]], frame: Frame
) -> dict[str, Any]:
    """The content of `communes/<code>.json`: (code, name, outline, x, y) of each commune."""
    rows: list[dict[str, Any]] = []
    for commune, name, outline, x, y in communes:
        at = [round(value, 1) for value in frame.place(x, y)]
        row: dict[str, Any] = {"code": commune, "name": name, "at": at}
        if outline is not None:
            row["path"] = path(outline, frame, 10)
        rows.append(row)
    return {"departement": code, "frame": frame.code, "communes": rows}


def frame_of(departement: str, drawn: Mapping[str, Frame]) -> Frame:
    """The part of the map that shows a département."""
    return drawn[MAINLAND] if zone_of(departement) is Zone.METROPOLE else drawn[departement]


def path(outline: BaseGeometry, frame: Frame, steps: int) -> str:
    """An SVG path in units of the map, with `steps` steps in a unit: one `m` a ring, then lines."""
    written = []
    for ring in rings(outline):
        points: list[tuple[int, int]] = []
        for x, y in ring:
            u, v = frame.place(x, y)
            point = round(u * steps), round(v * steps)
            if not points or point != points[-1]:
                points.append(point)
        if len(points) > 3:
            written.append(_ring(points, steps))
    return "".join(written)


def _ring(points: list[tuple[int, int]], steps: int) -> str:
    start, *others = points[:-1]
    text = f"M{_number(start[0], steps)} {_number(start[1], steps)}l"
    moves: list[str] = []
    before = start
    for point in others:
        for now, then in zip(point, before, strict=True):
            number = _number(now - then, steps)
            moves.append(number if number.startswith("-") or not moves else f" {number}")
        before = point
    return text + "".join(moves) + "z"


def _number(value: int, steps: int) -> str:
    """As short as a path allows: 12.0 -> 12, 0.5 -> .5, -0.5 -> -.5."""
    if steps == 1 or value % steps == 0:
        return str(value // steps if steps > 1 else value)
    return (
        f"{value / steps:.1f}".replace("0.", ".", 1) if abs(value) < steps else str(value / steps)
    )


def _box(outline: BaseGeometry, frame: Frame) -> list[int]:
    west, south, east, north = outline.bounds
    left, top = frame.place(west, north)
    right, bottom = frame.place(east, south)
    return [round(left), round(top), round(right - left), round(bottom - top)]


def _label(outline: BaseGeometry, frame: Frame) -> list[int]:
    middle = outline.representative_point()
    u, v = frame.place(middle.x, middle.y)
    return [round(u), round(v)]
