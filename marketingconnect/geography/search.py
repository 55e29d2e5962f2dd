"""Find a place by a few letters of its name: régions, départements, EPCI, communes, postal codes.

Accents, case, hyphens and apostrophes are free; `st` and `saint` are the same word. An exact name
comes first, then names that start with what was typed, then names with a word that does; among
equals the most populated comes first.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Final

from marketingconnect.geography.labels import unaccented
from marketingconnect.geography.places import (
    Commune,
    cities,
    collectivities,
    commune,
    communes,
    communes_of,
    departement,
    departements,
    epcis,
    postal_codes,
    regions,
)


class PlaceKind(StrEnum):
    """The values are the arguments of `communes_of`, and `commune`."""

    REGION = "region"
    DEPARTEMENT = "departement"
    EPCI = "epci"
    CITY = "city"
    COMMUNE = "commune"
    POSTAL_CODE = "postal_code"


@dataclass(frozen=True, slots=True)
class Place:
    """Something with communes inside. `detail` tells it from another of the same name."""

    kind: PlaceKind
    code: str
    name: str
    detail: str
    population: int

    @property
    def communes(self) -> tuple[Commune, ...]:
        """What it stands for, in the order of the codes."""
        if self.kind is PlaceKind.COMMUNE:
            return (commune(self.code),)
        return communes_of(**{self.kind.value: self.code})


_LONG: Final = {"ST": "SAINT", "STE": "SAINTE"}
# What precedes the name of an EPCI in the lists, and what one types without it.
_EPCI_KINDS: Final = {"CC", "CA", "CU", "METROPOLE"}
_PARIS: Final = "75056"


def search_places(text: str, limit: int = 10) -> tuple[Place, ...]:
    """The best places for what a person typed, at most `limit`; none for nothing."""
    typed = _key(text)
    if not typed:
        return ()
    index = _index()
    found: dict[Place, None] = dict.fromkeys(index.exact(typed)[:limit])
    for marker in ("\n", " "):
        missing = limit - len(found)
        if missing > 0:
            found.update(dict.fromkeys(islice(index.starting(marker + typed, found), missing)))
    return tuple(found)


def place(kind: str, code: str) -> Place:
    """One place by its kind and code, as a saved choice names it. Raises KeyError."""
    return _by_code()[PlaceKind(kind), code]


class _Index:
    """One long text with a line a name, most populated first: what is found first is the best."""

    def __init__(self, places: list[Place]) -> None:
        self._exact: dict[str, list[Place]] = {}
        self._lines: list[Place] = []
        self._starts: list[int] = []
        keys: list[str] = []
        length = 0
        for found in places:
            for key in _keys(found):
                self._exact.setdefault(key, []).append(found)
                self._lines.append(found)
                self._starts.append(length)
                keys.append(f"\n{key}")
                length += len(key) + 1
        self._text = "".join(keys)

    def exact(self, key: str) -> list[Place]:
        return self._exact.get(key, [])

    def starting(self, wanted: str, known: dict[Place, None]) -> Iterator[Place]:
        """The places with `wanted` in their line, but those already known."""
        seen = set(known)
        at = self._text.find(wanted)
        while at >= 0:
            found = self._lines[self._line_of(at)]
            if found not in seen:
                seen.add(found)
                yield found
            at = self._text.find(wanted, at + 1)

    def _line_of(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1


@cache
def _index() -> _Index:
    # The département of Paris answers to the same words as the city.
    places = [found for found in _by_code().values() if found.code != _PARIS]
    return _Index(sorted(places, key=lambda found: -found.population))


@cache
def _by_code() -> dict[tuple[PlaceKind, str], Place]:
    return {(found.kind, found.code): found for found in _places()}


def _places() -> Iterator[Place]:
    kinds = PlaceKind
    for region in regions():
        inside = communes_of(region=region.code)
        yield Place(kinds.REGION, region.code, region.name, "Région", _people(inside))
    for found in (*departements(), *collectivities()):
        inside = communes_of(departement=found.code)
        word = "Collectivité" if found in collectivities() else "Département"
        detail = f"{word} {found.code}"
        yield Place(kinds.DEPARTEMENT, found.code, found.name, detail, _people(inside))
    for city in cities():
        inside = communes_of(city=city.code)
        yield Place(kinds.CITY, city.code, city.name, _detail(inside[0], "Ville"), _people(inside))
    for epci in epcis():
        inside = communes_of(epci=epci.code)
        if inside:
            detail = _detail(inside[0], "Intercommunalité")
            yield Place(kinds.EPCI, epci.code, epci.name, detail, _people(inside))
    for town in communes():
        detail = _detail(town, "Commune")
        yield Place(kinds.COMMUNE, town.code, town.name, detail, town.population)
    for code in postal_codes():
        inside = communes_of(postal_code=code)
        names = ", ".join(sorted(town.name for town in inside)[:3])
        more = "…" if len(inside) > 3 else ""
        yield Place(kinds.POSTAL_CODE, code, code, names + more, _people(inside))


def _people(inside: tuple[Commune, ...]) -> int:
    return sum(town.population for town in inside)


def _detail(found: Commune, kind: str) -> str:
    return f"{kind}, {departement(found.departement).name} ({found.departement})"


def _key(text: str) -> str:
    return " ".join(_LONG.get(word, word) for word in unaccented(text).split(" "))


def _keys(found: Place) -> Iterator[str]:
    """What a place answers to: its name, its code, an EPCI without its kind."""
    key = _key(found.name)
    yield key
    if found.kind is PlaceKind.EPCI:
        first, _, rest = key.partition(" ")
        if first in _EPCI_KINDS and rest:
            yield rest
    elif found.kind in (PlaceKind.DEPARTEMENT, PlaceKind.COMMUNE):
        yield found.code
