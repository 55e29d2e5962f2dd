"""Places on the ground, in metres: five zones, each with the projection in legal use there.

A distance is right to about a metre in a kilometre inside a zone, and has no meaning between two.
`pyproj` is only loaded by a caller that has longitudes: the communes are stored in metres.
"""

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pyproj import Transformer


class Zone(IntEnum):
    """Where one projection holds. The numbers are stored: they never change meaning."""

    METROPOLE = 0
    ANTILLES = 1
    GUYANE = 2
    REUNION = 3
    MAYOTTE = 4


class Position(NamedTuple):
    """A point on the ground, in whole metres of its zone."""

    zone: Zone
    x: int
    y: int


EPSG: Final = {
    Zone.METROPOLE: 2154,
    Zone.ANTILLES: 5490,
    Zone.GUYANE: 2972,
    Zone.REUNION: 2975,
    Zone.MAYOTTE: 4471,
}
_WGS84: Final = 4326
_OVERSEAS: Final = {
    "971": Zone.ANTILLES,
    "972": Zone.ANTILLES,
    "977": Zone.ANTILLES,
    "978": Zone.ANTILLES,
    "973": Zone.GUYANE,
    "974": Zone.REUNION,
    "976": Zone.MAYOTTE,
}
# West, south, east, north: the land of each zone and the sea around it.
_EXTENTS: Final = {
    Zone.METROPOLE: (-6.0, 41.0, 10.0, 51.6),
    Zone.ANTILLES: (-63.5, 14.0, -60.5, 18.5),
    Zone.GUYANE: (-55.0, 2.0, -51.0, 6.2),
    Zone.REUNION: (54.9, -21.6, 56.2, -20.6),
    Zone.MAYOTTE: (44.7, -13.3, 45.6, -12.3),
}


def zone_of(departement: str) -> Zone:
    """The zone of a département or of an overseas collectivity: `13` -> METROPOLE."""
    return _OVERSEAS.get(departement, Zone.METROPOLE)


def project(longitude: float, latitude: float) -> Position:
    """The place of a longitude and a latitude (WGS 84). Raises ValueError outside France."""
    for zone, (west, south, east, north) in _EXTENTS.items():
        if west <= longitude <= east and south <= latitude <= north:
            x, y = to_metres(zone).transform(longitude, latitude)
            return Position(zone, round(x), round(y))
    raise ValueError(
        f"Le point de longitude {longitude} et de latitude {latitude} n’est pas en France."
    )


def unproject(zone: Zone, x: float, y: float) -> tuple[float, float]:
    """The longitude and the latitude (WGS 84) of a place in metres."""
    longitude, latitude = _to_degrees(zone).transform(x, y)
    return float(longitude), float(latitude)


@cache
def to_metres(zone: Zone) -> "Transformer":
    """From (longitude, latitude) to the metres of a zone; takes arrays too."""
    return _transformer(_WGS84, EPSG[zone])


@cache
def _to_degrees(zone: Zone) -> "Transformer":
    return _transformer(EPSG[zone], _WGS84)


def _transformer(origin: int, target: int) -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs(origin, target, always_xy=True)
