"""Places and activities found by what a person types."""

from dataclasses import dataclass
from typing import Final

from marketingconnect.geography import (
    Place,
    PlaceKind,
    Position,
    Zone,
    geolocate,
    nearest_commune,
    project,
    search_places,
)
from marketingconnect.nomenclatures import Naf, naf_children, naf_label, search_naf
from marketingconnect.web.targeting.places import Circle, Polygon

FIRST_RADIUS_M: Final = 10_000
_PLACES_SHOWN: Final = 8
_ACTIVITIES_SHOWN: Final = 12
_LONGEST_SEARCH: Final = 80


class UnreadablePointError(ValueError):
    """What was typed is no point of France; the message is for the person."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place with the tokens of its buttons; only towns have a circle around them."""

    name: str
    detail: str
    token: str
    circle: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the tree of activities; its children only where the branch is open."""

    code: str
    label: str
    has_children: bool
    children: tuple["Line", ...] = ()


def places_for(typed: str) -> list[FoundPlace]:
    """The places that answer to what was typed."""
    found = search_places(typed[:_LONGEST_SEARCH], _PLACES_SHOWN)
    return [_found(one) for one in found]


def _found(one: Place) -> FoundPlace:
    centre = centre_of(one)
    circle = Circle(*centre, FIRST_RADIUS_M, one.name).token if centre else ""
    return FoundPlace(one.name, one.detail, f"{one.kind.value}:{one.code}", circle)


def centre_of(one: Place) -> Position | None:
    """The middle of a town, a whole city or a postal code; wider places have none."""
    if one.kind not in {PlaceKind.COMMUNE, PlaceKind.CITY, PlaceKind.POSTAL_CODE}:
        return None
    inside = one.communes
    x = sum(each.x for each in inside) // len(inside)
    y = sum(each.y for each in inside) // len(inside)
    return Position(inside[0].zone, x, y)


def activities_for(typed: str) -> list[Naf]:
    """The lines of the NAF that answer to what was typed."""
    return list(search_naf(typed[:_LONGEST_SEARCH], _ACTIVITIES_SHOWN))


def branch(code: str = "", *, opened: str = "") -> list[Line]:
    """The lines below a code; those on the way to `opened` have their children with them."""
    return [
        Line(
            line.code,
            line.label,
            has_children=bool(naf_children(line.code)),
            children=tuple(branch(line.code, opened=opened))
            if opened and line.code in _way_to(opened)
            else (),
        )
        for line in naf_children(code)
    ]


def _way_to(code: str) -> set[str]:
    """A code and the codes above it."""
    way, known = set(), {line.code: line for line in _every_line()}
    while code in known:
        way.add(code)
        code = known[code].parent
    return way


def _every_line() -> list[Naf]:
    lines, level = [], list(naf_children())
    while level:
        lines += level
        level = [child for line in level for child in naf_children(line.code)]
    return lines


def is_activity(code: str) -> bool:
    """Whether the NAF rév. 2 has this code, at any level."""
    try:
        naf_label(code)
    except KeyError:
        return False
    return True


def circle_around(typed: str, kilometres: str) -> Circle:
    """A circle from a typed address or town, or `45,76 ; 4,83`, and a typed radius."""
    metres = _metres(kilometres)
    text = typed.strip()[:_LONGEST_SEARCH]
    if (pair := _degrees(text)) is not None:
        position = _position(*pair)
        return named(Circle(*position, metres, ""))
    if (found := geolocate(text)) is not None:
        return Circle(*found.position, metres, found.label)
    raise UnreadablePointError(
        "Ce point n’est ni une adresse, ni une latitude et une longitude : tapez par exemple "
        "« 12 rue du Four, 69003 Lyon » ou « 45.76, 4.83 »."
    )


def polygon_of(typed: str) -> Polygon:
    """A polygon from one `latitude, longitude` a line."""
    lines = [line for line in typed.splitlines() if line.strip()]
    pairs = [_degrees(line) for line in lines]
    if len(pairs) < 3 or any(pair is None for pair in pairs):
        raise UnreadablePointError(
            "Une zone a trois sommets au moins, un « latitude, longitude » par ligne."
        )
    positions = [_position(*pair) for pair in pairs if pair]
    if len({position.zone for position in positions}) > 1:
        raise UnreadablePointError("Une zone reste en métropole, ou dans un seul outre-mer.")
    points = tuple((position.x, position.y) for position in positions)
    return Polygon(positions[0].zone, points, "Zone dessinée")


def named(circle: Circle) -> Circle:
    """A circle without a name, named after the nearest town."""
    if circle.label:
        return circle
    try:
        nearest = nearest_commune(Zone(circle.zone), circle.x, circle.y)
    except ValueError:
        return circle
    return Circle(circle.zone, circle.x, circle.y, circle.metres, nearest.name)


def _metres(typed: str) -> int:
    try:
        kilometres = float(typed.replace(",", ".").strip() or "10")
    except ValueError:
        kilometres = 0.0
    if not 0.1 <= kilometres <= 200:
        raise UnreadablePointError("Le rayon va de 0,1 à 200 kilomètres.")
    return round(kilometres * 1000)


def _degrees(text: str) -> tuple[float, float] | None:
    """`45.76, 4.83`, `45,76 ; 4,83`: latitude then longitude."""
    separator = ";" if ";" in text else ","
    parts = [part.strip().replace(",", ".") for part in text.split(separator)]
    if len(parts) != 2:
        return None
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    return latitude, longitude


def _position(latitude: float, longitude: float) -> Position:
    try:
        return project(longitude, latitude)
    except ValueError as error:
        raise UnreadablePointError(
            "Ce point n’est pas en France : donnez la latitude d’abord, par exemple 45.76, 4.83."
        ) from error
