"""French law as dated data: what was true on a day, and by which text.

The table that ships is `law.toml`, with the VAT rates of the kernel beside it; the database
holds a copy that an administrator may continue. Lookups are pure: they take the facts.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final, TypeVar

from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import VatRate, shipped_vat_rates

VAT_PREFIX: Final = "vat_rate."
_HIGHEST_VAT_PERCENT: Final = 100
FactValue = str | int | bool | dict[str, str]
Value = TypeVar("Value", str, int, bool)


class UnknownLawError(LookupError):
    """No fact of that key is known for that day."""


class LawTableError(ValueError):
    """Facts that contradict one another: overlap, hole, or a value that changes its type."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or a rule, in force between two days, both included."""

    key: str
    value: FactValue
    in_force_from: date
    in_force_to: date | None
    source: str

    def holds(self, on: date) -> bool:
        """Whether the fact is in force on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@lru_cache(maxsize=1)
def shipped_law() -> tuple[Fact, ...]:
    """Everything that ships with the product, checked, in order of key and date."""
    text = resources.files(__package__).joinpath("law.toml").read_text(encoding="utf-8")
    rates = (fact_of_vat_rate(rate) for rate in shipped_vat_rates())
    return checked((*parse_law(text), *rates))


def parse_law(toml: str) -> tuple[Fact, ...]:
    """Read the TOML table `[[fact]]`: key, value, in_force_from, in_force_to, source."""
    return tuple(
        Fact(
            key=row["key"],
            value=row["value"],
            in_force_from=row["in_force_from"],
            in_force_to=row.get("in_force_to"),
            source=row["source"],
        )
        for row in tomllib.loads(toml)["fact"]
    )


def checked(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in order; raises LawTableError when two of one key do not follow each other."""
    ordered = tuple(sorted(facts, key=lambda fact: (fact.key, fact.in_force_from)))
    _check_vat_rates(ordered)
    for fact in ordered:
        if fact.in_force_to is not None and fact.in_force_to < fact.in_force_from:
            raise LawTableError(f"{fact.key}: ends before it starts")
    for earlier, later in pairwise(ordered):
        if earlier.key == later.key:
            _check_succession(earlier, later)
    return ordered


def _check_vat_rates(facts: Iterable[Fact]) -> None:
    try:
        is_sound = all(
            0 <= rate.percent < _HIGHEST_VAT_PERCENT and bool(rate.mention) == (rate.percent == 0)
            for rate in vat_rates_of(facts)
        )
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        raise LawTableError("a VAT rate cannot be read") from error
    if not is_sound:
        raise LawTableError("a VAT rate is out of range, or its mention is wrong")


def _check_succession(earlier: Fact, later: Fact) -> None:
    if earlier.in_force_to is None or earlier.in_force_to >= later.in_force_from:
        raise LawTableError(f"{later.key}: two values on {later.in_force_from}")
    if earlier.in_force_to + timedelta(days=1) != later.in_force_from:
        raise LawTableError(f"{later.key}: nothing holds after {earlier.in_force_to}")
    if type(earlier.value) is not type(later.value):
        raise LawTableError(f"{later.key}: the value changes its type")


def fact_on(key: str, on: date, facts: Sequence[Fact]) -> Fact:
    """The fact in force that day, with its source; raises UnknownLawError."""
    for fact in facts:
        if fact.key == key and fact.holds(on):
            return fact
    raise UnknownLawError(f"{key} on {on}")


def value_on(key: str, on: date, facts: Sequence[Fact], expected: type[Value]) -> Value:
    """The value in force that day, of the type the caller expects."""
    value = fact_on(key, on, facts).value
    if type(value) is not expected:
        raise LawTableError(f"{key}: {value!r} is not of type {expected.__name__}")
    return value


def is_in_force(key: str, on: date, facts: Sequence[Fact]) -> bool:
    """Whether an obligation that starts on a date is in force; false before its first day."""
    return any(fact.key == key and fact.holds(on) and fact.value is True for fact in facts)


def fact_of_vat_rate(rate: VatRate) -> Fact:
    """A VAT rate in the form the table of facts keeps."""
    value = {"percent": str(rate.percent), "mention": rate.mention}
    key = f"{VAT_PREFIX}{rate.territory.value}"
    return Fact(key, value, rate.in_force_from, rate.in_force_to, rate.source)


def vat_rates_of(facts: Iterable[Fact]) -> tuple[VatRate, ...]:
    """The VAT rates among the facts, for the kernel's lookups."""
    return tuple(
        VatRate(
            territory=Territory(fact.key.removeprefix(VAT_PREFIX)),
            percent=Decimal(_vat_values(fact)["percent"]),
            in_force_from=fact.in_force_from,
            in_force_to=fact.in_force_to,
            source=fact.source,
            mention=_vat_values(fact)["mention"],
        )
        for fact in facts
        if fact.key.startswith(VAT_PREFIX)
    )


def _vat_values(fact: Fact) -> Mapping[str, Any]:
    if not isinstance(fact.value, dict):
        raise LawTableError(f"{fact.key}: a VAT rate has a percent and a mention")
    return fact.value
