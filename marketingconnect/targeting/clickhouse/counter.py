"""Counting on a cluster: the same questions as the counter of one machine, the same answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.errors import (
    UNKNOWN_TABLE,
    ClusterUnavailableError,
    ReleaseNotLoadedError,
    StatementRefusedError,
)
from marketingconnect.targeting.clickhouse.row_sets import ClusterRowSets
from marketingconnect.targeting.clickhouse.tables import parts_table, rows_of, whole_table
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import FIELDS, Criteria, Group
from marketingconnect.targeting.dimensions import dimension, grouped
from marketingconnect.targeting.engine.steps import Step, steps
from marketingconnect.targeting.sql.clickhouse import Compiler, Statement

SURE_FOR_SECONDS: Final = 5.0
ROW: Final = "<u4"
_TRUTH: Final = {"0": "false", "1": "true"}


@dataclass(frozen=True, slots=True)
class LoadedRelease:
    """A release by its name, and how many rows it has: what a cluster must have, to count it."""

    name: str
    rows: int


class ClickHouseCounter:
    """Counts one release. Every answer is about all of its rows, or is an error."""

    def __init__(self, cluster: Cluster, release: LoadedRelease) -> None:
        self._cluster = cluster
        self._release = release
        self._table = whole_table(cluster, release.name)
        self._sets = ClusterRowSets(cluster)
        self._sure_until = 0.0

    def count(self, criteria: Criteria, context: CountContext) -> int:
        """How many remain after one per group, quotas and sample."""
        quotas, sample = criteria.quotas, criteria.sample
        if quotas is None:
            answer = self._ask(replace(criteria, sample=None), context, Compiler.count)
            found = sum(int(line) for line in answer.split())
        else:
            unlimited = replace(criteria, quotas=None, sample=None)
            by_zone = self._by_field(unlimited, context, quotas.by)
            found = sum(min(by_zone.get(zone, 0), limit) for zone, limit in quotas.limits)
        return min(found, sample.size) if sample else found

    def groups(self, criteria: Criteria, context: CountContext, group: Group) -> int:
        """How many groups the rows that are kept belong to, before quotas and sample."""
        return self.count(replace(criteria, one_per=group, quotas=None, sample=None), context)

    def groups_drawn(self, criteria: Criteria, context: CountContext, group: Group) -> int:
        """How many groups the rows belong to, after quotas and before the sample."""
        if criteria.quotas is None and criteria.one_per is None:
            return self.groups(criteria, context, group)
        whole = replace(criteria, sample=None)
        answer = self._ask(whole, context, lambda compiler: compiler.groups(group))
        return sum(int(line) for line in answer.split())

    def groups_by(
        self, criteria: Criteria, context: CountContext, group: Group, by: str
    ) -> dict[str, int]:
        """For each value of a dimension, how many groups have a row of it, before the sample."""
        asked = dimension(by, criteria.population)
        whole = replace(criteria, sample=None)
        counts = self._told_by(
            whole, context, asked.field, lambda compiler: compiler.groups_by(asked.field, group)
        )
        return dict(sorted(grouped(asked, counts).items()))

    def steps_of_groups(
        self, criteria: Criteria, context: CountContext, group: Group
    ) -> list[Step]:
        """The steps in groups, before the sample."""
        return steps(lambda asked, live: self.groups_drawn(asked, live, group), criteria, context)

    def before_sample(self, criteria: Criteria, context: CountContext) -> BitMap:
        """The rows that remain after one per group and quotas."""
        return BitMap(self.rows(replace(criteria, sample=None), context))

    def by(self, criteria: Criteria, context: CountContext, by: str) -> dict[str, int]:
        """How many for each value of a dimension, after one per group, quotas and sample."""
        asked = dimension(by, criteria.population)
        counts = self._by_field(criteria, context, asked.field)
        return dict(sorted(grouped(asked, counts).items()))

    def rows(self, criteria: Criteria, context: CountContext) -> NDArray[np.uint32]:
        """The rows that remain after one per group, quotas and sample, in order."""
        answer = self._ask(criteria, context, Compiler.rows)
        return np.sort(np.frombuffer(answer, dtype=ROW)).astype(np.uint32)

    def select(self, criteria: Criteria, context: CountContext) -> BitMap:
        """The rows that are kept, before one per group, quotas and sample."""
        answer = self._ask(criteria, context, Compiler.selected)
        return BitMap(np.frombuffer(answer, dtype=ROW))

    def _by_field(self, criteria: Criteria, context: CountContext, field: str) -> dict[str, int]:
        return self._told_by(criteria, context, field, lambda compiler: compiler.by(field))

    def _told_by(
        self,
        criteria: Criteria,
        context: CountContext,
        field: str,
        question: Callable[[Compiler], Statement],
    ) -> dict[str, int]:
        answer = self._ask(criteria, context, question)
        spelled = _TRUTH if FIELDS[field].truth else {}
        found: dict[str, int] = {}
        for line in answer.decode().splitlines():
            value, number = line.split("\t")
            value = spelled.get(value, value)
            found[value] = found.get(value, 0) + int(number)
        return found

    def steps(self, criteria: Criteria, context: CountContext) -> list[Step]:
        """What each criterion does, in the order of the screen; the first step has none of them."""
        return steps(self.count, criteria, context)

    def check(self) -> None:
        """Raise unless every row of the release, and of the sets, is there to be counted."""
        self._sure_until = 0.0
        self._make_sure()

    # -- asking ------------------------------------------------------------------------------------

    def _ask(
        self, criteria: Criteria, context: CountContext, question: Callable[[Compiler], Statement]
    ) -> bytes:
        if context.release != self._release.name:
            raise ReleaseNotLoadedError(context.release)
        try:
            return self._ask_once(criteria, context, question)
        except StatementRefusedError as error:
            if error.code not in UNKNOWN_TABLE:
                raise
        self._sets.forget()
        self._sure_until = 0.0
        try:
            return self._ask_once(criteria, context, question)
        except StatementRefusedError as error:
            if error.code not in UNKNOWN_TABLE:
                raise
            raise ReleaseNotLoadedError(self._release.name) from error

    def _ask_once(
        self, criteria: Criteria, context: CountContext, question: Callable[[Compiler], Statement]
    ) -> bytes:
        try:
            self._make_sure()
            statement = question(Compiler(self._table, criteria, context, self._sets))
            return self._cluster.ask(statement.text, statement.settings)
        except ClusterUnavailableError:
            self._sure_until = 0.0
            raise

    def _make_sure(self) -> None:
        """A server that came back without a part of its rows must not make a smaller count."""
        if time.monotonic() < self._sure_until:
            return
        database, _, parts = parts_table(self._cluster, self._release.name).partition(".")
        sets = self._sets.sizes()
        held = self._cluster.everywhere(lambda node: rows_of(node, database, [parts, *sets]))
        shards = [{copy.get(parts, 0) for copy in copies} for copies in held]
        if any(len(sizes) > 1 for sizes in shards) or self._release.rows != sum(
            size for sizes in shards for size in sizes
        ):
            raise ReleaseNotLoadedError(self._release.name)
        if any(
            copy.get(name) != size
            for copies in held
            for copy in copies
            for name, size in sets.items()
        ):
            self._sets.forget()
        whole = self._cluster.ask(f"SELECT count() FROM {self._table}")  # noqa: S608
        if int(whole) != self._release.rows:
            raise ReleaseNotLoadedError(self._release.name)
        self._sure_until = time.monotonic() + SURE_FOR_SECONDS
