"""One file written in a process of its own, so that its memory is its own: FORMAT SOURCE TARGET.

Prints one line of JSON: seconds, seconds of calculation, peak memory, bytes written.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.base_exports import COLUMNS, ROWS_AT_ONCE, quiet_duckdb
from marketingconnect.targeting.files.batches import BATCH_ROWS, Batch
from marketingconnect.targeting.files.delimited import write_csv, write_tab
from marketingconnect.targeting.files.fixed_width import write_fixed_width
from marketingconnect.targeting.files.workbook import write_workbook

NAMES: Final = [column.name for column in COLUMNS]


def main() -> None:
    """Write the file, then print the figures."""
    format_, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    began, cpu = time.perf_counter(), time.process_time()
    rows = WRITERS[format_](source, target)
    figures = {
        "rows": rows,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes": target.stat().st_size,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def _batches(source: Path) -> Iterator[Batch]:
    """The records as an extraction gives them: a stretch of the Parquet at a time."""
    with quiet_duckdb() as connection:
        connection.execute("SET memory_limit = '200MB'")
        (rows,) = connection.execute(f"SELECT count(*) FROM '{source}'").fetchone() or (0,)  # noqa: S608
        for first in range(0, rows, ROWS_AT_ONCE):
            found = connection.execute(
                f"SELECT {', '.join(NAMES)} FROM '{source}'"  # noqa: S608
                f" WHERE row_no BETWEEN {first} AND {first + ROWS_AT_ONCE - 1} ORDER BY row_no"
            ).fetchnumpy()
            for start in range(0, len(found[NAMES[0]]), BATCH_ROWS):
                yield Batch.of({n: found[n][start : start + BATCH_ROWS].tolist() for n in NAMES})


def _csv(source: Path, target: Path) -> int:
    with target.open("wb") as stream:
        return write_csv(stream, COLUMNS, _batches(source))


def _tab(source: Path, target: Path) -> int:
    with target.open("wb") as stream:
        return write_tab(stream, COLUMNS, _batches(source))


def _fixed(source: Path, target: Path) -> int:
    with target.open("wb") as stream:
        return write_fixed_width(stream, COLUMNS, _batches(source))


def _xlsx(source: Path, target: Path) -> int:
    with target.open("w+b") as stream:
        return write_workbook(stream, COLUMNS, _batches(source), sheet="Adresses")


def _copy(source: Path, target: Path) -> int:
    """The reference: DuckDB alone, from its Parquet to a CSV."""
    with quiet_duckdb() as connection:
        connection.execute(
            f"COPY (SELECT {', '.join(NAMES)} FROM '{source}' ORDER BY row_no)"  # noqa: S608
            f" TO '{target}' (FORMAT csv, DELIMITER ';')"
        )
        (rows,) = connection.execute(f"SELECT count(*) FROM '{source}'").fetchone() or (0,)  # noqa: S608
    return int(rows)


WRITERS: Final[dict[str, Callable[[Path, Path], int]]] = {
    "copy": _copy,
    "csv": _csv,
    "txt_tab": _tab,
    "txt_fixed": _fixed,
    "xlsx": _xlsx,
}


if __name__ == "__main__":
    main()
