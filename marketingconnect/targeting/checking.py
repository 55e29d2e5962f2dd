"""Is a count right? The same criteria by the bitmaps, by SQL over the Parquet, and row by row."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Criteria, Group
from marketingconnect.targeting.dimensions import DIMENSIONS
from marketingconnect.targeting.engine import Counter
from marketingconnect.targeting.generating import Generator
from marketingconnect.targeting.sql.duckdb import DuckDBCounter

_TREES_A_CONTEXT: Final = 20
_BY_EVERY: Final = 4
_IN_MEMORY: Final = 3_000_000
"""Up to so many rows, the reference reads the files once."""
_SAY_EVERY: Final = 1000
_GROUP_COLUMNS: Final = {
    Group.HOUSEHOLD: "household_no",
    Group.ADDRESS: "address_no",
    Group.COMPANY: "company_no",
}


class Counting(Protocol):
    """What every engine answers."""

    def count(self, criteria: Criteria, context: CountContext) -> int: ...

    def rows(self, criteria: Criteria, context: CountContext) -> NDArray[np.uint32]: ...

    def by(self, criteria: Criteria, context: CountContext, by: str) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Case:
    """One question to ask every engine."""

    number: int
    criteria: Criteria
    context: CountContext
    by: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers to one question."""

    case: Case
    what: str


def cases(index: ReleaseIndex, *, trees: int, seed: int) -> Iterator[Case]:
    """Generated questions; the same seed gives the same."""
    generator = Generator(index, seed)
    names = [
        name
        for name, dimension in DIMENSIONS.items()
        if dimension.field in {field.name for field in generator.fields}
    ]
    for number in range(trees):
        if number % _TREES_A_CONTEXT == 0:
            context = generator.context()
        yield Case(number, generator.criteria(), context, names[number % len(names)])


def differences(
    index: ReleaseIndex, engine: Counting, reference: Counting, case: Case
) -> list[Difference]:
    """Everything in which the engine is wrong on one question; empty when it is right."""
    criteria, context = case.criteria, case.context
    rows, expected = engine.rows(criteria, context), reference.rows(criteria, context)
    count = engine.count(criteria, context)
    found = []
    if not np.array_equal(rows, expected):
        found.append(f"rows: {len(rows)} instead of {len(expected)}")
    if count != len(expected):
        found.append(f"count: {count} instead of {len(expected)}")
    found += [wrong for check in _PROMISES if (wrong := check(index, case, rows))]
    if case.number % _BY_EVERY == 0:
        counts = engine.by(criteria, context, case.by)
        if counts != reference.by(criteria, context, case.by):
            found.append(f"by {case.by}")
        if sum(counts.values()) != count:
            found.append(f"by {case.by}: the parts do not make the whole")
        if reference.count(criteria, context) != len(expected):
            found.append("the reference contradicts itself")
    return [Difference(case, what) for what in found]


Promise = Callable[[ReleaseIndex, Case, NDArray[np.uint32]], str]


def _one_per_group(index: ReleaseIndex, case: Case, rows: NDArray[np.uint32]) -> str:
    column = _GROUP_COLUMNS.get(case.criteria.one_per) if case.criteria.one_per else None
    if column is None:
        return ""
    numbers = index.column(column)[rows]
    return "" if len(np.unique(numbers)) == len(numbers) else f"two rows of one {column}"


def _nobody_excluded(index: ReleaseIndex, case: Case, rows: NDArray[np.uint32]) -> str:
    state = case.context.channel(case.criteria.channel)
    sets = case.context.excluded(case.criteria) | {
        "opposed": state.opposed,
        "flagged": state.flagged,
        "removed": case.context.removed,
    }
    broken = [name for name, excluded in sets.items() if any(row in excluded for row in rows[:500])]
    return f"rows that are {', '.join(broken)}" if broken else ""


def _only_with_right(index: ReleaseIndex, case: Case, rows: NDArray[np.uint32]) -> str:
    channel = case.criteria.channel
    right = case.context.channel(channel).right
    days = index.column(f"{channel.value}_on")[rows]
    within = (days >= right.oldest_day) & (days <= right.newest_day)
    return "" if within.all() else "rows whose proof is not of the days of the right"


def _quotas_kept(index: ReleaseIndex, case: Case, rows: NDArray[np.uint32]) -> str:
    quotas = case.criteria.quotas
    if quotas is None or quotas.by == "postal_code":
        return ""
    runs = index.runs(quotas.by)
    stretch = np.searchsorted(runs.starts, rows, side="right") - 1
    held = Tally(runs.codes[code] for code in runs.run_codes[stretch].tolist())
    limits = dict(quotas.limits)
    beyond = [zone for zone, number in held.items() if number > limits.get(zone, 0)]
    return f"more than the quota of {', '.join(beyond)}" if beyond else ""


_PROMISES: Final[tuple[Promise, ...]] = (
    _one_per_group,
    _nobody_excluded,
    _only_with_right,
    _quotas_kept,
)


def check(
    index: ReleaseIndex, *, trees: int, seed: int, say: Callable[[str], object]
) -> list[Difference]:
    """Compare the bitmaps with SQL over the files of the same release; every difference found."""
    engines = Counter(index), Counter(index, wholesale=True)
    reference = DuckDBCounter(index.release_folder, in_memory=index.rows <= _IN_MEMORY)
    found: list[Difference] = []
    for case in cases(index, trees=trees, seed=seed):
        found += differences(index, engines[case.number % 2], reference, case)
        if (case.number + 1) % _SAY_EVERY == 0:
            say(f"{index.name} : {case.number + 1} ciblages, {len(found)} différences")
    return found
