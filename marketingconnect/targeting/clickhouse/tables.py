"""What a release becomes on a cluster: a table of rows on each server, and one over all of them.

Only what is chosen by, and the numbers that group rows: no name, no address line, no means of
contact. Releases never change, so each copy of a shard is written by us: no Keeper is needed.
"""

import re
from collections.abc import Sequence
from typing import Final

from marketingconnect.base.index.fields import NO_DATE
from marketingconnect.base.schema import COLUMNS
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.errors import WrongClusterError
from marketingconnect.targeting.clickhouse.http import Node
from marketingconnect.targeting.sql.clickhouse import DAY_ZERO

LEAST_COMPACT: Final = 20
"""From this version on, texts with few values are kept as numbers."""
_KINDS: Final = {
    "UINTEGER": "UInt32",
    "UTINYINT": "UInt8",
    "USMALLINT": "UInt16",
    "INTEGER": "Int32",
    "BOOLEAN": "UInt8",
    "DATE": "Int32",
    "VARCHAR": "String",
}
_PLACE: Final = (
    "region",
    "departement",
    "epci",
    "commune",
    "postal_code",
    "iris",
    "zone",
    "x",
    "y",
)
_CHANNELS: Final = tuple(
    f"{channel.value}_{suffix}" for channel in Channel for suffix in ("supplier", "on")
)
LOADED: Final = {
    Population.CONSUMERS: (
        *("row_no", "household_no", "address_no", *_PLACE),
        *("age_band", "sex", "housing", "tenure", "income_band", *_CHANNELS),
    ),
    Population.PROFESSIONALS: (
        *("row_no", "company_no", "address_no", *_PLACE),
        *("naf", "naf25", "headcount", "legal_form", "head_office", "has_trade_name"),
        *("sole_trader", "created_on", *_CHANNELS),
    ),
}
"""The columns that leave the release's own files, in this order."""
ORDER: Final = "departement, commune, iris, row_no"
_NAME: Final = re.compile(r"[a-z]+-\d{4}-\d{2}-\d{2}-\d{2,}")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def word(text: str) -> str:
    """A name of a database or of a cluster. Raises WrongClusterError for what is not one word."""
    if not _WORD.fullmatch(text):
        raise WrongClusterError(
            f"« {text[:64]} » n’est pas un nom de base ni de grappe ClickHouse."
        )
    return text


def parts_table(cluster: Cluster, release: str) -> str:
    """The rows of a release that one server holds."""
    if not _NAME.fullmatch(release):
        raise WrongClusterError(f"« {release[:64]} » n’est pas un nom de version de la base.")
    return f"{word(cluster.database)}.{release.replace('-', '_')}_rows"


def whole_table(cluster: Cluster, release: str) -> str:
    """What is asked: on one machine its own rows, on a cluster those of all."""
    parts = parts_table(cluster, release)
    return parts if len(cluster.nodes) == 1 else parts.removesuffix("_rows")


def create_parts(table: str, population: Population, *, compact: bool) -> str:
    """The statement that makes a table of rows."""
    kinds = COLUMNS[population]
    columns = ", ".join(
        f"{name} {_kind(kinds[name], compact=compact)}" for name in LOADED[population]
    )
    return f"CREATE TABLE {table} ({columns}) ENGINE = MergeTree() ORDER BY ({ORDER})"


def create_whole(cluster: Cluster, release: str) -> str:
    """The statement that makes the table over all machines."""
    database, _, parts = parts_table(cluster, release).partition(".")
    return (
        f"CREATE TABLE IF NOT EXISTS {whole_table(cluster, release)} AS {database}.{parts}"
        f" ENGINE = Distributed({word(cluster.name)}, {database}, {parts})"
    )


def rows_of(node: Node, database: str, tables: Sequence[str]) -> dict[str, int]:
    """Table -> rows that this server holds; a table without rows is not there."""
    names = ", ".join(f"'{word(table)}'" for table in tables)
    answer = node.ask(
        "SELECT table, sum(rows) FROM system.parts"  # noqa: S608
        f" WHERE active AND database = '{word(database)}' AND table IN ({names})"
        " GROUP BY table FORMAT TabSeparated",
        {},
    )
    lines = (line.split("\t") for line in answer.decode().splitlines())
    return {table: int(rows) for table, rows in lines}


def exported(population: Population) -> str:
    """The columns as DuckDB gives them: no NULL, dates as days since 1970, truth as 0 and 1."""
    kinds = COLUMNS[population]
    return ", ".join(_exported(name, kinds[name]) for name in LOADED[population])


def _kind(kind: str, *, compact: bool) -> str:
    if compact and kind == "VARCHAR":
        return "LowCardinality(String)"
    return _KINDS[kind]


def _exported(name: str, kind: str) -> str:
    if kind == "DATE":
        days = f"date_diff('day', DATE '{DAY_ZERO.isoformat()}', {name})"
        return f"coalesce({days}, {NO_DATE})"
    if kind == "VARCHAR":
        return f"coalesce({name}, '')"
    return f"coalesce(CAST({name} AS BIGINT), 0)"
