"""Settle one heap of rows: every row of a person is in it, and nobody else's concerns them."""

from pathlib import Path
from typing import Final

from marketingconnect.base.consumers.people_columns import (
    FIXED,
    IDENTITY,
    OF_THE_ADDRESS,
    OF_THE_PERSON,
    empty,
    of_channel,
)
from marketingconnect.base.engine import COPY_OPTIONS, DuckDB, quoted
from marketingconnect.base.vocabulary import Channel

DUPLICATES: Final = "duplicates-*.parquet"


def settle_heap(connection: DuckDB, heap: str, number: int, folder: Path) -> None:
    """Write the people of a heap to `draft-NNNN.parquet`, and why rows were merged."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE heap AS {heap}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE persons AS {_persons()}")
    draft = folder / f"draft-{number:04}.parquet"
    connection.execute(
        f"COPY ({_alone()} UNION ALL {_merged()}) TO {quoted(draft)}"
        " (FORMAT parquet, COMPRESSION lz4)"
    )
    target = folder / DUPLICATES.replace("*", f"{number:04}")
    connection.execute(f"COPY ({_duplicates()}) TO {quoted(target)} ({COPY_OPTIONS})")
    connection.execute("DROP TABLE heap; DROP TABLE persons")


def _persons() -> str:
    """Each person with its freshest row, and the row that each channel is taken from.

    Rows are named by their freshness, which is unique, so that only integers are compared.
    """
    sources = ", ".join(
        f"arg_max(freshness, (CAST({channel}_on AS HUGEINT) << 64) + freshness)"
        f" FILTER ({channel}_form > 0{' AND record_key = person' if channel in FIXED else ''})"
        f" AS {channel}_from"
        for channel in Channel
    )
    told = ", ".join(
        [_first_told(name, " AND record_key = person") for name in OF_THE_ADDRESS]
        + [_first_told(name, "") for name in OF_THE_PERSON]
    )
    return f"""
        SELECT p.* FROM (SELECT person, count(*) AS rows, max(freshness) AS freshest,
            {sources}, {told} FROM heap GROUP BY person) p
        LEFT JOIN gone USING (person)
        WHERE gone.since IS NULL
            OR DATE '2000-01-01' + CAST(freshest >> 47 AS INTEGER) > gone.since"""


def _first_told(name: str, place: str) -> str:
    """What the freshest row that says something says."""
    return f"coalesce(arg_max({name}, freshness) FILTER ({name} > 0{place}), 0) AS {name}"


def _alone() -> str:
    columns = [f"h.{name}" for name in IDENTITY]
    for channel in Channel:
        columns += [f"{body} AS {name}" for name, body in of_channel(channel).items()]
    return (
        f"SELECT {', '.join(columns)} FROM heap h"
        " SEMI JOIN (SELECT person FROM persons WHERE rows = 1) p ON p.person = h.person"
    )


def _merged() -> str:
    """Identity from the freshest row, each channel from its own, the profile from whoever told."""
    profile = {*OF_THE_ADDRESS, *OF_THE_PERSON}
    columns = [f"{'p' if name in profile else 'b'}.{name}" for name in IDENTITY]
    joins = []
    for channel in Channel:
        names = of_channel(channel)
        columns += [f"coalesce({channel}.{name}, {empty(name)}) AS {name}" for name in names]
        chosen = ", ".join(f"{body} AS {name}" for name, body in names.items())
        joins.append(
            f"LEFT JOIN (SELECT freshness, {chosen} FROM heap) {channel}"
            f" ON {channel}.freshness = p.{channel}_from"
        )
    return (
        f"SELECT {', '.join(columns)} FROM (SELECT * FROM persons WHERE rows > 1) p"
        f" JOIN heap b ON b.freshness = p.freshest {' '.join(joins)}"
    )


def _duplicates() -> str:
    """Every row that is not the freshest of its person, and why."""
    return """
        SELECT h.load, h.line, CASE WHEN h.record_key <> h.person THEN 'moved'
            WHEN h.load = b.load THEN 'same_file' ELSE 'other_supplier' END AS reason,
            h.person AS kept_as
        FROM heap h JOIN persons p ON p.person = h.person AND p.rows > 1
        JOIN heap b ON b.freshness = p.freshest
        WHERE h.freshness <> p.freshest"""
