"""Criteria compiled to ClickHouse, in words that the server of 2018 and today's both know.

No window function, no Nullable, no table in a WITH. Columns come from a closed list, numbers are
written by `int`, texts are escaped: nothing that a person typed is read as SQL. The meaning is
that of `context`; the scan `FROM table` is always the innermost part, since that is what a cluster
does on all its machines at once.
"""

# ruff: noqa: S608 - writing SQL is what this module is for; see `literal` and `column`.

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol

from pyroaring import BitMap

from marketingconnect.base.index.fields import NO_DATE
from marketingconnect.targeting import ranks
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import (
    FIELDS,
    All,
    AnyOf,
    Between,
    Channel,
    Condition,
    Criteria,
    Group,
    Near,
    Not,
    Quotas,
    Reachable,
    ValueIn,
    Within,
)
from marketingconnect.targeting.criteria.fields import Value
from marketingconnect.targeting.prefixes import prefixes
from marketingconnect.targeting.shapes import Edge, box_of, edges_of

EVERYBODY: Final = "1"
NOBODY: Final = "0"
GROUP_COLUMNS: Final = {
    Group.HOUSEHOLD: "household_no",
    Group.ADDRESS: "address_no",
    Group.COMPANY: "company_no",
}
"""An establishment is a row: one per establishment changes nothing."""
WITHIN_ONE_MACHINE: Final = frozenset({Group.HOUSEHOLD, Group.ADDRESS})
"""Groups that no commune shares with another, so that no two machines do."""
UNMERGED: Final = MappingProxyType({"distributed_group_by_no_merge": 1})
FEW_EDGES: Final = 16
MOST_BANDS: Final = 64
DAY_ZERO: Final = date(1970, 1, 1)


