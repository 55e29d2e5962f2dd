"""The reference of a delivered row: printed beside the address, scanned, or typed from an envelope.

Ten signs: four for the delivery, five for the row, one that a mistake would betray. The alphabet
has 31 signs, a prime, so that one wrong sign or two swapped neighbours always show; the letters
that are read as digits (I, L, O, S, Z) are not among them, and are understood as these digits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from marketingconnect.kernel.errors import InvalidValueError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRTUVWXY"
_BASE: Final = len(ALPHABET)
_DELIVERY_SIGNS: Final = 4
_ROW_SIGNS: Final = 5
LENGTH: Final = _DELIVERY_SIGNS + _ROW_SIGNS + 1
MOST_DELIVERIES: Final = _BASE**_DELIVERY_SIGNS - 1
MOST_ROWS: Final = _BASE**_ROW_SIGNS - 1
_READ_AS: Final = str.maketrans("ILOSZ", "11052")
_VALUES: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_SEPARATORS: Final = re.compile(r"[\s\u00a0.*_-]+")


@dataclass(frozen=True, slots=True)
class RowReference:
    """A row of a delivery; rows are counted from 1, in the order of the file."""

    delivery: int
    row: int

    def __str__(self) -> str:
        return next(references(self.delivery, first=self.row))


def references(delivery: int, *, first: int = 1) -> Iterator[str]:
    """The references of a delivery's rows, one after the other, without end.

    Raises ValueError when the delivery or a row has a number that is too large.
    """
    if not 0 < delivery <= MOST_DELIVERIES:
        raise ValueError(f"no reference for delivery {delivery}")
    beginning = _signs(delivery, _DELIVERY_SIGNS)
    for row in range(first, MOST_ROWS + 1):
        body = beginning + _signs(row, _ROW_SIGNS)
        yield body + ALPHABET[_weighted(body)]
    raise ValueError("a delivery of too many rows")


def read_reference(text: str) -> RowReference:
    """What a person typed or a scanner read; case, blanks and hyphens do not matter.

    Raises InvalidValueError with what to do about it.
    """
    signs = _SEPARATORS.sub("", text).upper().translate(_READ_AS)
    if len(signs) != LENGTH:
        raise InvalidValueError(
            "reference_length", f"Une référence a {LENGTH} signes ; celle-ci en a {len(signs)}."
        )
    if not set(signs) <= set(ALPHABET) or ALPHABET[_weighted(signs[:-1])] != signs[-1]:
        raise InvalidValueError(
            "reference_check", "Cette référence est mal recopiée : vérifiez chaque signe."
        )
    delivery = _number(signs[:_DELIVERY_SIGNS])
    row = _number(signs[_DELIVERY_SIGNS:-1])
    if not delivery or not row:
        raise InvalidValueError("reference_unknown", "Cette référence n’est pas l’une des nôtres.")
    return RowReference(delivery, row)


def _signs(number: int, length: int) -> str:
    signs = ""
    for _ in range(length):
        number, rest = divmod(number, _BASE)
        signs = ALPHABET[rest] + signs
    return signs


def _number(signs: str) -> int:
    number = 0
    for sign in signs:
        number = number * _BASE + _VALUES[sign]
    return number


def _weighted(body: str) -> int:
    """Weights 2 to 10: all different and none a multiple of 31, which is what detects swaps."""
    return sum(weight * _VALUES[sign] for weight, sign in enumerate(body, start=2)) % _BASE
