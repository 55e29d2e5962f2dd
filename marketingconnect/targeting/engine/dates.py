"""Dates of creation to rows: whole years by their bits, the first and the last by the day."""

from datetime import date
from typing import Final

from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import YEAR_BITS, year_band

_EPOCH: Final = date(1970, 1, 1)


def created_between(index: ReleaseIndex, first: date | None, last: date | None) -> BitMap:
    """The rows created between two days, both included; an unknown date is between none."""
    low, high = first or date.min, last or date.max
    lowest, highest = year_band(low.year), year_band(high.year)
    found = _up_to(index, highest - 1) - _up_to(index, lowest)
    for band in {lowest, highest}:
        rows = _up_to(index, band) - _up_to(index, band - 1)
        found |= index.created_between((low - _EPOCH).days, (high - _EPOCH).days, rows)
    return found


def _up_to(index: ReleaseIndex, band: int) -> BitMap:
    """The rows of a band of years or an earlier one, those without a date included."""
    below, same = BitMap(), index.everybody
    for bit in reversed(range(YEAR_BITS)):
        held = index.bitmap(f"created_bit={bit}")
        if band >> bit & 1:
            below = below | (same - held)
            same = same & held
        else:
            same = same - held
    return below | same
