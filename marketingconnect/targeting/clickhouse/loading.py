"""A release's Parquet onto the cluster: each commune whole on one shard, each copy written.

A release is filled under another name and renamed when all its rows are counted there, the table
over all machines last: what can be asked is whole. Run again, it does what was left.
"""

import secrets
import tempfile
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from marketingconnect.base.copies import Say, SealedRelease
from marketingconnect.base.engine import DuckDB, duckdb_in, parquet, quoted
from marketingconnect.base.schema import parts_of
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.errors import ClickHouseError
from marketingconnect.targeting.clickhouse.http import Node, NodeDownError
from marketingconnect.targeting.clickhouse.tables import (
    LEAST_COMPACT,
    create_parts,
    create_whole,
    exported,
    parts_table,
    rows_of,
    word,
)


def load_release(cluster: Cluster, release: SealedRelease, work: Path, *, say: Say) -> None:
    """Load what is not there yet on every server. Raises ClickHouseError."""
    for node in cluster.nodes:
        _on(node, f"CREATE DATABASE IF NOT EXISTS {word(cluster.database)}")
    with duckdb_in(work) as connection:
        loads = _place_communes(connection, release, len(cluster.shards))
        if sum(loads) != release.rows:
            raise ClickHouseError(
                f"Les fichiers de « {release.name} » n’ont pas les {release.rows} lignes annoncées."
            )
        waiting = _waiting(cluster, release, loads)
        _fill(connection, cluster, release, waiting, work, say)
    for shard, copies in waiting.items():
        for node, draft in copies.items():
            _finish(cluster, release, node, draft, loads[shard])
    if len(cluster.nodes) > 1:
        for node in cluster.nodes:
            _on(node, create_whole(cluster, release.name))


def drop_others(cluster: Cluster, population: Population, kept: Collection[str]) -> None:
    """Take away the releases of a population that are not kept, and what killed loads left."""
    database = word(cluster.database)
    names = {parts_table(cluster, name).partition(".")[2].removesuffix("_rows") for name in kept}
    for node in cluster.nodes:
        found = _on(
            node,
            f"SELECT name FROM system.tables WHERE database = '{database}'"  # noqa: S608
            " ORDER BY name FORMAT TabSeparated",
        )
        for table in found.decode().split():
            release = table.removesuffix("_rows")
            if _is_release_of(release, population) and release not in names:
                _on(node, f"DROP TABLE IF EXISTS {database}.{table}")


def share_out(rows: Mapping[str, int], shards: int) -> dict[str, int]:
    """Each commune to a shard, the largest first and always to the least filled: even and fixed."""
    filled = [0] * shards
    placed: dict[str, int] = {}
    for commune in sorted(rows, key=lambda code: (-rows[code], code)):
        shard = filled.index(min(filled))
        placed[commune] = shard
        filled[shard] += rows[commune]
    return placed


def _is_release_of(table: str, population: Population) -> bool:
    return table.startswith((f"{population.value}_", f"draft_{population.value}_"))


def _place_communes(connection: DuckDB, release: SealedRelease, shards: int) -> list[int]:
    """Write down the shard of each commune; the rows of each shard."""
    found = connection.execute(
        "SELECT coalesce(commune, ''), count(*), min(address_no), max(address_no)"  # noqa: S608
        f" FROM {parquet(parts_of(release.folder))} GROUP BY 1 ORDER BY 3"
    ).fetchall()
    for before, after in pairwise(found):
        if before[3] >= after[2]:
            raise ClickHouseError(f"Une adresse de « {release.name} » est dans deux communes.")
    rows = {commune: count for commune, count, _, _ in found}
    placed = share_out(rows, shards)
    connection.execute("CREATE TEMP TABLE places (place VARCHAR, shard INTEGER)")
    if placed:
        connection.executemany("INSERT INTO places VALUES (?, ?)", list(placed.items()))
    loads = [0] * shards
    for commune, shard in placed.items():
        loads[shard] += rows[commune]
    return loads


def _waiting(
    cluster: Cluster, release: SealedRelease, loads: Sequence[int]
) -> dict[int, dict[Node, str]]:
    """The servers that lack their rows, by shard, each with the table made for them."""
    database, _, parts = parts_table(cluster, release.name).partition(".")
    waiting: dict[int, dict[Node, str]] = {}
    for shard, copies in enumerate(cluster.shards):
        waiting[shard] = {}
        for node in copies:
            there = int(_on(node, f"EXISTS TABLE {database}.{parts}"))
            if there and rows_of(node, database, [parts]).get(parts, 0) == loads[shard]:
                continue
            draft = f"{database}.draft_{release.population.value}_{secrets.token_hex(8)}"
            compact = int(_on(node, "SELECT version()").split(b".")[0]) >= LEAST_COMPACT
            _on(node, create_parts(draft, release.population, compact=compact))
            waiting[shard][node] = draft
    return waiting


def _fill(
    connection: DuckDB,
    cluster: Cluster,
    release: SealedRelease,
    waiting: Mapping[int, Mapping[Node, str]],
    work: Path,
    say: Say,
) -> None:
    """One part of the release at a time, through a file that is gone afterwards."""
    files = parts_of(release.folder)
    for number, part in enumerate(files, start=1):
        say(f"chargement : {number} sur {len(files)}")
        for shard, copies in waiting.items():
            if not copies:
                continue
            with tempfile.NamedTemporaryFile(dir=work, suffix=".csv") as rows:
                connection.execute(
                    f"COPY (SELECT {exported(release.population)} FROM {parquet(part)}"  # noqa: S608
                    f" JOIN places ON place = coalesce(commune, '') WHERE shard = {shard})"
                    f" TO {quoted(rows.name)} (FORMAT csv, HEADER false)"
                )
                for node, draft in copies.items():
                    _send(node, f"INSERT INTO {draft} FORMAT CSV", Path(rows.name))


def _finish(
    cluster: Cluster, release: SealedRelease, node: Node, draft: str, expected: int
) -> None:
    database, _, drafted = draft.partition(".")
    if rows_of(node, database, [drafted]).get(drafted, 0) != expected:
        raise ClickHouseError(
            f"{node.name} n’a pas gardé toutes les lignes de « {release.name} » :"
            " relancez la même commande."
        )
    parts = parts_table(cluster, release.name)
    _on(node, f"DROP TABLE IF EXISTS {parts}")
    _on(node, f"RENAME TABLE {draft} TO {parts}")


def _on(node: Node, statement: str) -> bytes:
    try:
        return node.ask(statement, {})
    except NodeDownError as error:
        raise ClickHouseError(
            f"Un serveur ne répond pas : {error}. Relancez la même commande quand il est revenu."
        ) from error


def _send(node: Node, insert: str, file: Path) -> None:
    try:
        with file.open("rb") as rows:
            node.send(insert, rows)
    except NodeDownError as error:
        raise ClickHouseError(
            f"Un serveur s’est arrêté pendant le chargement : {error}. Relancez la même commande."
        ) from error
