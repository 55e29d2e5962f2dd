"""Ranges of dates by bits, against every date compared one by one."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import numpy as np
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import (
    DAY_BITS,
    FIRST_DAY,
    LAST_DAY,
    NO_DATE,
    day_number,
    day_numbers,
)
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.engine.dates import created_between
from tests.targeting.stage import ON_ONE_WORKER

pytestmark = ON_ONE_WORKER
EPOCH = date(1970, 1, 1)


class Dated(ReleaseIndex):
    """An index of these dates alone; None for one that is not known."""

    def __init__(self, days: list[date | None]) -> None:
        self.rows = len(days)
        numbers = [(day - EPOCH).days if day else NO_DATE for day in days]
        self._columns = {"created_on": np.array(numbers, dtype=np.int32)}
        bits = day_numbers(self._columns["created_on"])
        self._bitmaps = {
            f"created_bit={bit}": BitMap(np.flatnonzero(bits >> bit & 1).astype(np.uint32))
            for bit in range(DAY_BITS)
        }


def test_every_range_has_the_rows_of_its_days() -> None:
    day = timedelta(days=1)
    edges = [date(1, 1, 1), date(1850, 5, 5), FIRST_DAY, LAST_DAY, date(3000, 1, 1)]
    near = [edge + step * day for edge in edges[1:] for step in (-1, 0, 1)]
    held: list[date | None] = [*edges, *near, date(2000, 2, 29), date(2020, 1, 1), None]
    index, bounds = Dated(held), [None, *edges, *near, date(2000, 2, 29), date(2010, 6, 1)]

    for first in bounds:
        for last in bounds:
            expected = [
                row
                for row, each in enumerate(held)
                if each and (first is None or each >= first) and (last is None or each <= last)
            ]
            assert list(created_between(index, first, last)) == expected, (first, last)


def test_ranges_of_a_release_are_those_of_its_column(
    indexes: Mapping[Population, ReleaseIndex],
) -> None:
    index, draw = indexes[Population.PROFESSIONALS], Random(8)
    days = index.column("created_on")
    for _ in range(40):
        first = date(1970, 1, 1) + timedelta(days=draw.randrange(20_000))
        last = first + timedelta(days=draw.randrange(3_000))
        held = (days >= (first - EPOCH).days) & (days <= (last - EPOCH).days)

        assert list(created_between(index, first, last)) == np.flatnonzero(held).tolist()


def test_numbers_of_days_grow_one_by_one() -> None:
    assert day_number(FIRST_DAY) == 1
    assert day_number(FIRST_DAY + timedelta(days=1)) == 2
    assert day_number(LAST_DAY) == day_number(date.max) == 2**DAY_BITS - 1
