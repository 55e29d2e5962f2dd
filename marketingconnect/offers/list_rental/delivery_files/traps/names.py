"""Names for traps: as common as others, and each used in one delivery only.

The family name is the one on the letter box; the first name changes. Capitals without
accents, as such names stand in most files.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from marketingconnect.base.vocabulary import Civility

_KEPT: Final[dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("names.toml").read_text(encoding="utf-8")
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLAIN_TRIES, _COMPOUND_TRIES, _MOST_TRIES = 20, 200, 5_000


def person_names(civility: int, last: str, draw: Callable[[int], int]) -> Iterator[tuple[str, str]]:
    """First and last names to try one after the other, drawn by a delivery's secret."""
    sex = "women" if civility == Civility.MME else "men"
    firsts, befores = _KEPT[sex], _KEPT[f"before_{sex}"]
    for attempt in range(_MOST_TRIES):
        number = draw(attempt)
        first = firsts[number % len(firsts)]
        rest = number // len(firsts)
        before = befores[rest % len(befores)]
        if _PLAIN_TRIES <= attempt < _COMPOUND_TRIES and before != first:
            first = f"{before} {first}"
        elif attempt >= _COMPOUND_TRIES:
            first = f"{first} {_LETTERS[rest % len(_LETTERS)]}"
        yield first, last


def company_names(last: str, draw: Callable[[int], int]) -> Iterator[tuple[str, str]]:
    """The same for companies: an empty first name, then a name made from the letter box's."""
    trades = _KEPT["trades"]
    for attempt in range(_MOST_TRIES):
        number = draw(attempt)
        trade = trades[number % len(trades)]
        number //= len(trades)
        initial = _LETTERS[number % len(_LETTERS)]
        second = _LETTERS[number // len(_LETTERS) % len(_LETTERS)]
        if attempt < _PLAIN_TRIES:
            yield "", f"{last} {trade}"
        elif attempt < _COMPOUND_TRIES:
            yield "", f"{initial} {last} {trade}"
        else:
            yield "", f"{initial}{second} {last} {trade}"
