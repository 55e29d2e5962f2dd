"""Write the rows of a release: sorted, numbered, in Parquet.

Sorted a few départements at a time, so that a country fits in a gigabyte.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from marketingconnect.base.engine import COPY_OPTIONS, DuckDB, parquet, quoted
from marketingconnect.base.errors import ReleaseError
from marketingconnect.base.releases.contents import Contents
from marketingconnect.base.schema import (
    COLUMNS,
    INPUT_COLUMNS,
    PARTS,
    PROOFS,
    PROOFS_FILE,
    TOMBSTONES,
    TOMBSTONES_FILE,
    check_columns,
    select_list,
)
from marketingconnect.base.vocabulary import Channel, Population

ROWS_AT_ONCE: Final = 600_000
_HELD_ROWS: Final = 32_768
"""Rows held before they are written to their batch: DuckDB's own choice takes twice the memory and
three times the processor time, since what is held no longer fits and goes to the disk."""
_MOST_ROWS: Final = 4_000_000_000
Say = Callable[[str], None]

_ADDRESS_ORDER: Final = {
    Population.CONSUMERS: ("iris", "housing", "tenure", "income_band"),
    Population.PROFESSIONALS: ("iris", "naf"),
}
_ROW_ORDER: Final = {
    Population.CONSUMERS: "address_no, household_no, record_key",
    Population.PROFESSIONALS: "address_no, naf, record_key",
}


@dataclass(slots=True)
class Written:
    """How much was written so far; the next numbers follow."""

    rows: int = 0
    addresses: int = 0
    households: int = 0
    companies: int = 0
    channels: dict[str, int] = field(default_factory=dict)


def write_contents(
    connection: DuckDB, contents: Contents, folder: Path, *, say: Say, rows_at_once: int
) -> Written:
    """Write parts, proofs and tombstones into `folder`. Raises ReleaseError on a broken promise."""
    check_columns(connection, f"({contents.rows})", INPUT_COLUMNS[contents.population])
    check_columns(connection, f"({contents.proofs})", PROOFS)
    check_columns(connection, f"({contents.tombstones})", TOMBSTONES)
    written = Written()
    source = _with_companies(connection, contents, written)
    batches = _batches(connection, source, folder, rows_at_once)
    for number, batch in enumerate(batches):
        say(f"tri et écriture : {number + 1} sur {len(batches)}")
        _write_part(connection, contents.population, batch, folder, number, written)
    say("preuves et retraits")
    _copy(connection, contents.proofs, folder / PROOFS_FILE)
    _copy(connection, contents.tombstones, folder / TOMBSTONES_FILE)
    say("contrôle")
    check_promises(connection, folder, contents.population)
    written.channels = _reachable(connection, folder)
    return written


def _with_companies(connection: DuckDB, contents: Contents, written: Written) -> str:
    """The rows, with the number of their company when they are establishments."""
    if contents.population is Population.CONSUMERS:
        return contents.rows
    connection.execute(
        "CREATE TEMP TABLE companies AS SELECT siren,"  # noqa: S608
        " CAST(row_number() OVER (ORDER BY siren) - 1 AS UINTEGER) AS company_no"
        f" FROM (SELECT DISTINCT siren FROM ({contents.rows}))"
    )
    written.companies = connection.execute("SELECT count(*) FROM companies").fetchone()[0]
    return f"SELECT r.*, c.company_no FROM ({contents.rows}) r JOIN companies c USING (siren)"  # noqa: S608


def _batches(connection: DuckDB, source: str, folder: Path, rows_at_once: int) -> list[str]:
    """The source, cut into SELECTs that can be sorted in memory, in the order of zones."""
    counts = connection.execute(
        "SELECT left(departement, 2) AS area, count(*) FROM"  # noqa: S608
        f" ({source}) GROUP BY area ORDER BY area"
    ).fetchall()
    total = sum(count for _, count in counts)
    if total > _MOST_ROWS:
        raise ReleaseError("Une version compte au plus quatre milliards de lignes.")
    if total <= rows_at_once:
        return [source] if total else []
    batch_of = _grouped(counts, rows_at_once)
    cases = " ".join(f"WHEN {quoted(area)} THEN {batch}" for area, batch in batch_of.items())
    staged = folder / ".staged"
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET partitioned_write_flush_threshold = {_HELD_ROWS}")
    connection.execute(
        f"COPY (SELECT *, CASE left(departement, 2) {cases} END AS batch FROM ({source}))"  # noqa: S608
        f" TO {quoted(staged)} (FORMAT parquet, COMPRESSION lz4, PARTITION_BY (batch))"
    )
    connection.execute("SET preserve_insertion_order = true")
    last = max(batch_of.values())
    return [
        f"SELECT * FROM {parquet(f'{staged}/batch={batch}/*.parquet')}"  # noqa: S608
        for batch in range(last + 1)
    ]


def _grouped(counts: list[tuple[str, int]], rows_at_once: int) -> dict[str, int]:
    """Neighbouring areas together, as long as they fit."""
    batch_of: dict[str, int] = {}
    batch, filled = 0, 0
    for area, count in counts:
        if filled and filled + count > rows_at_once:
            batch, filled = batch + 1, 0
        batch_of[area] = batch
        filled += count
    return batch_of


def _write_part(
    connection: DuckDB,
    population: Population,
    source: str,
    folder: Path,
    number: int,
    written: Written,
) -> None:
    columns = COLUMNS[population]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE batch AS {source}")
    _number_addresses(connection, population, written.addresses)
    households = _number_households(connection, population, written.households)
    kept = select_list({name: kind for name, kind in columns.items() if name != "row_no"})
    target = folder / PARTS.replace("*", f"{number:03}")
    connection.execute(
        f"COPY (SELECT CAST({written.rows} + row_number() OVER () - 1 AS UINTEGER) AS row_no,"  # noqa: S608
        f" {kept} FROM (SELECT * FROM batch JOIN addresses USING (commune, address_key)"
        f" {households} ORDER BY {_ROW_ORDER[population]}))"
        f" TO {quoted(target)} ({COPY_OPTIONS})"
    )
    written.rows += _count(connection, "batch")
    written.addresses += _count(connection, "addresses")
    if population is Population.CONSUMERS:
        written.households += _count(connection, "households")
    for table in ("batch", "addresses", "households"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _number_addresses(connection: DuckDB, population: Population, first: int) -> None:
    """Each address once, in the order of zones, then of what its rows share."""
    extra = _ADDRESS_ORDER[population]
    smallest = ", ".join(f"min({name}) AS {name}" for name in extra)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE addresses AS SELECT commune, address_key,"  # noqa: S608
        f" CAST({first} + row_number() OVER (ORDER BY zone, departement, commune,"
        f" {', '.join(extra)}, address_key) - 1 AS UINTEGER) AS address_no"
        f" FROM (SELECT min(zone) AS zone, min(departement) AS departement, commune, address_key,"
        f" {smallest} FROM batch GROUP BY commune, address_key)"
    )


def _number_households(connection: DuckDB, population: Population, first: int) -> str:
    """The join that gives rows the number of their household; nothing for establishments."""
    if population is not Population.CONSUMERS:
        return ""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE households AS SELECT address_no, household_key,"  # noqa: S608
        f" CAST({first} + row_number() OVER (ORDER BY address_no, household_key) - 1 AS UINTEGER)"
        " AS household_no FROM (SELECT DISTINCT address_no, household_key FROM batch"
        " JOIN addresses USING (commune, address_key))"
    )
    return "JOIN households USING (address_no, household_key)"


def _count(connection: DuckDB, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _copy(connection: DuckDB, select: str, target: Path) -> None:
    connection.execute(f"COPY ({select}) TO {quoted(target)} ({COPY_OPTIONS})")


def check_promises(connection: DuckDB, folder: Path, population: Population) -> None:
    """What every reader relies on: unique records, a proof a channel, no record withdrawn."""
    if not list(folder.glob(PARTS)):
        _copy(
            connection,
            f"SELECT {select_list(COLUMNS[population])} FROM ({_empty(population)})",  # noqa: S608
            folder / PARTS.replace("*", "000"),
        )
    rows = parquet(folder / PARTS)
    proofs = parquet(folder / PROOFS_FILE)
    tombstones = parquet(folder / TOMBSTONES_FILE)
    broken = {
        "deux lignes ont la même clé": (
            f"SELECT 1 FROM {rows} GROUP BY record_key HAVING count(*) > 1"  # noqa: S608
        ),
        "une ligne retirée y figure encore": (
            f"SELECT 1 FROM {rows} SEMI JOIN {tombstones} USING (record_key)"  # noqa: S608
        ),
        "les preuves ne sont pas numérotées de 1 en 1": (
            f"SELECT 1 FROM {proofs} HAVING count(*) <> coalesce(max(proof), 0)"  # noqa: S608
            " OR min(proof) < 1"
        ),
        "un canal est ouvert sans preuve": _unproven(rows, proofs),
    }
    for what, query in broken.items():
        if connection.execute(f"{query} LIMIT 1").fetchone():
            raise ReleaseError(f"Cette version n’est pas publiée : {what}.")


def _unproven(rows: str, proofs: str) -> str:
    """Rows with a supplier and no proof, or a proof beyond those that are kept."""
    last = f"(SELECT coalesce(max(proof), 0) FROM {proofs})"  # noqa: S608
    tests = [
        f"({channel}_supplier > 0 AND ({channel}_proof = 0 OR {channel}_proof > {last}))"
        for channel in Channel
    ]
    return f"SELECT 1 FROM {rows} WHERE {' OR '.join(tests)}"  # noqa: S608


def _empty(population: Population) -> str:
    fields = ", ".join(f'NULL AS "{name}"' for name in COLUMNS[population])
    return f"SELECT {fields} WHERE false"


def _reachable(connection: DuckDB, folder: Path) -> dict[str, int]:
    counts = ", ".join(f"count(*) FILTER ({channel}_supplier > 0)" for channel in Channel)
    found = connection.execute(f"SELECT {counts} FROM {parquet(folder / PARTS)}").fetchone()  # noqa: S608
    return {channel.value: int(count) for channel, count in zip(Channel, found, strict=True)}
