"""Contents of releases made by one SELECT, for tests that need a base and not a supplier."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from marketingconnect.audit.actors import Actor
from marketingconnect.base.engine import parquet, quoted
from marketingconnect.base.releases.contents import Contents, SourceNote
from marketingconnect.base.schema import INPUT_COLUMNS, select_list
from marketingconnect.base.vocabulary import Population

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
AS_OF = date(2026, 11, 25)
KEEPER = Actor.system("essais")
DEPARTEMENTS = ("01", "2A", "69", "75", "971")


def noon() -> datetime:
    return NOON


def note(rows: int = 0, supplier: int = 2) -> SourceNote:
    return SourceNote(
        supplier=supplier,
        name="Foyers du Rhône",
        vintage="2026-11",
        delivered_on=date(2026, 11, 20),
        loaded_on=AS_OF,
        licence="Contrat FR-2026",
        rows=rows,
    )


_VALUES = {
    "record_key": "hash(i) >> 1",
    "household_key": "hash(i // 2) >> 1",
    "address_key": "hash(i // 6) >> 1",
    "civility": "i % 3",
    "first_name": "'Camille'",
    "last_name": "'Essai ' || (i // 2)",
    "line2": "''",
    "line3": "''",
    "line4": "(1 + i // 6) || ' RUE DES ESSAIS'",
    "line5": "''",
    "postal_code": "dep[:2] || '000'",
    "town": "'ESSAI'",
    "commune": "dep[:2] || lpad(CAST(i // 60 % 7 AS VARCHAR), 3, '0')",
    "iris": "''",
    "departement": "dep",
    "region": "'84'",
    "epci": "''",
    "zone": "CASE WHEN dep = '971' THEN 1 ELSE 0 END",
    "x": "800000 + i % 977",
    "y": "6500000 + i % 1013",
    "age_band": "i % 14",
    "sex": "i % 3",
    "housing": "i // 2 % 3",
    "tenure": "i // 2 % 3",
    "income_band": "i // 12 % 11",
    "post_supplier": "2",
    "post_on": "9700",
    "post_proof": "1",
    "phone_supplier": "CASE WHEN i % 4 = 0 THEN 2 ELSE 0 END",
    "phone_on": "CASE WHEN i % 4 = 0 THEN 9700 ELSE 0 END",
    "phone_proof": "CASE WHEN i % 4 = 0 THEN 2 ELSE 0 END",
    "phone": "CASE WHEN i % 4 = 0 THEN '+33199000000' ELSE '' END",
}


def consumers(folder: Path, rows: int, *, where: Mapping[str, str] | None = None) -> Contents:
    """`rows` invented people in five départements; `where` overrides a column by an expression."""
    values = {**_VALUES, **(where or {})}
    columns = INPUT_COLUMNS[Population.CONSUMERS]
    values = {
        name: values.get(name, "''" if kind == "VARCHAR" else "0") for name, kind in columns.items()
    }
    fields = ", ".join(f"{value} AS {name}" for name, value in values.items())
    departements = "[" + ", ".join(map(quoted, DEPARTEMENTS)) + "]"
    people = f"SELECT i, {departements}[1 + i // 60 % 5] AS dep FROM range({rows}) t(i)"
    folder.mkdir(parents=True, exist_ok=True)
    rows_file, proofs_file = folder / "rows.parquet", folder / "proofs.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {select_list(columns)} FROM (SELECT {fields} FROM ({people})))"
            f" TO {quoted(rows_file)} (FORMAT parquet)"
        )
        connection.execute(f"COPY ({_PROOFS}) TO {quoted(proofs_file)} (FORMAT parquet)")
    return Contents(
        population=Population.CONSUMERS,
        rows=f"SELECT * FROM {parquet(rows_file)}",
        proofs=f"SELECT * FROM {parquet(proofs_file)}",
    )


_PROOFS = """
SELECT CAST(i + 1 AS UINTEGER) AS proof, CAST(2 AS USMALLINT) AS supplier,
       CAST(i + 1 AS UTINYINT) AS channel, 'consent' AS ground, DATE '2026-07-23' AS collected_on,
       'Jeu de la rentrée' AS source, 'JEU' AS form, '1' AS form_version,
       'J’accepte.' AS wording, 'Presse' AS recipients, repeat('ab', 32) AS proof_hash
FROM range(2) t(i)
"""