class RowSets(Protocol):
    """Where sets of rows of a release are, for SQL to test them."""

    def holds(self, role: str, rows: BitMap) -> str:
        """A condition that is true of these rows and of no other."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is asked; `settings` go with it."""

    text: str
    settings: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def literal(value: Value) -> str:
    """A value as SQL, whatever it contains."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0")
        return f"'{escaped}'"
    return str(int(value))


def values(listed: Iterable[Value]) -> str:
    """The inside of an IN or of an array."""
    return ", ".join(literal(value) for value in listed)


def column(name: str) -> str:
    """A column one may choose by. Raises KeyError for any other word."""
    return FIELDS[name].name


class Compiler:
    """Criteria over one table of a release, with what is live."""

    def __init__(
        self, table: str, criteria: Criteria, context: CountContext, sets: RowSets
    ) -> None:
        self._table = table
        self._criteria = criteria
        self._context = context
        self._sets = sets
        self._group = GROUP_COLUMNS.get(criteria.one_per) if criteria.one_per else None

    # -- questions ---------------------------------------------------------------------------------

    def count(self) -> Statement:
        """How many before quotas and sample, as one or several numbers to add up."""
        if self._group is None:
            return self._statement(f"SELECT count() FROM {self._table} WHERE {self.kept()}")
        return self._statement(
            f"SELECT uniqExact({self._group}) FROM {self._table} WHERE {self.kept()}"
        )

    def by(self, field: str) -> Statement:
        """Value and number of rows, after quotas and sample; a value may come several times."""
        return self._told_by(field, "count()", ())

    def groups(self, group: Group) -> Statement:
        """How many groups the rows belong to that remain after quotas and sample."""
        drawn = self._drawn(("g", GROUP_COLUMNS[group]))
        return self._statement(f"SELECT uniqExact(g) FROM ({drawn})")

    def groups_by(self, field: str, group: Group) -> Statement:
        """Value and number of groups that have a row of it, after quotas and sample."""
        return self._told_by(field, "uniqExact(g)", (("g", GROUP_COLUMNS[group]),))

    def _told_by(self, field: str, figure: str, extra: tuple[tuple[str, str], ...]) -> Statement:
        name = column(field)
        if self._criteria.quotas is None and self._criteria.sample is None and not self._group:
            for alias, source in extra:
                figure = figure.replace(f"({alias})", f"({source})")
            return Statement(
                f"SELECT toString({name}) AS d, {figure} FROM {self._table} WHERE {self.kept()}"
                " GROUP BY d FORMAT TabSeparated"
            )
        return self._statement(
            f"SELECT toString(d) AS name, {figure} FROM ({self._drawn(('d', name), *extra)})"
            " GROUP BY name FORMAT TabSeparated"
        )

    def rows(self) -> Statement:
        """The rows after one per group, quotas and sample, as numbers of 32 bits in any order."""
        return self._statement(f"SELECT r FROM ({self._drawn()}) FORMAT RowBinary")

    def selected(self) -> Statement:
        """The rows that are kept, before one per group, in the same form."""
        return Statement(f"SELECT row_no FROM {self._table} WHERE {self.kept()} FORMAT RowBinary")

    # -- conditions --------------------------------------------------------------------------------

    def kept(self) -> str:
        """where ∩ reachable − excluded."""
        excluded = self._context.excluded(self._criteria)
        parts = [
            self.condition(self._criteria.where),
            self.reachable(self._criteria.channel),
            *(f"NOT {self._sets.holds(name, rows)}" for name, rows in excluded.items()),
        ]
        return " AND ".join(f"({part})" for part in parts)

    def reachable(self, channel: Channel) -> str:
        """A supplier who may be used, a date within the law, and nothing against it."""
        state = self._context.channel(channel)
        right = state.right
        if not right.suppliers:
            return NOBODY
        name = Channel(channel).value
        parts = [
            f"{name}_supplier IN ({values(sorted(right.suppliers))})",
            f"{name}_on BETWEEN {int(right.oldest_day)} AND {int(right.newest_day)}",
        ]
        unusable = state.opposed | state.flagged
        if unusable:
            parts.append(f"NOT {self._sets.holds(f'unusable_{name}', unusable)}")
        return " AND ".join(parts)

    def condition(self, node: Condition) -> str:
        """One node of the tree, to be put between parentheses."""
        match node:
            case All(parts):
                return self._joined(parts, " AND ", EVERYBODY)
            case AnyOf(parts):
                return self._joined(parts, " OR ", NOBODY)
            case Not(part):
                return f"NOT ({self.condition(part)})"
            case Reachable(channel):
                return self.reachable(channel)
            case _:
                return _leaf(node)

    def _joined(self, parts: Sequence[Condition], word: str, empty: str) -> str:
        return word.join(f"({self.condition(part)})" for part in parts) or empty

    # -- one per group, quotas, sample -------------------------------------------------------------

    def _drawn(self, *extra: tuple[str, str]) -> str:
        """`r` and the extra columns of the rows that remain after everything."""
        quotas, sample = self._criteria.quotas, self._criteria.sample
        inner = self._within_quotas(quotas, extra) if quotas else self._grouped(extra)
        if sample is None:
            return inner
        if quotas is not None or self._group is not None:
            inner = f"SELECT * FROM ({inner})"
        return f"{inner} ORDER BY {self._rank('r')}, r LIMIT {int(sample.size)}"

    def _grouped(self, extra: Sequence[tuple[str, str]]) -> str:
        """`r` and the extra columns of the smallest row of each group."""
        scan = f"FROM {self._table} WHERE {self.kept()}"
        if self._group is None:
            columns = ", ".join(f"{name} AS {alias}" for alias, name in (("r", "row_no"), *extra))
            return f"SELECT {columns} {scan}"
        firsts = "".join(f", argMin({name}, row_no) AS {alias}" for alias, name in extra)
        return f"SELECT min(row_no) AS r{firsts} {scan} GROUP BY {self._group}"

    def _within_quotas(self, quotas: Quotas, extra: Sequence[tuple[str, str]]) -> str:
        """In each zone, the first of those drawn by rank, as many as its limit says."""
        limits = [(zone, limit) for zone, limit in quotas.limits if limit > 0]
        if not limits:
            return f"SELECT * FROM ({self._grouped(extra)}) WHERE 0"
        names = ["r", *(alias for alias, _ in extra)]
        zones = values(zone for zone, _ in limits)
        grouped = self._grouped((*extra, ("z", column(quotas.by))))
        drawn = (
            f"SELECT *, {self._rank('r')} AS w FROM ({grouped})"
            f" WHERE z IN ({zones}) ORDER BY w, r LIMIT {max(limit for _, limit in limits)} BY z"
        )
        kept = (
            f"SELECT arrayJoin(arraySlice(arraySort(groupArray((w, {', '.join(names)}))), 1,"
            f" transform(z, [{zones}], [{values(limit for _, limit in limits)}], 0))) AS t"
            f" FROM ({drawn}) GROUP BY z"
        )
        columns = ", ".join(f"t.{place} AS {name}" for place, name in enumerate(names, start=2))
        return f"SELECT {columns} FROM ({kept})"

    def _rank(self, row: str) -> str:
        """`ranks.ranks`, in whole numbers of 64 bits without sign."""
        a, b = ranks.parameters(self._criteria.seed)
        u = f"((toUInt64({row}) * toUInt64({a}) + toUInt64({b})) % toUInt64({ranks.P}))"
        mixed = f"bitXor({u}, intDiv({u}, {2**15}))"
        return f"(({mixed} * toUInt64({ranks.C})) % toUInt64({ranks.P}))"

    def _statement(self, text: str) -> Statement:
        apart = self._criteria.one_per in WITHIN_ONE_MACHINE
        return Statement(text, UNMERGED if apart else {})


def _leaf(node: Condition) -> str:
    match node:
        case ValueIn(name, listed):
            return _value_in(name, listed)
        case Between():
            return _between(node)
        case Near():
            return _near(node)
        case Within():
            return _within(node)
        case _:
            raise TypeError(f"no SQL for {type(node).__name__}")


def _value_in(name: str, listed: Sequence[Value]) -> str:
    if not FIELDS[name].prefix:
        return f"{column(name)} IN ({values(listed)})"
    by_length: dict[int, list[str]] = {}
    for value in listed:
        for prefix in prefixes(str(value)):
            by_length.setdefault(len(prefix), []).append(prefix)
    parts = [
        f"substring({column(name)}, 1, {length}) IN ({values(sorted(set(same)))})"
        for length, same in sorted(by_length.items())
    ]
    return " OR ".join(parts) or NOBODY


def _between(node: Between) -> str:
    """Days since 1970: dates of ClickHouse begin there, and companies may be older."""
    name = column(node.field)
    parts = []
    if node.first is not None:
        parts.append(f"{name} >= {(node.first - DAY_ZERO).days}")
    if node.last is not None:
        parts.append(f"{name} <= {(node.last - DAY_ZERO).days}")
    return f"{name} <> {NO_DATE} AND {' AND '.join(parts)}"


def _near(node: Near) -> str:
    across, up = f"(toInt64(x) - ({int(node.x)}))", f"(toInt64(y) - ({int(node.y)}))"
    box = _in_box(
        node.zone,
        (node.x - node.metres, node.x + node.metres, node.y - node.metres, node.y + node.metres),
    )
    return f"{box} AND {across} * {across} + {up} * {up} <= {int(node.metres) ** 2}"


def _within(node: Within) -> str:
    edges = edges_of(node.points)
    if len(edges) < 2:
        return NOBODY
    if len(edges) > FEW_EDGES:
        return _within_bands(node, edges)
    crossed = ", ".join(
        f"(y >= {y1} AND y < {y2} AND"
        f" (toInt64(x) - ({x1})) * {y2 - y1} < {x2 - x1} * (toInt64(y) - ({y1})))"
        for x1, y1, x2, y2 in edges
    )
    return f"{_in_box(node.zone, box_of(node.points))} AND xor({crossed})"


def _within_bands(node: Within, edges: Sequence[Edge]) -> str:
    """Many edges as arrays: each row meets those of its own band of latitude, outside none.

    As many conditions as edges take servers minutes to read, and every row meets them all.
    """
    box = box_of(node.points)
    _, _, bottom, top = box
    bands = min(MOST_BANDS, len(edges) // 8)
    height = (top - bottom) // bands + 1
    held = [
        [e for e in edges if e[1] < bottom + (n + 1) * height and e[3] > bottom + n * height]
        for n in range(bands)
    ]
    inside = _in_box(node.zone, box)
    band = f"if({inside}, intDiv(toInt64(y) - ({bottom}), {height}) + 1, 0)"
    ends = ", ".join(
        f"CAST([{', '.join(f'[{values(e[end] for e in kept)}]' for kept in held)}]"
        f" AS Array(Array(Int64)))[{band}]"
        for end in range(4)
    )
    crossed = "y >= b AND y < d AND (toInt64(x) - a) * (d - b) < (c - a) * (toInt64(y) - b)"
    return f"{inside} AND arrayCount((a, b, c, d) -> {crossed}, {ends}) % 2 = 1"


def _in_box(zone: int, box: tuple[int, int, int, int]) -> str:
    left, right, bottom, top = box
    return f"zone = {int(zone)} AND x BETWEEN {left} AND {right} AND y BETWEEN {bottom} AND {top}"
