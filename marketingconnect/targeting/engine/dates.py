"""Dates of creation to rows, by the bits of the days: any range costs the same."""

from datetime import date
from typing import Final

from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import DAY_BITS, FIRST_DAY, LAST_DAY, day_number

_EPOCH: Final = date(1970, 1, 1)


def created_between(index: ReleaseIndex, first: date | None, last: date | None) -> BitMap:
    """The rows created between two days, both included; an unknown date is between none."""
    found = _reaching(index, day_number(first) if first else 1)
    if last is not None and (after := day_number(last) + 1) < 1 << DAY_BITS:
        found -= _reaching(index, after)
    return _with_far_days(index, found, first or date.min, last or date.max)


def is_settled_by_bits(first: date | None, last: date | None) -> bool:
    """Whether no day of a range is beyond the bits."""
    bounds = first or date.min, last or date.max
    return not (_ends_before(*bounds) or _ends_after(*bounds))


def _reaching(index: ReleaseIndex, number: int) -> BitMap:
    """The rows of this number, one or more, and of larger ones; those without a date have none.

    From the lowest bit to the highest: what the bits so far say is kept where the next bit is the
    same, and settled by it where it differs.
    """
    lowest = (number & -number).bit_length() - 1
    found = index.bitmap(f"created_bit={lowest}").copy()
    for bit in range(lowest + 1, DAY_BITS):
        if number >> bit & 1:
            found &= index.bitmap(f"created_bit={bit}")
        else:
            found |= index.bitmap(f"created_bit={bit}")
    return found


def _with_far_days(index: ReleaseIndex, found: BitMap, first: date, last: date) -> BitMap:
    """Days beyond the bits count as the nearest: a range that ends there is settled by the day."""
    for edge, is_met in (
        (FIRST_DAY, _ends_before(first, last)),
        (LAST_DAY, _ends_after(first, last)),
    ):
        if is_met:
            rows = _on(index, day_number(edge))
            within = index.created_between((first - _EPOCH).days, (last - _EPOCH).days, rows)
            found = (found - rows) | within
    return found


def _on(index: ReleaseIndex, number: int) -> BitMap:
    """The rows of this number."""
    found = _reaching(index, number)
    return found - _reaching(index, number + 1) if number + 1 < 1 << DAY_BITS else found


def _ends_before(first: date, last: date) -> bool:
    return date.min < first <= FIRST_DAY or last <= FIRST_DAY


def _ends_after(first: date, last: date) -> bool:
    return LAST_DAY <= last < date.max or first >= LAST_DAY
