"""What a business does: the NAF, its five levels and their labels.

`naf_rev2` is in force until 31 December 2026. The NAF 2025 follows on 1 January 2027; no package
carries its table, so only the form of its codes is known here, with the labels of the older one
for the same four digits: right for most classes, and never a reason to refuse a code.
"""

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final

from marketingconnect.geography.labels import unaccented

TABLE: Final = Path(__file__).parent / "built" / "naf_rev2.json"
# First and last division of each section, and its label.
_SECTIONS: Final = {
    "A": (1, 3, "Agriculture, sylviculture et pêche"),
    "B": (5, 9, "Industries extractives"),
    "C": (10, 33, "Industrie manufacturière"),
    "D": (
        35,
        35,
        "Production et distribution d’électricité, de gaz, de vapeur et d’air conditionné",
    ),
    "E": (
        36,
        39,
        "Production et distribution d’eau ; assainissement, gestion des déchets et dépollution",
    ),
    "F": (41, 43, "Construction"),
    "G": (45, 47, "Commerce ; réparation d’automobiles et de motocycles"),
    "H": (49, 53, "Transports et entreposage"),
    "I": (55, 56, "Hébergement et restauration"),
    "J": (58, 63, "Information et communication"),
    "K": (64, 66, "Activités financières et d’assurance"),
    "L": (68, 68, "Activités immobilières"),
    "M": (69, 75, "Activités spécialisées, scientifiques et techniques"),
    "N": (77, 82, "Activités de services administratifs et de soutien"),
    "O": (84, 84, "Administration publique"),
    "P": (85, 85, "Enseignement"),
    "Q": (86, 88, "Santé humaine et action sociale"),
    "R": (90, 93, "Arts, spectacles et activités récréatives"),
    "S": (94, 96, "Autres activités de services"),
    "T": (97, 98, "Activités des ménages en tant qu’employeurs ou producteurs pour eux-mêmes"),
    "U": (99, 99, "Activités extra-territoriales"),
}
_SUBCLASS: Final = re.compile(r"[0-9]{2}\.[0-9]{2}[A-Z]")
_PIECES: Final = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")


class NomenclaturesNotBuiltError(RuntimeError):
    """The files made at set-up are not there."""


class NafLevel(IntEnum):
    """From the widest to the one that SIRENE gives each business."""

    SECTION = 1
    DIVISION = 2
    GROUP = 3
    CLASS = 4
    SUBCLASS = 5


@dataclass(frozen=True, slots=True)
class Naf:
    """One line: `J`, `62`, `62.0`, `62.01` or `62.01Z`. `parent` is empty for a section."""

    code: str
    label: str
    level: NafLevel
    parent: str


def naf_rev2() -> tuple[Naf, ...]:
    """The five levels, each line after the one it is part of: 21 sections, 732 sub-classes."""
    return tuple(_by_code().values())


def naf_line(code: str) -> Naf:
    """Raises KeyError for a code that the NAF rév. 2 does not have."""
    return _by_code()[code]


def naf_label(code: str) -> str:
    """The label of a code of any level. Raises KeyError."""
    return _by_code()[code].label


def naf_children(code: str = "") -> tuple[Naf, ...]:
    """The lines just below a code, the sections without one; none below a sub-class."""
    return _children().get(code, ())


def naf_subclasses(code: str) -> tuple[str, ...]:
    """The sub-classes that a code of any level stands for: `F` -> `41.10A`…; none if unknown."""
    found = _by_code().get(code)
    if found is None:
        return ()
    if found.level is NafLevel.SUBCLASS:
        return (code,)
    return tuple(under for child in naf_children(code) for under in naf_subclasses(child.code))


def search_naf(text: str, limit: int = 20) -> tuple[Naf, ...]:
    """The lines whose code starts with what was typed, or whose label has words that do.

    The first words of a label count more than the next; then the wider line comes first. A line
    with a single child of the same label is not shown beside it.
    """
    words = unaccented(text).split()
    if not words:
        return ()
    code = text.strip().upper().replace(" ", "")
    ranked = []
    for line, label in _searched():
        rank = _rank(line.code, label, code, words)
        if rank is not None:
            ranked.append((rank, line.level, line.code, line))
    return tuple(line for *_, line in sorted(ranked, key=lambda found: found[:3])[:limit])


def naf_code(text: str) -> str | None:
    """A sub-class as it is written in the tables, of either NAF: `6201z` -> `62.01Z`, else None."""
    found = _PIECES.fullmatch(text.strip().upper())
    return f"{found[1]}.{found[2]}{found[3]}" if found else None


def is_naf_2025_shape(code: str) -> bool:
    """Whether a text has the form of a sub-class: it may still not exist."""
    return _SUBCLASS.fullmatch(code) is not None


def naf_2025_levels(code: str) -> tuple[str, str, str]:
    """Division, group and class of a sub-class: `62.10Z` -> (`62`, `62.1`, `62.10`)."""
    if not is_naf_2025_shape(code):
        raise ValueError(f"« {code} » n’a pas la forme d’un code NAF, par exemple 62.10Z.")
    return code[:2], code[:4], code[:5]


def naf_2025_label(code: str) -> str | None:
    """The label that the NAF rév. 2 gives the same class; None where it has no such class.

    A class that kept its four digits and changed its meaning is shown with its older label.
    """
    found = _by_code().get(naf_2025_levels(code)[2])
    return found.label if found else None


# -- reading ---------------------------------------------------------------------------------------


@cache
def _by_code() -> dict[str, Naf]:
    try:
        labels = dict(json.loads(TABLE.read_text("utf-8")))
    except FileNotFoundError:
        raise NomenclaturesNotBuiltError(
            "Les nomenclatures ne sont pas préparées : lancez script/setup."
        ) from None
    found = {}
    for section, (first, last, label) in _SECTIONS.items():
        found[section] = Naf(section, label, NafLevel.SECTION, "")
        for code in sorted(labels):
            if first <= int(code[:2]) <= last:
                level, parent = _level(code)
                found[code] = Naf(code, labels[code], level, parent or section)
    return found


def _level(code: str) -> tuple[NafLevel, str]:
    """The level of a code and the code above it, empty for a division."""
    return {
        2: (NafLevel.DIVISION, ""),
        4: (NafLevel.GROUP, code[:2]),
        5: (NafLevel.CLASS, code[:4]),
        6: (NafLevel.SUBCLASS, code[:5]),
    }[len(code)]


@cache
def _children() -> dict[str, tuple[Naf, ...]]:
    children: dict[str, list[Naf]] = {}
    for line in naf_rev2():
        children.setdefault(line.parent, []).append(line)
    return {code: tuple(lines) for code, lines in children.items()}


@cache
def _searched() -> tuple[tuple[Naf, str], ...]:
    return tuple(
        (line, f" {unaccented(line.label)}")
        for line in naf_rev2()
        if [line.label] != [child.label for child in naf_children(line.code)]
    )


def _rank(code: str, label: str, typed: str, words: list[str]) -> int | None:
    if code == typed or code.replace(".", "") == typed:
        return 0
    if len(typed) > 1 and (code.startswith(typed) or code.replace(".", "").startswith(typed)):
        return 1
    places = [label.find(f" {word}") for word in words]
    if min(places) < 0:
        return None
    return 2 + min(places)
