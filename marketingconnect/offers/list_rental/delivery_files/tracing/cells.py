"""Which cells of a row are a name, a street, a postal code: tried on some rows, then kept.

Columns may have been moved, dropped or renamed, and two files of other shapes glued together: so
every cell, and every pair of cells for a name cut in two, is tried against what was delivered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from marketingconnect.offers.list_rental.delivery_files import spelling

_POSTAL_CODE: Final = re.compile(r"\s*(\d{4,5})(?:\.0)?(?:\s*|\s+[^\d\s].*)")
_WHOLE_ADDRESS: Final = re.compile(r"(.*\D)\s(\d{5}\s+[^\W\d].*)")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MOST_CELLS: Final = 40
NAME, STREET = "name", "street"


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """The cells that make a name or a street, and the one of the postal code."""

    kind: str
    cells: tuple[int, ...]
    code: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one role reads in one row: the one form, the postal code, and how it is spelled.

    Bit `kind` of `known` says that a choice of that kind was seen, the same of `long` how.
    """

    form: str
    postal_code: str
    known: int
    long: int


def spread(cells: Sequence[str]) -> list[str]:
    """The cells; a whole address in one of them is cut before its postal code."""
    row = list(cells[:_MOST_CELLS])
    if not any(map(postal_code_of, row)):
        for cell in cells[:_MOST_CELLS]:
            if found := _WHOLE_ADDRESS.fullmatch(cell):
                row += found.groups()
    return row


def postal_code_of(cell: str) -> str:
    """The postal code that a cell is, or begins with; a spreadsheet may have lost its zero."""
    found = _POSTAL_CODE.fullmatch(cell)
    return found[1].zfill(5) if found else ""


def every_role(cells: Sequence[str]) -> Iterator[Role]:
    """Every reading of a row that is worth a try."""
    codes = [place for place, cell in enumerate(cells) if postal_code_of(cell)]
    written = [place for place, cell in enumerate(cells) if _LETTER.search(cell)]
    names = [place for place in written if not any(char.isdigit() for char in cells[place])]
    for code in codes:
        for place in written:
            yield Role(STREET, (place,), code)
            yield Role(NAME, (place,), code)
        for pair in combinations(names, 2):
            yield Role(NAME, pair, code)


def read(cells: Sequence[str], role: Role) -> Reading | None:
    """What a role reads in a row; None when a cell of it is missing or empty."""
    if max(role.code, *role.cells) >= len(cells):
        return None
    postal_code = postal_code_of(cells[role.code])
    words = [word for place in role.cells for word in spelling.words_of(cells[place])]
    if not postal_code or not words:
        return None
    if role.kind == NAME:
        return _name(cells, words, postal_code)
    return _street(cells, role, words, postal_code)


def _name(cells: Sequence[str], words: list[str], postal_code: str) -> Reading | None:
    form = spelling.name_form(words)
    if not form:
        return None
    said = [word for word in words if word in spelling.CIVILITY_WORDS][:1] or _civility_cell(cells)
    line = [*said, *(word for word in words if word not in spelling.CIVILITY_WORDS)]
    known, long = _masks(line, spelling.civility_choices(line))
    return Reading(form, postal_code, known, long)


def _civility_cell(cells: Sequence[str]) -> list[str]:
    for cell in cells:
        words = spelling.words_of(cell) if len(cell) <= 14 else []
        if len(words) == 1 and words[0] in spelling.CIVILITY_WORDS:
            return words
    return []


def _street(cells: Sequence[str], role: Role, words: list[str], postal_code: str) -> Reading:
    known, long = _masks(words, spelling.street_choices(words))
    last_line = spelling.words_of(cells[role.code])
    if len(last_line) == 1 and role.code + 1 < len(cells):
        last_line = [postal_code, *spelling.words_of(cells[role.code + 1])]
    town_known, town_long = _masks(last_line, spelling.town_choices(last_line))
    return Reading(spelling.street_form(words), postal_code, known | town_known, long | town_long)


def _masks(words: Sequence[str], choices: Sequence[spelling.Choice]) -> tuple[int, int]:
    known = long = 0
    for kind, is_long in spelling.seen(words, choices).items():
        known |= 1 << kind
        long |= is_long << kind
    return known, long
