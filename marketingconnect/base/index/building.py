"""Build the index of a release: one reading of its columns, in the order of its rows."""

# ruff: noqa: S608 - the columns and files of these statements are named by our own code.

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from marketingconnect.base.engine import DuckDB, duckdb_in, parquet, plain_failures
from marketingconnect.base.index.dead import dead_rows_query
from marketingconnect.base.index.digests import write_digests
from marketingconnect.base.index.fields import (
    DAY_BITS,
    FORMAT,
    GROUPS,
    MAPPED,
    NEEDS_CONSENT,
    RUNS,
    SUPPLIERS,
    VALUES,
    day_numbers,
    value_name,
)
from marketingconnect.base.index.masks import bitmap_of_mask, bitmap_of_rows
from marketingconnect.base.index.runs import GroundCollector, PositionCollector, RunCollector
from marketingconnect.base.index.scanning import Chunk, Scan
from marketingconnect.base.index.writing import (
    BitmapStore,
    ColumnFile,
    bitmaps_path,
    column_path,
    save_column,
    split_by_value,
    write_directory,
)
from marketingconnect.base.schema import INDEX_FOLDER, MANIFEST_FILE, TOMBSTONES_FILE
from marketingconnect.base.vocabulary import Population

_FEW_VALUES: Final = 24


def build(folder: Path) -> None:
    """Write `index/` of the release in `folder`, whose Parquet and manifest are there."""
    manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    population = Population(manifest["population"])
    target = folder / INDEX_FOLDER
    target.mkdir(mode=0o700)
    with duckdb_in(target) as connection:
        scan = Scan(connection, folder, population)
        builder = _Builder(target, population, scan)
        for chunk in scan.chunks():
            builder.add(chunk)
        builder.add_tombstones(connection, folder)
        content = builder.finish()
    with plain_failures():
        content["lists"] = write_digests(scan.source, population, scan.rows, target)
    write_directory(target, content)


class _Builder:
    """What is gathered of each chunk, until everything can be written."""

    def __init__(self, folder: Path, population: Population, scan: Scan) -> None:
        self._folder, self._population, self._scan = folder, population, scan
        self._bitmaps = BitmapStore()
        self._runs = {field: RunCollector() for field in RUNS}
        self._ground = GroundCollector()
        self._positions = {group: PositionCollector() for group in GROUPS[population]}
        self._columns = {
            name: ColumnFile(folder, name, kind, scan.rows)
            for name, kind in MAPPED[population].items()
        }
        self._companies: list[NDArray[np.uint32]] = []

    def add(self, chunk: Chunk) -> None:
        columns, first = chunk.columns, chunk.first_row
        for field, runs in self._runs.items():
            runs.add(columns[field], first)
        self._ground.add(columns, first)
        for field in (*VALUES[self._population], *SUPPLIERS):
            self._add_values(field, columns[field], first)
        self._add_grounds(columns, first)
        for group, positions in self._positions.items():
            self._add_positions(group, positions.add(columns[f"{group}_no"], first), first)
        for name, column in self._columns.items():
            column.append(columns[name])
        if self._population is Population.PROFESSIONALS:
            self._companies.append(columns["company_no"])
            self._add_days(columns["created_on"], first)

    def add_tombstones(self, connection: DuckDB, folder: Path) -> None:
        """The rows that must never leave, and the keys of those of any release."""
        dead = parquet(folder / TOMBSTONES_FILE)
        keys = connection.execute(
            f"SELECT DISTINCT record_key FROM {dead} WHERE record_key IS NOT NULL"
            " ORDER BY record_key"
        ).fetchnumpy()["record_key"]
        save_column(self._folder, "tombstones", np.asarray(keys, dtype=np.int64))
        rows = connection.execute(
            dead_rows_query(self._scan.source, dead, self._population)
        ).fetchnumpy()["row_no"]
        self._bitmaps.add_piece("removed", bitmap_of_rows(np.asarray(rows, dtype=np.uint32)))

    def finish(self) -> dict[str, Any]:
        """Write bitmaps and columns; returns the directory."""
        for column in self._columns.values():
            column.close()
        self._write_runs()
        self._write_keys()
        self._add_repeats()
        with bitmaps_path(self._folder).open("wb") as stream:
            bitmaps = self._bitmaps.write(stream)
        return {
            "format": FORMAT,
            "population": self._population.value,
            "rows": self._scan.rows,
            "bitmaps": bitmaps,
            "codes": {field: self._codes(field) for field in RUNS},
            "longest": {group: each.longest for group, each in self._positions.items()},
        }

    # -- bitmaps -----------------------------------------------------------------------------------

    def _add_values(self, field: str, codes: NDArray[Any], first: int) -> None:
        texts = self._scan.values.get(field)
        if texts is None:
            for code in np.unique(codes).tolist():
                if field in SUPPLIERS and code == 0:
                    continue
                value = bool(code) if field in _TRUTHS else code
                self._bitmaps.add(value_name(field, value), codes == code, first)
        elif len(texts) <= _FEW_VALUES:
            for code, text in enumerate(texts):
                self._bitmaps.add(value_name(field, text), codes == code, first)
        else:
            for code, piece in split_by_value(codes, first).items():
                self._bitmaps.add_piece(value_name(field, texts[code]), piece)

    def _add_grounds(self, columns: dict[str, NDArray[Any]], first: int) -> None:
        """Rows whose proof on a channel is no consent: what the law asks changes with the day."""
        for channel in NEEDS_CONSENT[self._population]:
            proofs = np.minimum(columns[f"{channel.value}_proof"], len(self._scan.consent) - 1)
            without = (columns[f"{channel.value}_supplier"] > 0) & ~self._scan.consent[proofs]
            self._bitmaps.add(f"{channel.value}_without_consent", without, first)

    def _add_positions(self, group: str, positions: NDArray[np.int64], first: int) -> None:
        step = 1
        while (behind := positions >= step).any():
            self._bitmaps.add(f"{group}_after={step}", behind, first)
            step *= 2

    def _add_days(self, days: NDArray[np.int32], first: int) -> None:
        """The bits of the day of creation: sixteen bitmaps for every range of dates."""
        numbers = day_numbers(days)
        for bit in range(DAY_BITS):
            self._bitmaps.add(f"created_bit={bit}", numbers >> bit & 1 == 1, first)

    def _add_repeats(self) -> None:
        """Rows whose company has several."""
        if not self._companies:
            return
        companies = np.concatenate(self._companies)
        repeated = np.bincount(companies)[companies] > 1
        self._bitmaps.add_piece("company_repeat", bitmap_of_mask(repeated))

    # -- columns -----------------------------------------------------------------------------------

    def _write_runs(self) -> None:
        for field, runs in self._runs.items():
            save_column(self._folder, f"{field}_start", runs.starts())
            save_column(self._folder, f"{field}_code", runs.codes())
        for name, numbers in self._ground.columns().items():
            save_column(self._folder, f"ground_{name}", numbers)

    def _write_keys(self) -> None:
        keys = np.load(column_path(self._folder, "record_key"), mmap_mode="r")
        order = np.argsort(keys, kind="stable").astype(np.uint32)
        save_column(self._folder, "key_sorted", keys[order])
        save_column(self._folder, "key_row", order)

    def _codes(self, field: str) -> list[str]:
        """The texts of a field of runs, by code; a zone is its own code."""
        return self._scan.values.get(field, [])


_TRUTHS: Final = frozenset({"head_office", "has_trade_name", "sole_trader"})
