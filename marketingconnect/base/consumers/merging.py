"""One record a person, out of every active file: the latest word on each channel is kept.

Two rows are one person with the same name at the same address, or with the same name and the
same e-mail or mobile: then the address is the latest one. An e-mail or a mobile stays with one
person only. Rows are dealt into heaps by person first, so that a heap fits in memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from marketingconnect.base.consumers.heaps import DUPLICATES, settle_heap
from marketingconnect.base.consumers.people_columns import LOST, UNIQUE, settled
from marketingconnect.base.engine import COPY_OPTIONS, DuckDB, parquet, quoted
from marketingconnect.base.vocabulary import Channel

PEOPLE: Final = "people.parquet"
ROWS_A_HEAP: Final = 250_000
_FAST: Final = "FORMAT parquet, COMPRESSION lz4"


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """The rows of one active file; `order` ranks files from the oldest delivery."""

    id: int
    supplier: int
    order: int
    files: str
    """A pattern of Parquet files."""


def merge_people(
    connection: DuckDB,
    loads: Sequence[LoadedRows],
    *,
    withdrawn: str,
    folder: Path,
    rows_a_heap: int = ROWS_A_HEAP,
) -> None:
    """Write `people.parquet` and the files `duplicates-*.parquet` in `folder`.

    `withdrawn` is a SELECT of record_key and since (a date): a person whose latest proof is not
    later than its withdrawal is left out.
    """
    _gather(connection, loads)
    _link(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS"
        " SELECT coalesce(m.person, w.record_key) AS person, max(since) AS since"
        f" FROM ({withdrawn}) w LEFT JOIN moved m USING (record_key) GROUP BY ALL"
    )
    connection.execute("SET preserve_insertion_order = false")
    for number, heap in enumerate(_heaps(connection, folder, rows_a_heap)):
        settle_heap(connection, heap, number, folder)
    connection.execute("SET preserve_insertion_order = true")
    _keep_each_reach_once(connection, folder)
    _write_people(connection, folder)


def _gather(connection: DuckDB, loads: Sequence[LoadedRows]) -> None:
    """The view `gathered`: the rows of every file, each with how fresh it is, unique."""
    latest = "greatest(" + ", ".join(f"{channel}_on" for channel in Channel) + ")"
    parts = [
        f"SELECT {load.id} AS load, CAST({load.supplier} AS USMALLINT) AS supplier,"
        f" (CAST({latest} AS BIGINT) << 47) + ({load.order}::BIGINT << 32)"
        f" + (4294967295 - line) AS freshness, * FROM read_parquet({quoted(load.files)})"
        for load in loads
    ]
    connection.execute(f"CREATE OR REPLACE TEMP VIEW gathered AS {' UNION ALL '.join(parts)}")


def _link(connection: DuckDB) -> None:
    """The table `moved`: record key -> the key of the same person at its latest address."""
    links: list[tuple[int, int]] = []
    for channel in UNIQUE:
        links += connection.execute(f"""
            WITH shared AS (SELECT hash(name_key, {channel}) AS sign FROM gathered
                WHERE {channel}_form > 0 GROUP BY sign HAVING min(record_key) <> max(record_key)),
            known AS (SELECT name_key, {channel} AS reach, record_key,
                max(freshness) AS freshness FROM gathered SEMI JOIN shared
                ON shared.sign = hash(name_key, {channel})
                WHERE {channel}_form > 0 GROUP BY ALL),
            best AS (SELECT name_key, reach, arg_max(record_key, freshness) AS best
                FROM known GROUP BY ALL)
            SELECT record_key, best FROM known JOIN best USING (name_key, reach)
            WHERE record_key <> best""").fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE linked (record_key BIGINT, anchor BIGINT)")
    _insert(connection, "linked", components(links).items())
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE moved AS
        WITH fresh AS (SELECT record_key, anchor, max(freshness) AS freshness
            FROM gathered JOIN linked USING (record_key) GROUP BY ALL)
        SELECT record_key, first_value(record_key) OVER
            (PARTITION BY anchor ORDER BY freshness DESC) AS person FROM fresh""")


def components(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Each key of a chain of links -> one key of that chain (union and find)."""
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = parent[above]
            key = above
        return key

    for one, other in links:
        parent[root(one)] = root(other)
    return {key: root(key) for key in list(parent)}


def _insert(connection: DuckDB, table: str, rows: Iterable[tuple[int, int]]) -> None:
    pairs = np.array(list(rows), dtype=np.int64).reshape(-1, 2)
    connection.register("pairs", {"one": pairs[:, 0].copy(), "other": pairs[:, 1].copy()})
    connection.execute(f"INSERT INTO {table} SELECT one, other FROM pairs")
    connection.unregister("pairs")


def _heaps(connection: DuckDB, folder: Path, rows_a_heap: int) -> list[str]:
    """The rows with their `person`, dealt by person into SELECTs that fit in memory."""
    dealt = (
        "SELECT g.*, coalesce(m.person, g.record_key) AS person"
        " FROM gathered g LEFT JOIN moved m USING (record_key)"
    )
    total = int(connection.execute("SELECT count(*) FROM gathered").fetchone()[0])
    count = -(-total // rows_a_heap)
    if count <= 1:
        return [dealt] if total else []
    target = folder / "heaps"
    connection.execute(
        f"COPY (SELECT *, CAST(person % {count} AS INTEGER) AS heap FROM ({dealt}))"
        f" TO {quoted(target)} ({_FAST}, PARTITION_BY (heap))"
    )
    found = sorted(target.glob("heap=*"))
    return [f"SELECT * FROM {parquet(f'{heap}/*.parquet')}" for heap in found]


def _keep_each_reach_once(connection: DuckDB, folder: Path) -> None:
    """The tables `lost_email` and `lost_mobile`: who must let an address to a later person."""
    drafts = parquet(folder / "draft-*.parquet")
    for channel in UNIQUE:
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE {LOST[channel]} AS
            WITH shared AS (SELECT hash({channel}) AS sign FROM {drafts} WHERE {channel} <> ''
                GROUP BY sign HAVING count(*) > 1),
            claims AS (SELECT {channel} AS reach, record_key, {channel}_load AS load,
                {channel}_on AS day FROM {drafts} SEMI JOIN shared
                ON shared.sign = hash({channel}) WHERE {channel} <> '')
            SELECT record_key, load FROM (SELECT *, row_number() OVER (PARTITION BY reach
                ORDER BY day DESC, record_key DESC) AS place FROM claims) WHERE place > 1""")
    lost = " UNION ALL ".join(
        f"SELECT load, CAST(NULL AS BIGINT) AS line, 'shared_{channel}' AS reason,"
        f" record_key AS kept_as FROM {LOST[channel]}"
        for channel in UNIQUE
    )
    target = folder / DUPLICATES.replace("*", "lost")
    connection.execute(f"COPY ({lost}) TO {quoted(target)} ({COPY_OPTIONS})")


def _write_people(connection: DuckDB, folder: Path) -> None:
    """Everybody who can still be reached, with how many proofs stand before theirs."""
    drafts = parquet(folder / "draft-*.parquet")
    opened = " + ".join(f"CAST({channel}_supplier > 0 AS BIGINT)" for channel in Channel)
    connection.execute(
        "COPY (SELECT *, CAST(sum(opened) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        f" - opened AS BIGINT) AS proofs_before FROM (SELECT *, {opened} AS opened"
        f" FROM ({settled(drafts)})) WHERE opened > 0)"
        f" TO {quoted(folder / PEOPLE)} ({_FAST})"
    )
    for draft in folder.glob("draft-*.parquet"):
        draft.unlink()
