"""Sets of rows that a count leaves out, where every machine of the cluster can read them.

Small ones are written in the statement. A large one becomes a table named by its own hash, the
same for every process, on every server; while few rows differ from one that is there, only those
are written: an opposition counts at once without a million rows being sent again.
"""

# ruff: noqa: S608 - names of tables are made here, and rows are numbers.

import hashlib
import secrets
from threading import Lock
from typing import Final

import numpy as np
from pyroaring import BitMap

from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.errors import (
    ClusterUnavailableError,
    StatementRefusedError,
)
from marketingconnect.targeting.clickhouse.http import Node
from marketingconnect.targeting.clickhouse.tables import rows_of, word
from marketingconnect.targeting.sql.clickhouse import NOBODY, values

ROW_BYTES: Final = 4
FEW: Final = 1_000
MOST_KEPT: Final = 16
DAYS_KEPT: Final = 2
ALREADY_THERE: Final = 57
_PREFIX: Final = "row_set_"


class ClusterRowSets:
    """The sets of one release as one process knows them. `holds` is what the compiler asks."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._published: dict[str, dict[str, BitMap]] = {}
        self._lock = Lock()

    def holds(self, role: str, rows: BitMap) -> str:
        """A condition that is true of these rows alone, published first when they are many."""
        if len(rows) <= FEW:
            return _listed(rows)
        with self._lock:
            return self._read_from(role, rows)

    def _read_from(self, role: str, rows: BitMap) -> str:
        known = self._published.setdefault(role, {})
        for table, base in reversed(known.items()):
            added, left_out = rows - base, base - rows
            if len(added) + len(left_out) <= FEW:
                return (
                    f"((row_no IN (SELECT row_no FROM {table}) AND NOT {_listed(left_out)})"
                    f" OR {_listed(added)})"
                )
        table = self._publish(rows)
        known[table] = BitMap(rows)
        while len(known) > MOST_KEPT:
            del known[next(iter(known))]
        return f"(row_no IN (SELECT row_no FROM {table}))"

    def forget(self) -> None:
        """Publish again what is asked next: a server lost its tables."""
        with self._lock:
            self._published.clear()

    def sizes(self) -> dict[str, int]:
        """Table -> rows that it must have on every server."""
        with self._lock:
            return {
                table.partition(".")[2]: len(rows)
                for known in self._published.values()
                for table, rows in known.items()
            }

    def _publish(self, rows: BitMap) -> str:
        content = np.asarray(rows.to_array(), dtype="<u4").tobytes()
        name = f"{_PREFIX}{hashlib.sha256(content).hexdigest()[:32]}"
        database = word(self._cluster.database)
        self._cluster.everywhere(lambda node: _write(node, database, name, content))
        return f"{database}.{name}"


def _write(node: Node, database: str, name: str, content: bytes) -> None:
    """Filled under another name, then renamed: a set that is there is whole, or was damaged."""
    there = rows_of(node, database, [name]).get(name)
    if there == len(content) // ROW_BYTES:
        return
    if there is not None:
        node.ask(f"DROP TABLE IF EXISTS {database}.{name}", {})
    _sweep(node, database)
    filling = f"draft_{_PREFIX}{secrets.token_hex(8)}"
    draft = f"{database}.{filling}"
    node.ask(f"CREATE TABLE {draft} (row_no UInt32) ENGINE = MergeTree() ORDER BY row_no", {})
    node.send(f"INSERT INTO {draft} FORMAT RowBinary", content)
    if rows_of(node, database, [filling]).get(filling) != len(content) // ROW_BYTES:
        raise ClusterUnavailableError(f"{node.name} n’a pas gardé toutes les lignes de {name}")
    try:
        node.ask(f"RENAME TABLE {draft} TO {database}.{name}", {})
    except StatementRefusedError as error:
        if error.code != ALREADY_THERE:
            raise
        node.ask(f"DROP TABLE IF EXISTS {draft}", {})


def _sweep(node: Node, database: str) -> None:
    """Remove sets of other days; a process that still names one publishes it again."""
    old = node.ask(
        f"SELECT name FROM system.tables WHERE database = '{database}'"
        f" AND match(name, '^(draft_)?{_PREFIX}[0-9a-f]+$')"
        f" AND metadata_modification_time < now() - {DAYS_KEPT * 86_400} FORMAT TabSeparated",
        {},
    )
    for name in old.decode().split():
        node.ask(f"DROP TABLE IF EXISTS {database}.{name}", {})


def _listed(rows: BitMap) -> str:
    return f"(row_no IN ({values(rows)}))" if rows else NOBODY
