"""Files of a million rows: seconds and memory of each format, beside a bare COPY of DuckDB.

Each file is written in a process of its own, from a Parquet, as a delivery or an extraction does.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import duckdb

from bench.base import Figures
from marketingconnect.targeting.files.batches import Column

ROWS_AT_ONCE: Final = 40_960
TARGET_SECONDS: Final = {"csv": 5.0, "txt_tab": 6.0, "txt_fixed": 6.0, "xlsx": 25.0}
"""For 1,000,000 rows of 15 columns."""
TARGET_PEAK_MB: Final = 320
_TARGET_ROWS: Final = 1_000_000
_ROOT: Final = Path(__file__).resolve().parents[1]
Say = Callable[[str], None]

COLUMNS: Final = [
    Column("reference", "Référence", 10),
    *(Column(f"line{n}", f"Ligne {n}", 38) for n in range(1, 7)),
    Column("civility", "Civilité", 8),
    Column("first_name", "Prénom", 20),
    Column("last_name", "Nom", 25),
    Column("postal_code", "Code postal", 5),
    Column("town", "Ville", 32),
    Column("phone", "Téléphone", 10),
    Column("age_band", "Tranche d’âge", 20),
    Column("income_band", "Décile de revenu", 45),
]
_MADE: Final = """
    WITH drawn AS (
        SELECT i, (hash(i) >> 1)::BIGINT AS h,
            ['MARTIN', 'BERNARD', 'DUBOIS', 'THOMAS', 'LEFÈVRE', 'MOREAU'][1 + h % 6] AS last_name,
            ['Jean', 'Marie', 'Zoé', 'François', 'Hélène'][1 + (h >> 8) % 5] AS first_name,
            ['RUE DE LA GARE', 'AVENUE JEAN JAURES', 'BD VOLTAIRE', 'PLACE ST BRUNO']
                [1 + (h >> 16) % 4] AS street,
            ['LYON', 'VILLEURBANNE', 'SAINT GENIS LAVAL'][1 + (h >> 24) % 3] AS town,
            ['', 'M', 'MME'][1 + (h >> 32) % 3] AS civility,
            lpad(((h >> 40) % 95999 + 1000)::VARCHAR, 5, '0') AS postal_code
        FROM range(getvariable('rows')) AS numbers(i)
    )
    SELECT i AS row_no, lpad(i::VARCHAR, 10, '0') AS reference,
        concat_ws(' ', civility, first_name, last_name) AS line1,
        CASE WHEN h % 4 = 0 THEN 'APPARTEMENT ' || (h % 90)::VARCHAR ELSE '' END AS line2,
        '' AS line3, (h % 180)::VARCHAR || ' ' || street AS line4, '' AS line5,
        postal_code || ' ' || town AS line6, civility, first_name, last_name, postal_code, town,
        CASE WHEN h % 3 = 0 THEN '01990' || lpad((h % 100000)::VARCHAR, 5, '0') ELSE '' END
            AS phone,
        '35 à 39 ans' AS age_band,
        ((h >> 12) % 10 + 1)::VARCHAR || 'e décile de revenu (estimé sur le quartier)'
            AS income_band
    FROM drawn
"""


@contextmanager
def quiet_duckdb() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB on two threads, without a progress bar among the figures."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def measure(*, rows: int, rounds: int, say: Say) -> Figures:
    """Print a line a format, median of `rounds`; the figures of all.

    Targets are those of a million rows, in proportion.
    """
    with tempfile.TemporaryDirectory(prefix="bench-exports-") as folder:
        source = Path(folder) / "rows.parquet"
        _make(source, rows)
        say(f"Écriture de {rows:,} lignes de {len(COLUMNS)} colonnes :".replace(",", " "))
        done = {
            name: _median_of(
                [_run(name, source, Path(folder) / f"out.{name}") for _ in range(rounds)]
            )
            for name in ("copy", *TARGET_SECONDS)
        }
    missed = []
    for name, figures in done.items():
        limit = TARGET_SECONDS.get(name, 0) * rows / _TARGET_ROWS
        say(_line(name, figures, limit))
        if limit and figures["seconds"] > limit:
            missed.append(f"{name} en {figures['seconds']:.1f} s")
        if limit and figures["peak_mb"] > TARGET_PEAK_MB:
            missed.append(f"{name} avec {figures['peak_mb']:.0f} Mo de mémoire")
    return Figures({"formats": done}, met=not missed, missed=missed)


def _make(source: Path, rows: int) -> None:
    with quiet_duckdb() as connection:
        connection.execute(f"SET VARIABLE rows = {rows}")
        connection.execute(f"COPY ({_MADE}) TO '{source}' (FORMAT parquet, COMPRESSION zstd)")


def _run(name: str, source: Path, target: Path) -> dict[str, float]:
    child = subprocess.run(
        [sys.executable, "-m", "bench.base_exports_child", name, str(source), str(target)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    )
    target.unlink()
    figures: dict[str, float] = json.loads(child.stdout)
    return figures


def _median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    figures = {name: round(median(run[name] for run in runs), 2) for name in runs[0]}
    return figures | {"peak_mb": max(run["peak_mb"] for run in runs)}


def _line(name: str, figures: dict[str, float], limit: float) -> str:
    shown = "COPY de DuckDB" if name == "copy" else name
    target = f"  (au plus {limit:.1f} s)" if limit else "  (référence)"
    return (
        f"  {shown:15} {figures['seconds']:>6.1f} s  calcul {figures['cpu_seconds']:>5.1f} s"
        f"  {figures['peak_mb']:>4.0f} Mo  fichier {figures['bytes'] / 1e6:>4.0f} Mo{target}"
    )
