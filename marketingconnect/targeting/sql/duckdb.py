"""The reference: criteria as DuckDB SQL over the Parquet of a release, without its index.

Slow and plain on purpose: it shares nothing with the counting engine but the meaning of criteria,
and every other engine is checked against it. Values are bound, columns come from a closed list.
"""

# ruff: noqa: S608 - writing SQL is what this module is for; see `_column`.

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.engine import DuckDB, parquet
from marketingconnect.base.schema import parts_of
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
from marketingconnect.targeting.dimensions import dimension, grouped
from marketingconnect.targeting.prefixes import prefixes
from marketingconnect.targeting.shapes import edges_of

_GROUPED_BY: Final = {
    Group.HOUSEHOLD: "household_no",
    Group.ADDRESS: "address_no",
    Group.COMPANY: "company_no",
}
_FEW: Final = 200
_MOST_SETS: Final = 200


class DuckDBCounter:
    """Counts one release by SQL; not to be shared between threads."""

    def __init__(
        self, folder: Path, connection: DuckDB | None = None, *, in_memory: bool = False
    ) -> None:
        """`folder` is the release's; `in_memory` reads it once, for many small questions."""
        self._connection: DuckDB = connection or duckdb.connect()
        self._name = folder.name
        self._source = parquet(parts_of(folder))
        if in_memory:
            # Small questions cost more to share out than to answer.
            self._connection.execute("SET threads = 1")
            self._connection.execute(f"CREATE TEMP TABLE release AS SELECT * FROM {self._source}")
            self._source = "release"
        self._sets: dict[int, tuple[str, BitMap]] = {}

    def count(self, criteria: Criteria, context: CountContext) -> int:
        """How many remain after one per group, quotas and sample."""
        query = self._query(criteria, context)
        return int(self._ask(query, f"SELECT count(*) FROM ({query.drawn()})").fetchall()[0][0])

    def rows(self, criteria: Criteria, context: CountContext) -> NDArray[np.uint32]:
        """The rows that remain after one per group, quotas and sample, in order."""
        query = self._query(criteria, context)
        found = self._ask(query, f"SELECT row_no FROM ({query.drawn()}) ORDER BY row_no")
        return np.asarray(found.fetchnumpy()["row_no"], dtype=np.uint32)

    def select(self, criteria: Criteria, context: CountContext) -> BitMap:
        """The rows that are kept, before one per group, quotas and sample."""
        query = self._query(criteria, context)
        return BitMap(np.asarray(self._ask(query, query.kept()).fetchnumpy()["row_no"], np.uint32))

    def by(self, criteria: Criteria, context: CountContext, by: str) -> dict[str, int]:
        """How many for each value of a dimension, after one per group, quotas and sample."""
        asked = dimension(by, criteria.population)
        query = self._query(criteria, context)
        rows = self._ask(
            query,
            f"SELECT CAST({_column(asked.field)} AS VARCHAR) AS v, count(*)"
            f" FROM ({query.drawn()}) JOIN {self._source} USING (row_no) GROUP BY v",
        ).fetchall()
        counts = {str(value or ""): int(number) for value, number in rows}
        return dict(sorted(grouped(asked, counts).items()))

    def _query(self, criteria: Criteria, context: CountContext) -> "_Query":
        if context.release != self._name:
            raise ValueError(f"{context.release} is not in the files of {self._name}")
        if len(self._sets) >= _MOST_SETS:
            self._forget_sets()
        return _Query(self._source, criteria, context, self._set_of)

    def _ask(self, query: "_Query", text: str) -> Any:
        return self._connection.execute(text, query.parameters)

    def _set_of(self, rows: BitMap) -> str:
        """A table of these rows; one set is one table as long as it lives here."""
        known = self._sets.get(id(rows))
        if known is not None:
            return known[0]
        name = f"rows_{len(self._sets)}"
        numbers = np.frombuffer(rows.to_array(), dtype=np.uint32)
        self._connection.register("numbers", {"row_no": numbers})
        self._connection.execute(f"CREATE TEMP TABLE {name} AS SELECT row_no FROM numbers")
        self._connection.unregister("numbers")
        self._sets[id(rows)] = (name, rows)
        return name

    def _forget_sets(self) -> None:
        for name, _ in self._sets.values():
            self._connection.execute(f"DROP TABLE {name}")
        self._sets.clear()


