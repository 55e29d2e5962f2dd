"""The map of France: where a place on the ground is drawn, and back.

One drawing, 11 600 units wide and 10 800 high. The mainland is drawn at one unit for 100 metres;
each overseas territory, and Paris with its neighbours a second time, in a box at a scale of its
own. The files of `web/static/built/map/` are written in these units:

- `departements.json`: `viewBox`; `frames`, the rows of `Frame`; `departements`, each with `code`,
  `name`, `region`, `frame`, `box` (left, top, width, height), `label` (a point inside), `path`
  (SVG) and, for 75, 92, 93 and 94, `inset` with the `frame`, `box`, `label` and `path` of its
  second drawing. 977 and 978 are discs: no package draws them.
- `communes/<departement>.json`: `departement`, `frame`, and `communes`, each with `code`, `name`,
  `at` (the town hall) and `path`, which a few communes made this year do not have yet.
"""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from marketingconnect.geography.places import built_table
from marketingconnect.geography.projection import Position, Zone, zone_of

WIDTH: Final = 11_600
HEIGHT: Final = 10_800
MAINLAND: Final = "metropole"
INSET: Final = "paris"
INSET_DEPARTEMENTS: Final = ("75", "92", "93", "94")


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the drawing: u = (x - x0) * scale and v = (y0 - y) * scale, with x, y in metres."""

    code: str
    name: str
    zone: Zone
    scale: float
    x0: int
    y0: int
    box: tuple[int, int, int, int]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """From metres of the zone to units of the drawing."""
        return (x - self.x0) * self.scale, (self.y0 - y) * self.scale

    def ground(self, u: float, v: float) -> Position:
        """From units of the drawing to metres of the zone."""
        return Position(self.zone, round(self.x0 + u / self.scale), round(self.y0 - v / self.scale))

    def row(self) -> dict[str, Any]:
        """What the files say of it."""
        return {**asdict(self), "zone": int(self.zone), "box": list(self.box)}


@cache
def frames() -> dict[str, Frame]:
    """The mainland, the overseas boxes and the inset of Paris, by code."""
    return {
        row["code"]: Frame(**{**row, "zone": Zone(row["zone"]), "box": tuple(row["box"])})
        for row in built_table()["frames"]
    }


def frame_of(departement: str) -> Frame:
    """Where a département is drawn among the others."""
    return frames()[MAINLAND if zone_of(departement) is Zone.METROPOLE else departement]
