"""French postal addresses as AFNOR NF Z10-011 lays them out: at most six lines of 38 characters.

From the person to the place; empty lines are not printed. The last three lines (street, place
of delivery, postal code and town) are in capitals without accents or punctuation. A line is
shortened with the usual abbreviations only when it would not fit otherwise.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.territory import territory_of_postal_code
from marketingconnect.kernel.typography import non_breaking

LINE_LENGTH: Final = 38
LINE_COUNT: Final = 6
_FIRST_CAPITAL_LINE: Final = 4
_PUNCTUATION: Final = re.compile(r"[^A-Z0-9 ]+")
_SPACES: Final = re.compile(r"\s+")
_ABBREVIATIONS: Final[Mapping[str, str]] = {
    "ALLEE": "ALL",
    "ALLEES": "ALL",
    "APPARTEMENT": "APP",
    "AVENUE": "AV",
    "BATIMENT": "BAT",
    "BOULEVARD": "BD",
    "CAPITAINE": "CPT",
    "CHEMIN": "CHE",
    "COLONEL": "CNL",
    "COMMANDANT": "CDT",
    "COURS": "CRS",
    "DOCTEUR": "DR",
    "ENTREE": "ENT",
    "ESCALIER": "ESC",
    "ETAGE": "ETG",
    "FAUBOURG": "FG",
    "GENERAL": "GAL",
    "GRAND": "GD",
    "GRANDE": "GDE",
    "IMMEUBLE": "IMM",
    "IMPASSE": "IMP",
    "LIEUTENANT": "LT",
    "LOTISSEMENT": "LOT",
    "MARECHAL": "MAL",
    "PLACE": "PL",
    "PRESIDENT": "PDT",
    "PROFESSEUR": "PR",
    "QUARTIER": "QUA",
    "RESIDENCE": "RES",
    "ROUTE": "RTE",
    "SAINT": "ST",
    "SAINTE": "STE",
    "SQUARE": "SQ",
    "ZONE": "Z",
}


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one line, 1 to 6, in words to show beside its field."""

    line: int
    code: str
    message: str


class InvalidAddressError(InvalidValueError):
    """An address that cannot be printed; `errors` says why, line by line."""

    def __init__(self, errors: tuple[LineError, ...]) -> None:
        super().__init__("postal_address", " ".join(error.message for error in errors))
        self.errors = errors

    def __reduce__(self) -> tuple[type["InvalidAddressError"], tuple[object, ...]]:
        return type(self), (self.errors,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalAddress:
    """A private person's address (adresse de particulier)."""

    name: str
    inside: str = ""
    """Flat, stairs, floor, or `Chez M. Martin`."""
    building: str = ""
    """Entrance, building, residence."""
    street: str = ""
    place: str = ""
    """Hamlet (lieu-dit), `BP 12` or `Poste restante`."""
    postal_code: str
    town: str

    def lines(self) -> tuple[str, ...]:
        """The printed lines, empty ones left out; raises InvalidAddressError."""
        return _print(self._raw())

    def six_lines(self) -> tuple[str, ...]:
        """All six lines, empty ones included, as long as they turn out; raises nothing."""
        return _laid_out(self._raw())

    def errors(self) -> tuple[LineError, ...]:
        """What prevents printing, line by line; empty when nothing does."""
        return _errors(self._raw())

    def _raw(self) -> tuple[str, ...]:
        last = f"{self.postal_code} {self.town}"
        return (self.name, self.inside, self.building, self.street, self.place, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessAddress:
    """A company's address (adresse d'entreprise)."""

    company: str
    recipient: str = ""
    """Person or department: `Service comptabilité`."""
    building: str = ""
    """Building, business park, zone."""
    street: str = ""
    place: str = ""
    """`BP 12`, `TSA 12345`, or the town when the CEDEX office is elsewhere."""
    postal_code: str
    """Postal or CEDEX code."""
    town: str
    """Town or CEDEX office: `Lyon CEDEX 03`."""

    def lines(self) -> tuple[str, ...]:
        """The printed lines, empty ones left out; raises InvalidAddressError."""
        return _print(self._raw())

    def six_lines(self) -> tuple[str, ...]:
        """All six lines, empty ones included, as long as they turn out; raises nothing."""
        return _laid_out(self._raw())

    def errors(self) -> tuple[LineError, ...]:
        """What prevents printing, line by line; empty when nothing does."""
        return _errors(self._raw())

    def _raw(self) -> tuple[str, ...]:
        last = f"{self.postal_code} {self.town}"
        return (self.company, self.recipient, self.building, self.street, self.place, last)


def _print(raw: tuple[str, ...]) -> tuple[str, ...]:
    if errors := _errors(raw):
        raise InvalidAddressError(errors)
    return tuple(line for line in _laid_out(raw) if line)


def _laid_out(raw: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        _shorten(_capitals(text) if number >= _FIRST_CAPITAL_LINE else _tidy(text))
        for number, text in enumerate(raw, start=1)
    )


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _capitals(text: str) -> str:
    """No accent, no punctuation: `12 bis, rue de l’Église` -> `12 BIS RUE DE L EGLISE`."""
    spelled = text.upper().replace("Œ", "OE").replace("Æ", "AE")
    plain = unicodedata.normalize("NFKD", spelled)
    unaccented = "".join(char for char in plain if not unicodedata.combining(char))
    return _tidy(_PUNCTUATION.sub(" ", unaccented))


def _shorten(line: str) -> str:
    """Abbreviate word after word, from the left, only while the line is too long."""
    words = line.split(" ")
    for position, word in enumerate(words):
        if len(" ".join(words)) <= LINE_LENGTH:
            break
        words[position] = _ABBREVIATIONS.get(_capitals(word), word)
    return " ".join(words)


def _errors(raw: tuple[str, ...]) -> tuple[LineError, ...]:
    lines = _laid_out(raw)
    found = [
        LineError(
            number,
            "line_too_long",
            non_breaking(f"La ligne {number} dépasse {LINE_LENGTH} caractères : « {line} »."),
        )
        for number, line in enumerate(lines, start=1)
        if len(line) > LINE_LENGTH
    ]
    if not lines[0]:
        found.append(LineError(1, "name_missing", "Le nom du destinataire manque (ligne 1)."))
    if not lines[3] and not lines[4]:
        found.append(
            LineError(4, "street_missing", "Indiquez une rue (ligne 4) ou un lieu-dit (ligne 5).")
        )
    found += _last_line_errors(raw[5])
    return tuple(sorted(found, key=lambda error: error.line))


def _last_line_errors(line: str) -> list[LineError]:
    postal_code, _, town = line.partition(" ")
    try:
        territory_of_postal_code(postal_code)
    except InvalidValueError as error:
        return [LineError(6, error.code, error.message)]
    if not _capitals(town):
        return [LineError(6, "town_missing", "La commune manque (ligne 6).")]
    return []
