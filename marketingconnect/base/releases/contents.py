"""What a release is made of, and how one is named when it is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marketingconnect.base.schema import INPUT_COLUMNS, PROOFS, TOMBSTONES
from marketingconnect.base.vocabulary import Population


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where rows come from, as the manifest and each delivery say it."""

    supplier: int
    name: str
    vintage: str
    delivered_on: date
    loaded_on: date
    licence: str
    rows: int
    reference: str = ""
    """The SHA-256 of the file received."""

    def to_json(self) -> dict[str, Any]:
        return {
            "supplier": self.supplier,
            "name": self.name,
            "vintage": self.vintage,
            "delivered_on": self.delivered_on.isoformat(),
            "loaded_on": self.loaded_on.isoformat(),
            "licence": self.licence,
            "rows": self.rows,
            "reference": self.reference,
        }


def _nothing(columns: Mapping[str, str]) -> str:
    """A SELECT of these columns without any row."""
    fields = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns.items())
    return f"SELECT {fields} WHERE false"


@dataclass(frozen=True, slots=True)
class Contents:
    """Three SELECTs that the builder runs in a DuckDB of its own.

    `rows` gives the columns of `INPUT_COLUMNS[population]` in that order, in any order of rows;
    `proofs` those of PROOFS, `tombstones` those of TOMBSTONES. They read Parquet files
    (`read_parquet('…')`): nothing of the caller's connection exists there.
    """

    population: Population
    rows: str
    proofs: str = field(default=_nothing(PROOFS))
    tombstones: str = field(default=_nothing(TOMBSTONES))

    @classmethod
    def empty(cls, population: Population) -> "Contents":
        return cls(population, _nothing(INPUT_COLUMNS[population]))


@dataclass(frozen=True, slots=True)
class ReleaseRef:
    """A release as counting, freezing and delivering know it."""

    id: int
    name: str
    population: Population
    path: Path
    rows: int
    as_of: date
    vintage: date
    """The date of the oldest of its sources: what is printed beside a count."""
    manifest_sha256: str
