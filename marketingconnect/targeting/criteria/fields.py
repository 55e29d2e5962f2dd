"""The fields one may choose by, and the values each takes."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.base.vocabulary import Purpose as Use

__all__ = ["FIELDS", "GROUPS", "ZONES", "Channel", "Field", "Group", "Population", "Use", "Value"]

Value = str | int | bool


class Group(StrEnum):
    """Of whom only one is kept."""

    HOUSEHOLD = "household"
    ADDRESS = "address"
    ESTABLISHMENT = "establishment"
    COMPANY = "company"


GROUPS: Final = {
    Population.CONSUMERS: (Group.HOUSEHOLD, Group.ADDRESS),
    Population.PROFESSIONALS: (Group.ADDRESS, Group.ESTABLISHMENT, Group.COMPANY),
}

_BOTH: Final = (Population.CONSUMERS, Population.PROFESSIONALS)
_CONSUMERS: Final = (Population.CONSUMERS,)
_PROFESSIONALS: Final = (Population.PROFESSIONALS,)


@dataclass(frozen=True, slots=True)
class Field:
    """A column one may choose by; exactly one of pattern, largest, truth and dated says how."""

    name: str
    populations: tuple[Population, ...]
    pattern: re.Pattern[str] | None = None
    """What the codes look like."""
    prefix: bool = False
    """A code stands for everything that begins with it."""
    largest: int | None = None
    """The largest of the whole numbers 0, 1, 2 …"""
    truth: bool = False
    dated: bool = False
    example: str = ""

    def accepts(self, value: object) -> bool:
        """Whether `value` is one that the field may take."""
        if self.pattern is not None:
            return isinstance(value, str) and self.pattern.fullmatch(value) is not None
        if self.largest is not None:
            return type(value) is int and 0 <= value <= self.largest
        return self.truth and type(value) is bool


_NAF: Final = re.compile(r"[A-Z]|\d\d|\d\d\.\d|\d\d\.\d\d|\d\d\.\d\d[A-Z]")
_HEADCOUNT: Final = re.compile(r"NN|0[0-3]|1[12]|2[12]|3[12]|4[12]|5[1-3]")


def _codes(name: str, pattern: str, example: str) -> Field:
    return Field(name, _BOTH, pattern=re.compile(pattern), example=example)


def _number(name: str, largest: int) -> Field:
    return Field(name, _CONSUMERS, largest=largest, example=f"0 à {largest}")


def _truth(name: str) -> Field:
    return Field(name, _PROFESSIONALS, truth=True, example="true")


FIELDS: Final = {
    field.name: field
    for field in (
        _codes("region", r"\d\d|97[78]", "84"),
        _codes("departement", r"\d\d|2[AB]|9[78]\d", "69"),
        _codes("epci", r"\d{9}", "200046977"),
        _codes("commune", r"(?:\d\d|2[AB])\d{3}", "69381"),
        _codes("postal_code", r"\d{5}", "69001"),
        _codes("iris", r"(?:\d\d|2[AB])\d{7}", "693810101"),
        _number("age_band", 13),
        _number("sex", 2),
        _number("housing", 2),
        _number("tenure", 2),
        _number("income_band", 10),
        Field("naf", _PROFESSIONALS, pattern=_NAF, prefix=True, example="56.10A"),
        Field("naf25", _PROFESSIONALS, pattern=_NAF, prefix=True, example="56.11J"),
        Field("headcount", _PROFESSIONALS, pattern=_HEADCOUNT, example="11"),
        Field(
            "legal_form",
            _PROFESSIONALS,
            pattern=re.compile(r"\d|\d\d|\d{4}"),
            prefix=True,
            example="5710",
        ),
        _truth("head_office"),
        _truth("has_trade_name"),
        _truth("sole_trader"),
        Field("created_on", _PROFESSIONALS, dated=True, example="2020-01-31"),
    )
}

ZONES: Final = ("region", "departement", "epci", "commune", "postal_code", "iris")
"""The fields that quotas may be set by."""


def fields_of(population: Population) -> tuple[Field, ...]:
    """The fields that this population has, in the order of the screens."""
    return tuple(field for field in FIELDS.values() if population in field.populations)
