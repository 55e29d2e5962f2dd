"""Quotas and sample: the rows of smallest rank."""

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import RUNS, value_name
from marketingconnect.base.index.masks import rows_of
from marketingconnect.targeting.criteria import Criteria, Quotas
from marketingconnect.targeting.ranks import ranks

Rows = NDArray[np.uint32]
_ROW_BITS = np.uint64(30)


def drawn(index: ReleaseIndex, selection: BitMap, criteria: Criteria) -> Rows:
    """The rows that remain of a selection after quotas and sample, in order."""
    rows = rows_of(selection)
    if criteria.quotas is not None:
        rows = _within_quotas(index, rows, criteria.quotas, criteria.seed)
    if criteria.sample is not None:
        rows = smallest(rows, criteria.sample.size, criteria.seed)
    return rows


def smallest(rows: Rows, size: int, seed: int) -> Rows:
    """The `size` rows of smallest rank, in order; all of them when there are no more."""
    if len(rows) <= size:
        return rows
    if not size:
        return rows[:0]
    keys = (ranks(rows, seed) << _ROW_BITS) | rows.astype(np.uint64)
    kept = np.argpartition(keys, size - 1)[:size]
    return np.sort(rows[kept])


def count_within_quotas(index: ReleaseIndex, selection: BitMap, quotas: Quotas) -> int:
    """How many remain after quotas, without drawing them."""
    if quotas.by not in RUNS:
        return sum(
            min(limit, selection.intersection_cardinality(_of_value(index, quotas.by, zone)))
            for zone, limit in quotas.limits
        )
    rows = rows_of(selection)
    return sum(
        min(limit, sum(end - start for start, end in _slices(index, rows, quotas.by, zone)))
        for zone, limit in quotas.limits
    )


def _within_quotas(index: ReleaseIndex, rows: Rows, quotas: Quotas, seed: int) -> Rows:
    kept = [np.empty(0, dtype=np.uint32)]
    selection = BitMap(rows) if quotas.by not in RUNS else BitMap()
    for zone, limit in quotas.limits:
        if quotas.by in RUNS:
            pieces = [rows[start:end] for start, end in _slices(index, rows, quotas.by, zone)]
            of_zone = np.concatenate(pieces) if pieces else rows[:0]
        else:
            of_zone = rows_of(selection & _of_value(index, quotas.by, zone))
        kept.append(smallest(of_zone, limit, seed))
    return np.sort(np.concatenate(kept))


def _of_value(index: ReleaseIndex, field: str, value: str) -> BitMap:
    return index.bitmap(value_name(field, value))


def _slices(index: ReleaseIndex, rows: Rows, field: str, value: str) -> list[tuple[int, int]]:
    """Where the rows of each stretch of a value are among `rows`."""
    ranges = index.runs(field).ranges(value)
    starts = np.searchsorted(rows, np.array([start for start, _ in ranges], dtype=np.int64))
    ends = np.searchsorted(rows, np.array([end for _, end in ranges], dtype=np.int64))
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
