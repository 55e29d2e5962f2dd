"""By what a count may be broken down."""

from dataclasses import dataclass
from typing import Final

from marketingconnect.nomenclatures.naf import naf_rev2
from marketingconnect.targeting.criteria import FIELDS, InvalidCriteriaError, Population


@dataclass(frozen=True, slots=True)
class Dimension:
    """A field, or the `length` first characters of one; with `sections`, those of the NAF."""

    name: str
    field: str
    length: int | None = None
    sections: bool = False


def _dimensions() -> dict[str, Dimension]:
    found = {name: Dimension(name, name) for name, field in FIELDS.items() if not field.dated}
    for naf in ("naf", "naf25"):
        for level, length in (("division", 2), ("group", 4), ("class", 5)):
            found[f"{naf}_{level}"] = Dimension(f"{naf}_{level}", naf, length)
        found[f"{naf}_section"] = Dimension(f"{naf}_section", naf, 2, sections=True)
    found["legal_category"] = Dimension("legal_category", "legal_form", 1)
    found["legal_class"] = Dimension("legal_class", "legal_form", 2)
    return found


DIMENSIONS: Final = _dimensions()


def dimension(name: str, population: Population) -> Dimension:
    """A dimension of this population. Raises InvalidCriteriaError."""
    found = DIMENSIONS.get(name)
    if found is None or population not in FIELDS[found.field].populations:
        raise InvalidCriteriaError("by", "On ne peut pas répartir un comptage ainsi.")
    return found


def grouped(found: Dimension, counts: dict[str, int]) -> dict[str, int]:
    """Counts of the values of the field -> counts of the dimension."""
    if found.length is None:
        return counts
    sections = section_of_divisions() if found.sections else {}
    gathered: dict[str, int] = {}
    for value, number in counts.items():
        key = value[: found.length]
        key = sections.get(key, "") if found.sections else key
        gathered[key] = gathered.get(key, 0) + number
    return gathered


def section_of_divisions() -> dict[str, str]:
    """Division of the NAF -> its section."""
    return {line.code: line.parent for line in naf_rev2() if len(line.code) == 2}
