"""Places of the form, each a token: `departement:69`, a circle, a polygon.

`near:0:842000:6519000:10000:Lyon` is a circle of 10 km in zone 0; `within:0:1,2;3,4;5,6:Nom` a
polygon. Tokens travel in check boxes, so that a place is removed by unticking it.
"""

from dataclasses import dataclass
from typing import Any, Final

from marketingconnect.geography import cities
from marketingconnect.kernel.money import format_number_fr

CODED: Final = ("region", "departement", "epci", "city", "commune", "postal_code", "iris")
CODED_LABELS: Final = {
    "region": "Région",
    "departement": "Département",
    "epci": "Intercommunalité",
    "city": "Ville",
    "commune": "Commune",
    "postal_code": "Code postal",
    "iris": "Quartier (IRIS)",
}
MOST_POINTS: Final = 200
LONGEST_RADIUS_M: Final = 200_000
_LONGEST_LABEL: Final = 80
_FARTHEST: Final = 20_000_000


class UnreadablePlaceError(ValueError):
    """A token that names no place; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `metres` of a point."""

    zone: int
    x: int
    y: int
    metres: int
    label: str

    @property
    def token(self) -> str:
        return f"near:{self.zone}:{self.x}:{self.y}:{self.metres}:{self.label}"

    @property
    def kilometres(self) -> str:
        """`10`, `7,5`: as typed and as said."""
        return f"{self.metres / 1000:.1f}".rstrip("0").rstrip(".").replace(".", ",")

    def condition(self) -> dict[str, Any]:
        return {
            "near": {
                "zone": self.zone,
                "x": self.x,
                "y": self.y,
                "metres": self.metres,
                "label": self.label,
            }
        }


@dataclass(frozen=True, slots=True)
class Polygon:
    """Everything inside a drawn line."""

    zone: int
    points: tuple[tuple[int, int], ...]
    label: str

    @property
    def token(self) -> str:
        line = ";".join(f"{x},{y}" for x, y in self.points)
        return f"within:{self.zone}:{line}:{self.label}"

    def condition(self) -> dict[str, Any]:
        points = [list(point) for point in self.points]
        return {"within": {"zone": self.zone, "points": points, "label": self.label}}


@dataclass(frozen=True, slots=True)
class Coded:
    """A région, département, EPCI, commune, postal code or IRIS by its code."""

    field: str
    code: str

    @property
    def token(self) -> str:
        return f"{self.field}:{self.code}"


Place = Circle | Polygon | Coded


def place_of(token: str) -> Place:
    """The place of a token. Raises UnreadablePlaceError."""
    kind, _, rest = token.partition(":")
    if kind in CODED and rest.isascii() and rest.isalnum() and len(rest) <= 9:
        return Coded(kind, rest)
    if kind == "near":
        return _circle(rest)
    if kind == "within":
        return _polygon(rest)
    raise UnreadablePlaceError("Cette zone est illisible : retirez-la et choisissez-la de nouveau.")


def _circle(rest: str) -> Circle:
    parts = rest.split(":", 4)
    if len(parts) != 5:
        raise UnreadablePlaceError("Ce rayon est illisible : tracez-le de nouveau.")
    zone, x, y, metres = (_integer(part) for part in parts[:4])
    if not 1 <= metres <= LONGEST_RADIUS_M:
        raise UnreadablePlaceError("Le rayon va de 1 mètre à 200 kilomètres.")
    return Circle(zone, x, y, metres, _label(parts[4]))


def _polygon(rest: str) -> Polygon:
    parts = rest.split(":", 2)
    pairs = [pair.split(",") for pair in parts[1].split(";")] if len(parts) == 3 else []
    if not 3 <= len(pairs) <= MOST_POINTS or any(len(pair) != 2 for pair in pairs):
        raise UnreadablePlaceError(
            f"Une zone dessinée a de 3 à {MOST_POINTS} sommets : dessinez-la de nouveau."
        )
    points = tuple((_integer(x), _integer(y)) for x, y in pairs)
    return Polygon(_integer(parts[0]), points, _label(parts[2]))


def _integer(text: str) -> int:
    try:
        number = int(text) if len(text) < 12 else _FARTHEST + 1
    except ValueError:
        number = _FARTHEST + 1
    if abs(number) > _FARTHEST:
        raise UnreadablePlaceError("Cette zone est illisible : tracez-la de nouveau.")
    return number


def _label(text: str) -> str:
    return text[:_LONGEST_LABEL].replace("\x00", "").strip()


def condition_of(tokens: list[str]) -> dict[str, Any] | None:
    """The union of several places as a condition of the criteria; None without any."""
    by_field: dict[str, list[str]] = {}
    shapes = []
    for token in tokens:
        place = place_of(token)
        if isinstance(place, Coded):
            field = "commune" if place.field == "city" else place.field
            by_field.setdefault(field, []).extend(_codes(place))
        else:
            shapes.append(place.condition())
    parts: list[dict[str, Any]] = [
        {"field": field, "in": sorted(set(codes))} for field, codes in by_field.items()
    ]
    parts += shapes
    if len(parts) < 2:
        return parts[0] if parts else None
    return {"any": parts}


def _codes(place: Coded) -> tuple[str, ...]:
    """A city is addressed to by its arrondissements."""
    if place.field != "city":
        return (place.code,)
    found = next((one for one in cities() if one.code == place.code), None)
    return found.arrondissements if found else (place.code,)


def tokens_of(condition: dict[str, Any]) -> list[str] | None:
    """The places of a condition that `condition_of` could have made; None for any other one."""
    parts = condition["any"] if set(condition) == {"any"} else [condition]
    tokens: list[str] = []
    for part in parts:
        found = _tokens_of_one(part)
        if found is None:
            return None
        tokens += found
    return tokens


def _tokens_of_one(part: dict[str, Any]) -> list[str] | None:
    if part.get("field") in CODED and "in" in part:
        return _coded_tokens(part["field"], part["in"])
    if set(part) == {"near"}:
        near = part["near"]
        where = (near["zone"], near["x"], near["y"], near["metres"])
        return [Circle(*where, near.get("label") or "").token]
    if set(part) == {"within"}:
        inside = part["within"]
        points = tuple((x, y) for x, y in inside["points"])
        return [Polygon(inside["zone"], points, inside.get("label") or "").token]
    return None


def _coded_tokens(field: str, codes: list[str]) -> list[str]:
    """One token a code; all the arrondissements of a city are the city."""
    left, tokens = dict.fromkeys(codes), []
    for whole in cities() if field == "commune" else ():
        if set(whole.arrondissements) <= set(left):
            tokens.append(f"city:{whole.code}")
            for code in whole.arrondissements:
                del left[code]
    return tokens + [f"{field}:{code}" for code in left]


def described(place: Place, name: str = "") -> str:
    """A place in words: `Rhône (département)`, `10 km autour de Lyon`; `name` is the code's."""
    if isinstance(place, Circle):
        around = place.label or "un point de la carte"
        return f"{place.kilometres}\u00a0km autour de {around}"
    if isinstance(place, Polygon):
        corners = format_number_fr(len(place.points))
        return f"{place.label or 'Zone dessinée'} ({corners}\u00a0sommets)"
    if place.field in {"commune", "city"}:
        return name or place.code
    return f"{name or place.code} ({CODED_LABELS[place.field].lower()})"
