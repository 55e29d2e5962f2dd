"""The counter of one release: exact counts out of its index."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import RUNS
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Channel, Criteria, Group, Reachable
from marketingconnect.targeting.dimensions import Dimension, dimension, grouped
from marketingconnect.targeting.engine.breakdown import FEW_RUNS, broken_down
from marketingconnect.targeting.engine.cache import BitmapCache
from marketingconnect.targeting.engine.draw import count_within_quotas, drawn
from marketingconnect.targeting.engine.evaluation import Evaluator
from marketingconnect.targeting.engine.groups import FEW_ROWS, count_firsts, firsts
from marketingconnect.targeting.engine.national import NationalCounter
from marketingconnect.targeting.engine.steps import Step, steps

CACHE_BYTES: Final = 192 * 1024 * 1024
LARGE_ROWS: Final = 2_000_000
"""Below, bitmaps are quick enough for every selection, and take less memory."""


class Counter:
    """Counts one release. Safe to share between threads."""

    def __init__(
        self, index: ReleaseIndex, *, cache_bytes: int = CACHE_BYTES, wholesale: bool = False
    ) -> None:
        """`wholesale` counts few rows as many are counted: slower, and the same."""
        self.index = index
        self._few_rows = 0 if wholesale else FEW_ROWS
        self._few_runs = 0 if wholesale else FEW_RUNS
        self._wholesale = wholesale
        self._evaluator = Evaluator(index, BitmapCache(cache_bytes))
        self._national = NationalCounter(index, self._evaluator)

    def load(self) -> None:
        """Read what counts ask for, once, before forking."""
        self.index.load()
        if self._is_large:
            self._national.load()

    def count(self, criteria: Criteria, context: CountContext) -> int:
        """How many remain after one per group, quotas and sample."""
        if criteria.quotas is None:
            found = self._count_groups(criteria, context, criteria.one_per)
        else:
            selection = self._firsts(self.select(criteria, context), criteria.one_per)
            found = count_within_quotas(self.index, selection, criteria.quotas)
        return min(found, criteria.sample.size) if criteria.sample else found

    def groups(self, criteria: Criteria, context: CountContext, group: Group) -> int:
        """How many groups the rows that are kept belong to, before quotas and sample."""
        return self._count_groups(criteria, context, group)

    def groups_drawn(self, criteria: Criteria, context: CountContext, group: Group) -> int:
        """How many groups the rows belong to, after quotas and before the sample."""
        if criteria.quotas is None and criteria.one_per is None:
            return self._count_groups(criteria, context, group)
        return self.count_groups(self.before_sample(criteria, context), group)

    def count_groups(self, rows: BitMap, group: Group | None) -> int:
        """How many groups any rows belong to."""
        return count_firsts(self.index, rows, group, few_rows=self._few_rows)

    def groups_by(
        self, criteria: Criteria, context: CountContext, group: Group, by: str
    ) -> dict[str, int]:
        """For each value of a dimension, how many groups have a row of it, before the sample."""
        asked = dimension(by, criteria.population)
        rows = self.before_sample(criteria, context)
        if asked.field in RUNS or asked.field == "postal_code":
            return self._broken_down(self._firsts(rows, group), asked)
        found = {
            value: self.count_groups(rows & self.index.bitmap(f"{asked.field}={value}"), group)
            for value in self.index.values.get(asked.field, [])
        }
        return grouped(asked, {value: number for value, number in found.items() if number})

    def before_sample(self, criteria: Criteria, context: CountContext) -> BitMap:
        """The rows that remain after one per group and quotas."""
        if criteria.quotas is None:
            return self._firsts(self.select(criteria, context), criteria.one_per)
        return BitMap(self.rows(replace(criteria, sample=None), context))

    def select(self, criteria: Criteria, context: CountContext) -> BitMap:
        """The rows that are kept, before one per group, quotas and sample."""
        self._check(criteria, context)
        return self._evaluator.all_of(
            (criteria.where, Reachable(criteria.channel)),
            context,
            without=context.excluded(criteria).values(),
        )

    def reachable(self, context: CountContext, channel: Channel) -> BitMap:
        """Everybody who may be reached on a channel."""
        return self._evaluator.reachable(context, channel)

    def rows(self, criteria: Criteria, context: CountContext) -> NDArray[np.uint32]:
        """The rows that remain after one per group, quotas and sample, in order."""
        selection = self._firsts(self.select(criteria, context), criteria.one_per)
        return drawn(self.index, selection, criteria)

    def by(self, criteria: Criteria, context: CountContext, by: str) -> dict[str, int]:
        """How many for each value of a dimension, after one per group, quotas and sample."""
        asked = dimension(by, criteria.population)
        if criteria.quotas is None and criteria.sample is None:
            selection = self._firsts(self.select(criteria, context), criteria.one_per)
        else:
            selection = BitMap(self.rows(criteria, context))
        return self._broken_down(selection, asked)

    def steps(self, criteria: Criteria, context: CountContext) -> list[Step]:
        """What each criterion does, in the order of the screen; the first step has none of them."""
        return steps(self.count, criteria, context)

    def steps_of_groups(
        self, criteria: Criteria, context: CountContext, group: Group
    ) -> list[Step]:
        """The same in groups, before the sample."""
        return steps(lambda asked, live: self.groups_drawn(asked, live, group), criteria, context)

    def _count_groups(self, criteria: Criteria, context: CountContext, group: Group | None) -> int:
        if self._is_national(criteria, context) and self._national.counts(group):
            self._check(criteria, context)
            return self._national.count(criteria, context, group)
        return self.count_groups(self.select(criteria, context), group)

    @property
    def _is_large(self) -> bool:
        return self._wholesale or self.index.rows >= LARGE_ROWS

    def _is_national(self, criteria: Criteria, context: CountContext) -> bool:
        spread = self._wholesale or self._evaluator.is_spread(criteria.where, context)
        return self._is_large and spread

    def _firsts(self, rows: BitMap, group: Group | None) -> BitMap:
        return firsts(self.index, rows, group, few_rows=self._few_rows)

    def _broken_down(self, rows: BitMap, asked: Dimension) -> dict[str, int]:
        return broken_down(self.index, rows, asked, few_runs=self._few_runs)

    def _check(self, criteria: Criteria, context: CountContext) -> None:
        if context.release != self.index.name or criteria.population != self.index.population:
            raise ValueError(f"{context.release} is not counted by the index of {self.index.name}")
