"""From an address that a person types to a point on the ground, without asking anyone.

What is known here is the town, or failing it the postal code: no street. A service that knows
streets can stand behind the same `Geocoder`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Protocol

from marketingconnect.geography.labels import unaccented
from marketingconnect.geography.places import Commune, cities, communes, communes_of
from marketingconnect.geography.projection import Position

_POSTAL_CODE: Final = re.compile(r"(?<![0-9])([0-9]{2}) ?([0-9]{3})(?![0-9])")
_CEDEX: Final = re.compile(r"\bCEDEX\b.*$")
_ARRONDISSEMENT: Final = re.compile(r"([A-Z]+ [0-9]+)(ER?) ARRONDISSEMENT")
_LONG: Final = {"ST": "SAINT", "STE": "SAINTE", "STS": "SAINTS", "STES": "SAINTES"}


class Precision(StrEnum):
    """How near the point is: in the street, at the town hall, amid what shares a postal code."""

    ADDRESS = "address"
    COMMUNE = "commune"
    POSTAL_CODE = "postal_code"


@dataclass(frozen=True, slots=True)
class Location:
    """A point, and the words that show a person what was understood."""

    position: Position
    label: str
    precision: Precision


class Geocoder(Protocol):
    """Whoever finds where an address is."""

    def locate(self, text: str) -> Location | None:
        """The place of an address, None when it is not understood."""
        ...


class TownGeocoder:
    """Knows towns and postal codes."""

    def locate(self, text: str) -> Location | None:
        """By postal code and town, else by the postal code, else by the town alone."""
        words = _words(text)
        found = _POSTAL_CODE.search(text)
        if found:
            code = found[1] + found[2]
            inside = communes_of(postal_code=code)
            if inside:
                return _in_postal_code(code, inside, words)
        return _in_town(words)


def geolocate(text: str, geocoder: Geocoder | None = None) -> Location | None:
    """The point of an address or of a town as typed, None when nothing is recognised."""
    return (geocoder or TownGeocoder()).locate(text)


def _in_postal_code(code: str, inside: tuple[Commune, ...], words: str) -> Location:
    named = [town for town in inside if f" {_words(town.name)} " in f" {words} "]
    if len(inside) == 1:
        named = list(inside)
    if named:
        town = max(named, key=lambda found: (len(found.name), found.population))
        return Location(town.position, f"{code} {town.name}", Precision.COMMUNE)
    return Location(_middle(inside), code, Precision.POSTAL_CODE)


def _in_town(words: str) -> Location | None:
    """The town whose name is the longest end of the text: `12 rue de Paris, Lille` is in Lille."""
    spoken = words.split(" ")
    for start in range(len(spoken)):
        if found := _towns().get(" ".join(spoken[start:])):
            return found
    return None


@cache
def _towns() -> dict[str, Location]:
    """Where each name is; of several towns with one name, the most populated."""
    towns = {}
    for town in sorted(communes(), key=lambda found: found.population):
        for name in _names(town):
            towns[name] = Location(town.position, town.name, Precision.COMMUNE)
    for city in cities():
        middle = _middle(communes_of(city=city.code))
        towns[_words(city.name)] = Location(middle, city.name, Precision.COMMUNE)
    return towns


def _names(town: Commune) -> Iterator[str]:
    """`PARIS 11E ARRONDISSEMENT` is also `PARIS 11E` and `PARIS 11`."""
    name = _words(town.name)
    yield name
    if found := _ARRONDISSEMENT.fullmatch(name):
        yield f"{found[1]}{found[2]}"
        yield found[1]


def _middle(inside: tuple[Commune, ...]) -> Position:
    """Where their inhabitants are, on average."""
    weights = [max(town.population, 1) for town in inside]
    x = sum(town.x * weight for town, weight in zip(inside, weights, strict=True))
    y = sum(town.y * weight for town, weight in zip(inside, weights, strict=True))
    return Position(inside[0].zone, round(x / sum(weights)), round(y / sum(weights)))


def _words(text: str) -> str:
    spoken = _CEDEX.sub("", unaccented(text)).split()
    return " ".join(_LONG.get(word, word) for word in spoken)
