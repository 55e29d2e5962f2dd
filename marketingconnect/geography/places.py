"""Communes, EPCI, départements, régions and postal codes, read once from `built/communes.json`."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marketingconnect.geography.projection import Position, Zone, zone_of

TABLE: Final = Path(__file__).parent / "built" / "communes.json"
_COLLECTIVITIES: Final = ("977", "978")


class GeographyNotBuiltError(RuntimeError):
    """The files made at set-up are not there."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today; in Paris, Lyon and Marseille, an arrondissement (75101, 69381, 13201).

    `x` and `y` are the metres of `zone`, at the town hall where it is known. `epci` is empty for
    the few islands that belong to none.
    """

    code: str
    name: str
    label: str
    postal_codes: tuple[str, ...]
    population: int
    departement: str
    region: str
    epci: str
    zone: Zone
    x: int
    y: int

    @property
    def position(self) -> Position:
        """Where it is on the ground."""
        return Position(self.zone, self.x, self.y)


@dataclass(frozen=True, slots=True)
class Departement:
    """A département, or the collectivity of Saint-Barthélemy (977) or Saint-Martin (978)."""

    code: str
    name: str
    region: str
    seat: str


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Epci:
    """Communes that levy a tax together. `kind` is CC, CA, CU, METRO or MET69."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class City:
    """Paris, Lyon or Marseille: a code (75056) that no address has, and what stands for it."""

    code: str
    name: str
    arrondissements: tuple[str, ...]


def communes() -> tuple[Commune, ...]:
    """All that can be targeted, in the order of the codes."""
    return tuple(_communes().values())


def commune(code: str) -> Commune:
    """Raises KeyError for a code that is not in force, or that is a whole city (75056)."""
    return _communes()[code]


def find_commune(code: str) -> Commune | None:
    """The commune of today for a code of today, or of a commune that joined another one."""
    return _communes().get(_former().get(code, code))


def departements() -> tuple[Departement, ...]:
    """The 101 départements."""
    return tuple(d for d in _departements().values() if d.code not in _COLLECTIVITIES)


def collectivities() -> tuple[Departement, ...]:
    """Saint-Barthélemy and Saint-Martin, which sort their mail with Guadeloupe."""
    return tuple(_departements()[code] for code in _COLLECTIVITIES)


def departement(code: str) -> Departement:
    """A département or a collectivity. Raises KeyError."""
    return _departements()[code]


def regions() -> tuple[Region, ...]:
    """The 18 régions."""
    return tuple(r for r in _regions().values() if r.code not in _COLLECTIVITIES)


def region(code: str) -> Region:
    """A région; a collectivity is its own. Raises KeyError."""
    return _regions()[code]


def epcis() -> tuple[Epci, ...]:
    return tuple(_epcis().values())


def epci(code: str) -> Epci:
    """Raises KeyError."""
    return _epcis()[code]


def cities() -> tuple[City, ...]:
    """Paris, Lyon and Marseille."""
    return tuple(_cities().values())


def city(code: str) -> City:
    """Raises KeyError."""
    return _cities()[code]


@cache
def postal_codes() -> Mapping[str, tuple[str, ...]]:
    """The codes of the communes that share each postal code, both in order."""
    sharing: dict[str, list[str]] = defaultdict(list)
    for found in communes():
        for code in found.postal_codes:
            sharing[code].append(found.code)
    return MappingProxyType({code: tuple(sharing[code]) for code in sorted(sharing)})


def communes_of(
    *,
    region: str | None = None,
    departement: str | None = None,
    epci: str | None = None,
    city: str | None = None,
    postal_code: str | None = None,
) -> tuple[Commune, ...]:
    """The communes of one place, in the order of the codes; none when the place is unknown.

    Exactly one argument: `communes_of(departement="13")`.
    """
    asked = {
        "region": region,
        "departement": departement,
        "epci": epci,
        "city": city,
        "postal_code": postal_code,
    }
    given = [(kind, code) for kind, code in asked.items() if code is not None]
    if len(given) != 1:
        raise TypeError("communes_of takes one place")
    return _by_place().get(given[0], ())


# -- loading ---------------------------------------------------------------------------------------


@cache
def built_table() -> dict[str, Any]:
    """What `building` wrote. Raises GeographyNotBuiltError."""
    try:
        content: dict[str, Any] = json.loads(TABLE.read_text("utf-8"))
    except FileNotFoundError:
        raise GeographyNotBuiltError(
            "Les données géographiques ne sont pas préparées : lancez script/setup."
        ) from None
    return content


@cache
def _communes() -> dict[str, Commune]:
    columns = built_table()["communes"]
    grounds = {d.code: (d.region, zone_of(d.code)) for d in _departements().values()}
    found = {}
    for code, name, label, postal, population, departement_code, epci_code, x, y in zip(
        *(columns[name] for name in _COLUMNS), strict=True
    ):
        region_code, zone = grounds[departement_code]
        found[code] = Commune(
            code,
            name,
            label,
            tuple(postal.split(" ")),
            population,
            departement_code,
            region_code,
            epci_code,
            zone,
            x,
            y,
        )
    return found


_COLUMNS: Final = (
    "code",
    "name",
    "label",
    "postal_codes",
    "population",
    "departement",
    "epci",
    "x",
    "y",
)


@cache
def _by_place() -> dict[tuple[str, str], tuple[Commune, ...]]:
    places: dict[tuple[str, str], list[Commune]] = defaultdict(list)
    for found in communes():
        places["region", found.region].append(found)
        places["departement", found.departement].append(found)
        places["epci", found.epci].append(found)
        for code in found.postal_codes:
            places["postal_code", code].append(found)
    del places["epci", ""]
    for whole in cities():
        places["city", whole.code] = [commune(code) for code in whole.arrondissements]
    return {place: tuple(inside) for place, inside in places.items()}


@cache
def _departements() -> dict[str, Departement]:
    rows = sorted(built_table()["departements"])
    return {row[0]: Departement(*row) for row in rows}


@cache
def _regions() -> dict[str, Region]:
    return {row[0]: Region(*row) for row in sorted(built_table()["regions"])}


@cache
def _epcis() -> dict[str, Epci]:
    return {row[0]: Epci(*row) for row in sorted(built_table()["epcis"])}


@cache
def _cities() -> dict[str, City]:
    return {code: City(code, name, tuple(inside)) for code, name, inside in built_table()["cities"]}


@cache
def _former() -> dict[str, str]:
    former: dict[str, str] = built_table()["former"]
    return former
