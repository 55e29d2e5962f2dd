"""What a business is in law: INSEE's categories, on one, two and four digits."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("legal_categories.toml")
_LEVELS: Final = ("family", "group", "category")


@dataclass(frozen=True, slots=True)
class LegalCategory:
    """`5`, `57` or `5710`. `parent` is empty for a family."""

    code: str
    label: str
    parent: str


def legal_categories() -> tuple[LegalCategory, ...]:
    """The ten families, then the groups in full, then the usual categories."""
    return tuple(_by_code().values())


def legal_children(code: str = "") -> tuple[LegalCategory, ...]:
    """What is just below a code; the families without one."""
    return tuple(found for found in legal_categories() if found.parent == code)


def legal_label(code: str) -> str:
    """The label of a code, or of the group or the family that it is part of.

    Raises KeyError when not even its first digit is known.
    """
    for length in (len(code), 2, 1):
        if found := _by_code().get(code[:length]):
            return found.label
    raise KeyError(code)


@cache
def _by_code() -> dict[str, LegalCategory]:
    with TABLE.open("rb") as file:
        levels = tomllib.load(file)
    above = {1: 0, 2: 1, 4: 2}
    return {
        code: LegalCategory(code, label, code[: above[len(code)]])
        for level in _LEVELS
        for code, label in levels[level].items()
    }