class _Query:
    """The pieces of one question; parameters gather in the order of the text."""

    def __init__(self, source: str, criteria: Criteria, context: CountContext, set_of: Any) -> None:
        self._source, self._criteria, self._context = source, criteria, context
        self._set_of = set_of
        self.parameters: list[Any] = []

    def drawn(self) -> str:
        """`row_no` of what remains after one per group, quotas and sample."""
        text = self._one_per_group()
        if self._criteria.quotas is not None:
            text = self._within_quotas(text, self._criteria.quotas)
        if self._criteria.sample is not None:
            self.parameters.append(self._criteria.sample.size)
            text = f"SELECT row_no FROM ({text}) ORDER BY {self._rank()}, row_no LIMIT ?"
        return text

    def kept(self, columns: str = "row_no") -> str:
        """where ∩ reachable − excluded."""
        parts = [
            self._condition(self._criteria.where),
            self._reachable(self._criteria.channel),
            *map(self._outside, self._context.excluded(self._criteria).values()),
        ]
        return f"SELECT {columns} FROM {self._source} WHERE {' AND '.join(parts)}"

    def _one_per_group(self) -> str:
        group = self._criteria.one_per
        zone = self._criteria.quotas.by if self._criteria.quotas else ""
        zoned = f", {_column(zone)} AS zone_code" if zone else ""
        if group is None or group is Group.ESTABLISHMENT:
            return self.kept(f"row_no{zoned}")
        number = _GROUPED_BY[group]
        first = f", arg_min({_column(zone)}, row_no) AS zone_code" if zone else ""
        columns = f"row_no, {number}" + (f", {_column(zone)}" if zone else "")
        return f"SELECT min(row_no) AS row_no{first} FROM ({self.kept(columns)}) GROUP BY {number}"

    def _within_quotas(self, text: str, quotas: Quotas) -> str:
        self.parameters += [[zone for zone, _ in quotas.limits], [n for _, n in quotas.limits]]
        return (
            f"SELECT row_no FROM (SELECT row_no, limit_of, row_number() OVER"
            f" (PARTITION BY zone_code ORDER BY {self._rank()}, row_no) AS place"
            f" FROM ({text}) JOIN (SELECT unnest(CAST(? AS VARCHAR[])) AS zone_code,"
            " unnest(CAST(? AS BIGINT[])) AS limit_of) USING (zone_code)) WHERE place <= limit_of"
        )

    def _rank(self) -> str:
        """`ranks.ranks` in SQL."""
        a, b = ranks.parameters(self._criteria.seed)
        u = f"((CAST(row_no AS UBIGINT) * {a} + {b}) % {ranks.P})"
        return f"((xor({u}, {u} >> 15) * {ranks.C}) % {ranks.P})"

    # -- conditions --------------------------------------------------------------------------------

    def _condition(self, node: Condition) -> str:
        match node:
            case All(parts):
                return self._joined(parts, " AND ", "true")
            case AnyOf(parts):
                return self._joined(parts, " OR ", "false")
            case Not(part):
                return f"(NOT coalesce({self._condition(part)}, false))"
            case Reachable(channel):
                return self._reachable(channel)
            case ValueIn(name, values):
                return self._value_in(name, values)
            case Between():
                return self._between(node)
            case Near() | Within():
                return self._in_shape(node)

    def _joined(self, parts: Iterable[Condition], word: str, empty: str) -> str:
        return f"({word.join(map(self._condition, parts)) or empty})"

    def _reachable(self, channel: Channel) -> str:
        state = self._context.channel(channel)
        name = Channel(channel).value
        if not state.right.suppliers:
            return "false"
        right = state.right
        supplier = self._listed(f"{name}_supplier", sorted(right.suppliers))
        self.parameters += [right.oldest_day, right.newest_day]
        days = f"{name}_on BETWEEN ? AND ?"
        outside = [self._outside(rows) for rows in (state.opposed, state.flagged) if rows]
        return f"({' AND '.join([supplier, days, *outside])})"

    def _outside(self, rows: BitMap) -> str:
        return f"row_no NOT IN (SELECT row_no FROM {self._set_of(rows)})"

    def _value_in(self, name: str, values: Sequence[Any]) -> str:
        if not FIELDS[name].prefix:
            return self._listed(_column(name), values)
        begins = [begin for value in values for begin in prefixes(str(value))]
        self.parameters += begins
        return f"({' OR '.join(f'starts_with({_column(name)}, ?)' for _ in begins) or 'false'})"

    def _listed(self, column: str, values: Sequence[Any]) -> str:
        if len(values) > _FEW:
            self.parameters.append(list(values))
            return f"{column} IN (SELECT unnest(?))"
        self.parameters += values
        return f"{column} IN ({', '.join('?' for _ in values)})"

    def _between(self, node: Between) -> str:
        column = _column(node.field)
        parts = [f"{column} IS NOT NULL"]
        for sign, day in ((">=", node.first), ("<=", node.last)):
            if day is not None:
                self.parameters.append(day)
                parts.append(f"{column} {sign} ?")
        return f"({' AND '.join(parts)})"

    def _in_shape(self, node: Near | Within) -> str:
        self.parameters.append(node.zone)
        if isinstance(node, Near):
            self.parameters += [node.x, node.x, node.y, node.y, node.metres, node.metres]
            return (
                "(zone = ? AND (x::BIGINT - ?) * (x::BIGINT - ?)"
                " + (y::BIGINT - ?) * (y::BIGINT - ?) <= CAST(? AS BIGINT) * CAST(? AS BIGINT))"
            )
        crossed = ", ".join(
            f"(y >= {y1} AND y < {y2} AND (x::BIGINT - {x1}) * {y2 - y1}"
            f" < {x2 - x1}::BIGINT * (y::BIGINT - {y1}))::INTEGER"
            for x1, y1, x2, y2 in edges_of(node.points)
        )
        return f"(zone = ? AND list_sum([0, {crossed or '0'}]) % 2 = 1)"


def _column(name: str) -> str:
    """A column one may choose by. Raises KeyError for any other word."""
    return FIELDS[name].name
