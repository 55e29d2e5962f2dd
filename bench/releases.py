"""Releases made up in the layout of the base, fast: for tests and benchmarks of counting.

Rows fall on the real communes as people do, an address has one household or many, and everything
else comes from hashes of the row: the same size and seed give the same release. Nobody is real.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

import duckdb

from bench.release_queries import CONSUMER_STEPS, PROFESSIONAL_STEPS, naf_codes
from marketingconnect.base.schema import (
    COLUMNS,
    MANIFEST_FILE,
    PROOFS,
    PROOFS_FILE,
    ROW_GROUP,
    TOMBSTONES,
    TOMBSTONES_FILE,
    check_parquet,
)
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.geography.places import Commune, communes

AS_OF: Final = 9_825
"""25 November 2026, in days of the columns `<channel>_on`."""
_ROWS_AN_ADDRESS: Final = {Population.CONSUMERS: 4.6, Population.PROFESSIONALS: 1.0}
_CHUNK: Final = 3_000_000
_SMALL: Final = 500_000
_GROUPS, _FEW_GROUPS = 20_011, 211
"""Primes: how many companies have several establishments."""
_STEPS: Final = {
    Population.CONSUMERS: CONSUMER_STEPS,
    Population.PROFESSIONALS: PROFESSIONAL_STEPS,
}
_GROUNDS: Final = ("consent", "legitimate_interest")


def make_release(
    folder: Path,
    population: Population,
    *,
    rows: int,
    seed: int = 1,
    departements: Sequence[str] = (),
    tombstones: int = 0,
) -> int:
    """Write about `rows` rows below `folder`, which is made; returns how many there are.

    `departements` keeps to a few, for small releases whose places are not nearly empty.
    `tombstones` of the records that are there are also dead, which no import would leave.
    """
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        _load_naf(connection)
        written = 0
        groups = _GROUPS if rows > _SMALL else _FEW_GROUPS
        for number, chunk in enumerate(_chunks(population, rows, departements)):
            written += _write_part(
                connection, folder, population, chunk, number, written, seed, groups
            )
        _write_proofs(connection, folder / PROOFS_FILE)
        _write_tombstones(connection, folder, tombstones)
        check_parquet(connection, f"{folder}/part-*.parquet", COLUMNS[population])
    manifest = {"release": folder.name, "population": population.value, "rows": written}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), "utf-8")
    return written


def _chunks(
    population: Population, rows: int, departements: Sequence[str]
) -> Iterator[list[tuple[Commune, int]]]:
    """Communes in the order of rows, each with its addresses, about a part's worth at a time."""
    kept = [c for c in communes() if not departements or c.departement in departements]
    kept.sort(key=lambda c: (c.zone, c.departement, c.code))
    people = sum(commune.population for commune in kept)
    scale = rows / _ROWS_AN_ADDRESS[population] / people
    chunk: list[tuple[Commune, int]] = []
    waiting = owed = 0.0
    for commune in kept:
        owed += commune.population * scale
        addresses = int(owed)
        owed -= addresses
        chunk.append((commune, addresses))
        waiting += addresses * _ROWS_AN_ADDRESS[population]
        if waiting >= _CHUNK:
            yield chunk
            chunk, waiting = [], 0.0
    if chunk:
        yield chunk


def _write_part(
    connection: Any,
    folder: Path,
    population: Population,
    chunk: list[tuple[Commune, int]],
    number: int,
    first_row: int,
    seed: int,
    groups: int,
) -> int:
    _load_places(connection, chunk)
    known = {
        "first_row": first_row,
        "seed": seed,
        "as_of": AS_OF,
        "first_address": first_row,
        "groups": groups,
    }
    for step in _STEPS[population]:
        connection.execute(Template(step).substitute(known))
    columns = ", ".join(
        f'CAST("{n}" AS {kind}) AS "{n}"' for n, kind in COLUMNS[population].items()
    )
    target = folder / f"part-{number:03}.parquet"
    connection.execute(
        f"COPY (SELECT {columns} FROM made ORDER BY row_no) TO '{target}'"  # noqa: S608
        f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    return int(connection.execute("SELECT count(*) FROM rows_made").fetchone()[0])


def _load_places(connection: Any, chunk: list[tuple[Commune, int]]) -> None:
    """The communes of a chunk as a table, in the order of rows."""
    values: dict[str, list[Any]] = {
        "zone": [int(c.zone) for c, _ in chunk],
        "departement": [c.departement for c, _ in chunk],
        "commune": [c.code for c, _ in chunk],
        "region": [c.region for c, _ in chunk],
        "epci": [c.epci for c, _ in chunk],
        "postal_codes": [list(c.postal_codes or ("00000",)) for c, _ in chunk],
        "town": [_capitals(c.label) for c, _ in chunk],
        "cx": [c.x for c, _ in chunk],
        "cy": [c.y for c, _ in chunk],
        "people": [c.population for c, _ in chunk],
        "addresses": [addresses for _, addresses in chunk],
    }
    columns = ", ".join(f"unnest(?) AS {name}" for name in values)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE places AS SELECT {columns}",
        list(values.values()),
    )


def _capitals(label: str) -> str:
    return label.upper().replace("'", " ")


def _load_naf(connection: Any) -> None:
    connection.execute(
        "CREATE TEMP TABLE nafs AS SELECT unnest(?) AS code, unnest(range(?)) AS place",
        [codes := naf_codes(), len(codes)],
    )


def _write_proofs(connection: Any, target: Path) -> None:
    """Four suppliers a channel, each with one proof by consent and one by interest."""
    rows = [
        (supplier * 2 + place + 8 * (channel.number - 1) - 1, supplier, channel.number, ground)
        for channel in Channel
        for supplier in range(1, 5)
        for place, ground in enumerate(_GROUNDS)
    ]
    values = ", ".join(f"({proof}, {s}, {c}, '{ground}')" for proof, s, c, ground in rows)
    columns = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in PROOFS.items())
    connection.execute(
        f"COPY (SELECT {columns} FROM (SELECT proof, supplier, channel, ground,"  # noqa: S608
        " DATE '2026-01-01' AS collected_on, 'essai' AS source, 'formulaire' AS form,"
        " '1' AS form_version, 'J’accepte.' AS wording, 'partenaires' AS recipients,"
        f" '' AS proof_hash FROM (VALUES {values}) v(proof, supplier, channel, ground)"
        f" ORDER BY proof)) TO '{target}' (FORMAT parquet)"
    )


def _write_tombstones(connection: Any, folder: Path, wanted: int) -> None:
    columns = ", ".join(f'CAST("{n}" AS {kind}) AS "{n}"' for n, kind in TOMBSTONES.items())
    connection.execute(
        f"COPY (SELECT {columns} FROM (SELECT record_key, '' AS siren, '' AS siret,"  # noqa: S608
        " 'essai' AS reason, DATE '2026-01-01' AS since"
        f" FROM read_parquet('{folder}/part-*.parquet')"
        f" ORDER BY hash(record_key) LIMIT {wanted}))"
        f" TO '{folder / TOMBSTONES_FILE}' (FORMAT parquet)"
    )
