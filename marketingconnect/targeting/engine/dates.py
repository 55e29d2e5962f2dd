"""Dates of creation to rows: whole years at once, the first and the last by the day."""

from datetime import date
from typing import Final

from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import value_name

_FIELD: Final = "created_year"
_EPOCH: Final = date(1970, 1, 1)


def created_between(index: ReleaseIndex, first: date | None, last: date | None) -> BitMap:
    """The rows created between two days, both included; an unknown date is between none."""
    low, high = first or date.min, last or date.max
    pieces = []
    for value in index.values.get(_FIELD, []):
        if not value:
            continue
        year = int(value)
        if low.year < year < high.year:
            pieces.append(index.bitmap(value_name(_FIELD, value)))
        elif low.year <= year <= high.year:
            pieces.append(_days_of_year(index, value, low, high))
    return BitMap.union(*pieces) if pieces else BitMap()


def _days_of_year(index: ReleaseIndex, year: str, low: date, high: date) -> BitMap:
    rows = index.bitmap(value_name(_FIELD, year))
    return index.created_between((low - _EPOCH).days, (high - _EPOCH).days, rows)
