"""Write false stock files, block after block: nothing is held but the block in hand."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import duckdb

from marketingconnect.base.sirene.layout import (
    ESTABLISHMENT_48,
    ESTABLISHMENT_54,
    UNIT_34,
    UNIT_35,
)
from marketingconnect.base.sirene.synthetic.draws import macros
from marketingconnect.base.sirene.synthetic.establishments import (
    establishment_columns,
    establishments,
)
from marketingconnect.base.sirene.synthetic.places import make_slots
from marketingconnect.base.sirene.synthetic.truth import StockTruth, truth_of_block
from marketingconnect.base.sirene.synthetic.units import la_poste, unit_columns, units

LAYOUTS: Final = {54: (ESTABLISHMENT_54, UNIT_35), 48: (ESTABLISHMENT_48, UNIT_34)}
FORMS: Final = ("zip", "csv", "parquet")
ENDS_WITH_BLANKS: Final = {"dateDebut": "dateDebut  ", "siren": "siren "}
"""Names that the files give with blanks at their end, as some published ones did."""
_BLOCK_OF_UNITS: Final = 150_000
_SIREN_ROOM: Final = 89_000_000
_CHUNK: Final = 1 << 20
_MEMORY: Final = "1500MB"


@dataclass(frozen=True, slots=True)
class MadeStock:
    """The two files, and what is in them."""

    establishments: Path
    units: Path
    truth: StockTruth


@dataclass(frozen=True, slots=True)
class StockOrder:
    """What to make: so many establishments, the same for the same seed."""

    rows: int
    seed: int = 1
    layout: int = 54
    form: str = "zip"
    as_of: date = date(2026, 10, 31)

    @property
    def stride(self) -> int:
        """How far apart SIREN stand, so that they cover their numbers without meeting."""
        return max(2, _SIREN_ROOM // max(self.rows, 1))


def make_stock(order: StockOrder, folder: Path) -> MadeStock:
    """Make both files in `folder`, with their truth in `truth.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    columns_e, columns_u = LAYOUTS[order.layout]
    opened = _WRITERS[order.form]
    truth = StockTruth()
    with TemporaryDirectory(dir=folder, prefix=".making-") as scratch, ExitStack() as stack:
        block_files = _blocks(order, Path(scratch), stack)
        write_e = stack.enter_context(opened(folder, "StockEtablissement", columns_e))
        write_u = stack.enter_context(opened(folder, "StockUniteLegale", columns_u))
        for block in block_files:
            write_e(block.establishments)
            write_u(block.units)
            truth += block.truth
    (folder / "truth.json").write_text(json.dumps(truth.to_json(), indent=1), encoding="utf-8")
    ends = {"zip": "_utf8.zip", "csv": "_utf8.csv", "parquet": "_utf8.parquet"}[order.form]
    return MadeStock(
        folder / f"StockEtablissement{ends}", folder / f"StockUniteLegale{ends}", truth
    )


# -- blocks ----------------------------------------------------------------------------------------


def _blocks(order: StockOrder, scratch: Path, stack: ExitStack) -> Iterator[MadeStock]:
    """Files of the blocks in turn; the next one is made while the caller writes this one."""
    connection = stack.enter_context(duckdb.connect())
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute(f"SET temp_directory = '{scratch}'")
    connection.execute(macros(order.seed))
    slots = make_slots(connection)
    ahead = stack.enter_context(ThreadPoolExecutor(max_workers=1))

    def make(number: int, left: int) -> MadeStock:
        return _block(connection, order, number, left, slots, scratch)

    left, number = order.rows, 0
    coming = ahead.submit(make, number, left)
    while left > 0:
        block = coming.result()
        left, number = left - block.truth.establishments, number + 1
        if left > 0:
            coming = ahead.submit(make, number, left)
        yield block
        block.establishments.unlink()
        block.units.unlink()


def _block(
    connection: Any, order: StockOrder, number: int, left: int, slots: int, scratch: Path
) -> MadeStock:
    as_of = order.as_of.isoformat()
    if number == 0:
        few = min(9_000, max(1, order.rows // 2_000))
        source = la_poste(establishments=few, as_of=as_of)
    else:
        first = (number - 1) * _BLOCK_OF_UNITS
        last = min(first + _BLOCK_OF_UNITS, first + left)
        source = units(first=first, last=last, stride=order.stride, as_of=as_of)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE unit AS SELECT * EXCLUDE (n, before),"  # noqa: S608
        f" CAST(least(n, {left} - before) AS BIGINT) AS n"
        " FROM (SELECT *, sum(n) OVER (ORDER BY u) - n AS before"
        f" FROM ({source})) WHERE before < {left} ORDER BY u"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE establishment AS "
        + establishments(slots=slots, as_of=as_of)
        + " ORDER BY siret"
    )
    columns_e, columns_u = LAYOUTS[order.layout]
    ends = "parquet" if order.form == "parquet" else "csv"
    made = MadeStock(
        scratch / f"e{number:05d}.{ends}",
        scratch / f"u{number:05d}.{ends}",
        truth_of_block(connection),
    )
    _copy(connection, "establishment", columns_e, establishment_columns(as_of), made.establishments)
    _copy(connection, "unit WHERE NOT missing", columns_u, unit_columns(as_of), made.units)
    return made


def _copy(
    connection: Any, source: str, names: Sequence[str], columns: Mapping[str, str], path: Path
) -> None:
    fields = ", ".join(
        f'CAST({columns.get(name, "NULL")} AS VARCHAR) AS "{ENDS_WITH_BLANKS.get(name, name)}"'
        for name in names
    )
    options = "FORMAT parquet" if path.suffix == ".parquet" else "FORMAT csv, HEADER false"
    connection.execute(f"COPY (SELECT {fields} FROM {source}) TO '{path}' ({options})")  # noqa: S608


# -- writers: each is a context that gives a function taking the file of a block -------------------


@contextmanager
def _zip_writer(folder: Path, name: str, columns: Sequence[str]) -> Iterator[Any]:
    with (
        zipfile.ZipFile(
            folder / f"{name}_utf8.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive,
        archive.open(f"{name}_utf8.csv", "w", force_zip64=True) as member,
    ):
        member.write(_header(columns))
        yield lambda block: _append(block, member)


@contextmanager
def _csv_writer(folder: Path, name: str, columns: Sequence[str]) -> Iterator[Any]:
    with (folder / f"{name}_utf8.csv").open("wb") as stream:
        stream.write(_header(columns))
        yield lambda block: _append(block, stream)


@contextmanager
def _parquet_writer(folder: Path, name: str, columns: Sequence[str]) -> Iterator[Any]:
    with TemporaryDirectory(dir=folder, prefix=".parts-") as kept:
        count = 0

        def keep(block: Path) -> None:
            nonlocal count
            (Path(kept) / f"{count:05d}.parquet").hardlink_to(block)
            count += 1

        yield keep
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            connection.execute(
                f"COPY (SELECT * FROM read_parquet('{kept}/*.parquet'))"  # noqa: S608
                f" TO '{folder}/{name}_utf8.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )


_WRITERS: Final = {"zip": _zip_writer, "csv": _csv_writer, "parquet": _parquet_writer}


def _header(columns: Sequence[str]) -> bytes:
    return (",".join(ENDS_WITH_BLANKS.get(name, name) for name in columns) + "\n").encode()


def _append(block: Path, target: IO[bytes]) -> None:
    with block.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            target.write(chunk)
