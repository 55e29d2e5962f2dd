"""Spellings that La Poste takes for the same, and the one form under which a record is recognised.

`12 AVENUE DU DOCTEUR ROUX` and `12 AV DU DR ROUX` are one street. Which of two spellings a
delivery carries is drawn by its secret: it is what tells it from another delivery of the same
people. A word is a place to choose only where both spellings fit the 38 signs of a line, which can
be told from either.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from marketingconnect.kernel.postal_address import LINE_LENGTH

_WORDS: Final = re.compile(r"[A-Z0-9]+")
_LIGATURES: Final = str.maketrans({"Œ": "OE", "Æ": "AE", "ß": "SS", "Ø": "O", "Ł": "L", "Đ": "D"})

CIVILITY, STREET, SAINT, TITLE, TOWN = range(5)
"""The kinds of choices. One delivery spells each kind in one way within one record."""

_CIVILITIES: Final[Mapping[str, str]] = {"MONSIEUR": "M", "MADAME": "MME"}
_SPOKEN: Final = {"M": "M", "MR": "M", "MONSIEUR": "M", "MME": "MME", "MADAME": "MME"}
CIVILITY_WORDS: Final = frozenset([*_SPOKEN, "MLLE", "MADEMOISELLE", "MRS"])
_STREETS: Final[Mapping[str, str]] = {
    "ALLEE": "ALL",
    "AVENUE": "AV",
    "BOULEVARD": "BD",
    "CHEMIN": "CHE",
    "COURS": "CRS",
    "FAUBOURG": "FG",
    "HAMEAU": "HAM",
    "IMPASSE": "IMP",
    "LOTISSEMENT": "LOT",
    "PASSAGE": "PAS",
    "PLACE": "PL",
    "QUARTIER": "QUA",
    "RESIDENCE": "RES",
    "ROUTE": "RTE",
    "SQUARE": "SQ",
}
"""The sort of street: a choice only where it stands, after the number. A name may sound alike."""
_SAINTS: Final[Mapping[str, str]] = {"SAINT": "ST", "SAINTE": "STE"}
_TITLES: Final[Mapping[str, str]] = {"DOCTEUR": "DR", "GENERAL": "GAL"}
_AFTER_NUMBER: Final = frozenset(["BIS", "TER", "QUATER"])
_MET_ABBREVIATED: Final[Mapping[str, str]] = {
    "AVE": "AV",
    "BLD": "BD",
    "BVD": "BD",
    "BOUL": "BD",
    "CHEM": "CHE",
    "CH": "CHE",
    "ALLEES": "ALL",
    "PLACES": "PL",
    "MARECHAL": "MAL",
    "COMMANDANT": "CDT",
    "COLONEL": "CNL",
    "CAPITAINE": "CPT",
    "LIEUTENANT": "LT",
    "PRESIDENT": "PDT",
    "PROFESSEUR": "PR",
    "APPARTEMENT": "APP",
    "APPT": "APP",
    "APT": "APP",
    "BATIMENT": "BAT",
    "ESCALIER": "ESC",
    "IMMEUBLE": "IMM",
    "ZONE": "Z",
}
"""Other spellings that a file may have gone through; we never write them, we only read them."""


def _both_ways(pairs: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {word: pair for pair in pairs.items() for word in pair}


_STREET_WORDS: Final = _both_ways(_STREETS)
_SAINT_WORDS: Final = _both_ways(_SAINTS)
_TITLE_WORDS: Final = _both_ways(_TITLES)
_CIVILITY_WORDS_BOTH: Final = _both_ways(_CIVILITIES)
_ANYWHERE: Final = {
    **{word: (SAINT, pair) for word, pair in _SAINT_WORDS.items()},
    **{word: (TITLE, pair) for word, pair in _TITLE_WORDS.items()},
}
_SHORTEST: Final = {**_MET_ABBREVIATED, **_STREETS, **_SAINTS, **_TITLES}


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a line that has two spellings: where it is, its kind, its long and short form."""

    place: int
    kind: int
    long: str
    short: str


def words_of(text: str) -> list[str]:
    """Capitals without accents or punctuation: `12, rue de l’Église` -> 12 RUE DE L EGLISE."""
    text = text.upper()
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = "".join(char for char in spread if not unicodedata.combining(char))
    return _WORDS.findall(text)


def street_form(words: Sequence[str]) -> str:
    """The one form of a street line, whatever its spelling."""
    return " ".join([_SHORTEST.get(word, word) for word in words])


def name_form(words: Sequence[str]) -> str:
    """The one form of a name: no civility, words in alphabetical order."""
    return " ".join(sorted([word for word in words if word not in CIVILITY_WORDS]))


def street_choices(words: Sequence[str]) -> list[Choice]:
    """The words of a street line that may be spelled otherwise; none if the line grew too long."""
    found = [
        Choice(place, _ANYWHERE[word][0], *_ANYWHERE[word][1])
        for place, word in enumerate(words)
        if word in _ANYWHERE
    ]
    sort = _place_of_sort(words)
    if sort < len(words) - 1 and words[sort] in _STREET_WORDS:
        found.append(Choice(sort, STREET, *_STREET_WORDS[words[sort]]))
    return found if found and _fits(words, found) else []


def town_choices(words: Sequence[str]) -> list[Choice]:
    """The same for the last line, postal code included: SAINT and SAINTE."""
    found = [
        Choice(place, TOWN, *_SAINT_WORDS[word])
        for place, word in enumerate(words)
        if word in _SAINT_WORDS
    ]
    return found if found and _fits(words, found) else []


def civility_choices(words: Sequence[str]) -> list[Choice]:
    """The same for the first line: M or MONSIEUR, MME or MADAME, where it begins so."""
    if len(words) < 2 or words[0] not in _CIVILITY_WORDS_BOTH:
        return []
    found = [Choice(0, CIVILITY, *_CIVILITY_WORDS_BOTH[words[0]])]
    return found if _fits(words, found) else []


def civility_of(words: Sequence[str]) -> str:
    """M or MME when these words begin with a civility, as it is printed in short; else empty."""
    return _SPOKEN.get(words[0], "") if words else ""


def spelled(words: Sequence[str], choices: Sequence[Choice], long_kinds: int) -> list[str]:
    """The line with each choice made: bit `kind` of `long_kinds` asks for the long form."""
    written = list(words)
    for choice in choices:
        written[choice.place] = choice.long if long_kinds >> choice.kind & 1 else choice.short
    return written


def seen(words: Sequence[str], choices: Sequence[Choice]) -> dict[int, bool]:
    """Kind -> whether the line has the long form; a kind spelled both ways says nothing."""
    found: dict[int, set[bool]] = {}
    for choice in choices:
        found.setdefault(choice.kind, set()).add(words[choice.place] == choice.long)
    return {kind: forms.pop() for kind, forms in found.items() if len(forms) == 1}


def _place_of_sort(words: Sequence[str]) -> int:
    """Where the sort of street stands: after the number, BIS or a letter; 0 without a number."""
    place = 0
    if words and words[0][0].isdigit():
        place = 1
        while place < len(words) and (words[place] in _AFTER_NUMBER or len(words[place]) == 1):
            place += 1
    return place


def _fits(words: Sequence[str], choices: Sequence[Choice]) -> bool:
    length = len(" ".join(words))
    length += sum(len(choice.long) - len(words[choice.place]) for choice in choices)
    return length <= LINE_LENGTH
