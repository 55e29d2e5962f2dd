"""Draws in SQL: every value of a false row is a hash of its number, the column and the seed."""

from collections.abc import Sequence
from typing import Final

from marketingconnect.base.sirene.layout import MASKED

MACROS: Final = """
CREATE OR REPLACE MACRO d(i, salt, n) AS CAST(hash(i, salt, {seed}) % n AS INTEGER);
CREATE OR REPLACE MACRO doubled(x) AS 2 * x - CASE WHEN x > 4 THEN 9 ELSE 0 END;
CREATE OR REPLACE MACRO key_of_siren(n) AS (10 - (
    n // 10000000 + doubled(n // 1000000 % 10) + n // 100000 % 10 + doubled(n // 10000 % 10)
    + n // 1000 % 10 + doubled(n // 100 % 10) + n // 10 % 10 + doubled(n % 10)) % 10) % 10;
CREATE OR REPLACE MACRO digits_of(n) AS (
    n // 1000000000000 + n // 100000000000 % 10 + n // 10000000000 % 10 + n // 1000000000 % 10
    + n // 100000000 % 10 + n // 10000000 % 10 + n // 1000000 % 10 + n // 100000 % 10
    + n // 10000 % 10 + n // 1000 % 10 + n // 100 % 10 + n // 10 % 10 + n % 10);
CREATE OR REPLACE MACRO key_of_siret(n) AS (10 - (
    doubled(n // 1000000000000) + n // 100000000000 % 10 + doubled(n // 10000000000 % 10)
    + n // 1000000000 % 10 + doubled(n // 100000000 % 10) + n // 10000000 % 10
    + doubled(n // 1000000 % 10) + n // 100000 % 10 + doubled(n // 10000 % 10) + n // 1000 % 10
    + doubled(n // 100 % 10) + n // 10 % 10 + doubled(n % 10)) % 10) % 10;
"""


def macros(seed: int) -> str:
    """The macros that the other texts use; keys of SIREN and SIRET are Luhn's."""
    return MACROS.format(seed=int(seed))


def text(value: str) -> str:
    """A value as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def one_of(values: Sequence[str], number: str, salt: int) -> str:
    """One of the values, each as likely."""
    items = ", ".join(text(value) for value in values)
    return f"([{items}])[1 + d({number}, {salt}, {len(values)})]"


def one_weighted(values: Sequence[tuple[str, int]], number: str, salt: int) -> str:
    """One of the values, each as often as its weight says."""
    total, reached, cases = sum(weight for _, weight in values), 0, []
    for value, weight in values:
        reached += weight
        cases.append(f"WHEN d({number}, {salt}, {total}) < {reached} THEN {text(value)}")
    return f"CASE {' '.join(cases)} END"


def weighted_places(weights: Sequence[int], number: str, salt: int) -> str:
    """A position from 1 in a list, each as often as its weight says."""
    spread = [place for place, weight in enumerate(weights, start=1) for _ in range(weight)]
    return f"({spread})[1 + d({number}, {salt}, {len(spread)})]"


def sometimes(number: str, salt: int, *, in_thousand: float) -> str:
    """A condition, true for so many rows of a thousand."""
    return f"(d({number}, {salt}, 100000) < {round(in_thousand * 100)})"


def a_day(number: str, salt: int, *, last: str, days: int) -> str:
    """A day among the `days` that end on `last`, recent ones more often."""
    back = f"(d({number}, {salt}, {days}) * d({number}, {salt + 500}, 1000)) // 1000"
    return f"(DATE {text(last)} - CAST({back} AS INTEGER))"


def masked(value: str, when: str) -> str:
    """The value, or INSEE's mask where the condition holds."""
    return f"CASE WHEN {when} THEN '{MASKED}' ELSE {value} END"
