"""A selection by the values of a field."""

from typing import Final

import numpy as np
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex, Runs
from marketingconnect.base.index.fields import RUNS, value_name
from marketingconnect.base.index.masks import rows_of
from marketingconnect.targeting.dimensions import Dimension, grouped

FEW_RUNS: Final = 1500
"""Up to so many stretches, each is counted in the bitmap; beyond, rows are listed once."""


def broken_down(
    index: ReleaseIndex, selection: BitMap, dimension: Dimension, *, few_runs: int = FEW_RUNS
) -> dict[str, int]:
    """Value -> rows, those without any left out, in the order of the values."""
    if dimension.field in RUNS:
        counts = _by_runs(index.runs(dimension.field), selection, few_runs)
    else:
        counts = {
            value: selection.intersection_cardinality(
                index.bitmap(value_name(dimension.field, value))
            )
            for value in index.values.get(dimension.field, [])
        }
    found = grouped(dimension, {value: number for value, number in counts.items() if number})
    return dict(sorted(found.items()))


def _by_runs(runs: Runs, selection: BitMap, few_runs: int) -> dict[str, int]:
    if len(runs.starts) <= few_runs:
        numbers = np.array(
            [
                selection.range_cardinality(start, end)
                for start, end in zip(runs.starts.tolist(), runs.ends.tolist(), strict=True)
            ],
            dtype=np.int64,
        )
    else:
        rows = rows_of(selection)
        numbers = np.searchsorted(rows, runs.ends) - np.searchsorted(rows, runs.starts)
    totals = np.bincount(runs.run_codes, weights=numbers, minlength=len(runs.codes))
    return dict(zip(runs.codes, totals.astype(np.int64).tolist(), strict=True))
