"""Dates of creation to rows, by the bits of the days: any range costs the same."""

from datetime import date
from typing import Final

from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import DAY_BITS, FIRST_DAY, LAST_DAY, day_number

_EPOCH: Final = date(1970, 1, 1)


def created_between(index: ReleaseIndex, first: date | None, last: date | None) -> BitMap:
    """The rows created between two days, both included; an unknown date is between none."""
    before, _ = _split(index, day_number(first)) if first else (None, None)
    if before is None:
        _, before = _split(index, 0)
    if last is None:
        found = index.everybody - before
    else:
        below, same = _split(index, day_number(last))
        found = (below | same) - before
    return _with_far_days(index, found, first or date.min, last or date.max)


def _split(index: ReleaseIndex, number: int) -> tuple[BitMap, BitMap]:
    """The rows of a smaller number, those without a date included, and those of this one."""
    below, same = BitMap(), index.everybody
    for bit in reversed(range(DAY_BITS)):
        held = index.bitmap(f"created_bit={bit}")
        if number >> bit & 1:
            below = below | (same - held)
            same = same & held
        else:
            same = same - held
    return below, same


def _with_far_days(index: ReleaseIndex, found: BitMap, first: date, last: date) -> BitMap:
    """Days beyond the bits count as the nearest: a range that ends there is settled by the day."""
    for edge, is_met in (
        (FIRST_DAY, _ends_before(first, last)),
        (LAST_DAY, _ends_after(first, last)),
    ):
        if is_met:
            _, rows = _split(index, day_number(edge))
            within = index.created_between((first - _EPOCH).days, (last - _EPOCH).days, rows)
            found = (found - rows) | within
    return found


def _ends_before(first: date, last: date) -> bool:
    return date.min < first <= FIRST_DAY or last <= FIRST_DAY


def _ends_after(first: date, last: date) -> bool:
    return LAST_DAY <= last < date.max or first >= LAST_DAY
