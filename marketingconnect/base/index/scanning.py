"""The columns of a release, a stretch of rows at a time, as numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from marketingconnect.base.engine import DuckDB, parquet
from marketingconnect.base.index.fields import MAPPED, NO_DATE, RUNS, SUPPLIERS, VALUES
from marketingconnect.base.schema import COLUMNS, PROOFS_FILE, parts_of
from marketingconnect.base.vocabulary import Channel, Population

ROWS_AT_ONCE: Final = 1 << 20
"""A multiple of the 65,536 rows of a bitmap's stretch."""

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """`first_row` and, by name, the numbers of the rows from there; codes for texts."""

    first_row: int
    columns: dict[str, Numbers]


class Scan:
    """Reads one release; the texts of a field become places in `values[field]`, in order."""

    def __init__(self, connection: DuckDB, folder: Path, population: Population) -> None:
        self._connection = connection
        self._population = population
        self.source = parquet(parts_of(folder))
        self._proofs = parquet(folder / PROOFS_FILE)
        self.rows = int(self._one(f"SELECT count(*) FROM {self.source}"))  # noqa: S608
        kinds = COLUMNS[population]
        listed = [*RUNS, *VALUES[population]]
        self._texts = [name for name in listed if kinds[name] == "VARCHAR"]
        self._plain = [name for name in (*listed, *SUPPLIERS) if kinds[name] != "VARCHAR"]
        self.values: dict[str, list[str]] = {name: self._load_values(name) for name in self._texts}
        self.consent = self._consented()

    def chunks(self) -> Iterator[Chunk]:
        """Every row, in order."""
        selected = ", ".join(self._selected())
        for first in range(0, self.rows, ROWS_AT_ONCE):
            columns = self._connection.execute(
                f"SELECT {selected} FROM {self.source}"  # noqa: S608
                " WHERE row_no >= ? AND row_no < ? ORDER BY row_no",
                [first, first + ROWS_AT_ONCE],
            ).fetchnumpy()
            self._check(first, columns["row_no"])
            yield Chunk(first, columns)

    def _selected(self) -> Iterator[str]:
        yield "row_no"
        for name in self._texts:
            yield f"enum_code(CAST(coalesce({name}, '') AS {_kind(name)})) AS {name}"
        for name in self._plain:
            yield f"coalesce(CAST({name} AS USMALLINT), 0) AS {name}"
        for name in MAPPED[self._population]:
            if name == "created_on":
                yield (
                    "CAST(coalesce(date_diff('day', DATE '1970-01-01', created_on),"
                    f" {NO_DATE}) AS INTEGER) AS created_on"
                )
            else:
                yield name
        for channel in Channel:
            yield f"{channel.value}_proof"

    def _load_values(self, name: str) -> list[str]:
        """The texts of a field, kept as an ENUM of the connection whose codes are their places."""
        if not self.rows:
            return []
        self._connection.execute(
            f"CREATE TYPE {_kind(name)} AS ENUM"  # noqa: S608
            f" (SELECT DISTINCT coalesce({name}, '') AS v FROM {self.source} ORDER BY v)"
        )
        values: list[str] = self._one(f"SELECT enum_range(CAST(NULL AS {_kind(name)}))")
        return values

    def _consented(self) -> NDArray[np.bool_]:
        """Whether each proof, by number, is a consent."""
        rows = self._connection.execute(
            f"SELECT proof, ground = 'consent' FROM {self._proofs}"  # noqa: S608
        ).fetchall()
        consent = np.zeros(max((proof for proof, _ in rows), default=0) + 1, dtype=np.bool_)
        for proof, holds in rows:
            consent[proof] = holds
        return consent

    def _check(self, first: int, found: Numbers) -> None:
        wanted = min(ROWS_AT_ONCE, self.rows - first)
        if len(found) != wanted or found[0] != first or found[-1] != first + wanted - 1:
            raise ValueError(f"rows {first} to {first + wanted - 1} are not numbered one by one")

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()[0]


def _kind(name: str) -> str:
    return f"codes_of_{name}"
