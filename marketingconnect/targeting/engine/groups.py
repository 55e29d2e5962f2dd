"""One per household, per address, per company: exact, without reading rows when they are many."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.masks import bitmap_of_rows, rows_of
from marketingconnect.targeting.criteria import Group

FEW_ROWS: Final = 150_000
"""Up to here, reading each row's group is quicker than shifting whole bitmaps."""


def firsts(
    index: ReleaseIndex, selection: BitMap, group: Group | None, *, few_rows: int = FEW_ROWS
) -> BitMap:
    """The smallest row of each group of a selection."""
    if group is None or group is Group.ESTABLISHMENT or not selection:
        return selection
    if group is Group.COMPANY:
        return _first_of_companies(index, selection)
    if len(selection) <= few_rows:
        rows = rows_of(selection)
        return BitMap(rows[_begins(index.column(f"{group.value}_no")[rows])])
    return selection - _followers(index, selection, group)


def count_firsts(
    index: ReleaseIndex, selection: BitMap, group: Group | None, *, few_rows: int = FEW_ROWS
) -> int:
    """How many groups a selection has rows of."""
    if group is None or group is Group.ESTABLISHMENT or not selection:
        return len(selection)
    if group is Group.COMPANY:
        repeated = index.bitmap("company_repeat")
        companies = index.column("company_no")[rows_of(selection & repeated)]
        return selection.difference_cardinality(repeated) + _different(companies)
    if len(selection) <= few_rows:
        return int(_begins(index.column(f"{group.value}_no")[rows_of(selection)]).sum())
    return selection.difference_cardinality(_followers(index, selection, group))


def whole_groups(index: ReleaseIndex, selection: BitMap, group: Group | None) -> BitMap:
    """Every row of the groups that a selection has a row of."""
    if group is None or group is Group.ESTABLISHMENT or not selection:
        return selection
    numbers = index.column(f"{group.value}_no")
    wanted = np.unique(numbers[rows_of(selection)])
    if group is Group.COMPANY:
        repeated = rows_of(index.bitmap("company_repeat"))
        return selection | bitmap_of_rows(repeated[np.isin(numbers[repeated], wanted)])
    # Numbers never decrease: the rows of a group are one stretch.
    starts = np.searchsorted(numbers, wanted, side="left")
    sizes = np.searchsorted(numbers, wanted, side="right") - starts
    offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return bitmap_of_rows((np.repeat(starts, sizes) + offsets).astype(np.uint32))


def _begins(numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
    begins = np.ones(len(numbers), dtype=np.bool_)
    begins[1:] = numbers[1:] != numbers[:-1]
    return begins


def _followers(index: ReleaseIndex, selection: BitMap, group: Group) -> BitMap:
    """Rows of the groups that have a row of the selection before them.

    `reached` has the rows with one of the selection less than `step` rows before them, or on them,
    in the same group: it doubles its reach at each turn.
    """
    longest = index.longest[group.value]
    reached, step = selection, 1
    while step < longest - 1:
        reached = reached | (reached.shift(step) & index.bitmap(f"{group.value}_after={step}"))
        step *= 2
    return reached.shift(1) & index.bitmap(f"{group.value}_after=1")


def _different(companies: NDArray[np.uint32]) -> int:
    if not len(companies):
        return 0
    seen = np.zeros(int(companies.max()) + 1, dtype=np.bool_)
    seen[companies] = True
    return int(np.count_nonzero(seen))


def _first_of_companies(index: ReleaseIndex, selection: BitMap) -> BitMap:
    """Rows are in order, so that the last write of the reversed ones is the smallest row."""
    repeated = index.bitmap("company_repeat")
    rows = rows_of(selection & repeated)
    if not len(rows):
        return selection
    companies = index.column("company_no")[rows]
    first = np.full(int(companies.max()) + 1, np.iinfo(np.uint32).max, dtype=np.uint32)
    first[companies[::-1]] = rows[::-1]
    return (selection - repeated) | bitmap_of_rows(rows[first[companies] == rows])
