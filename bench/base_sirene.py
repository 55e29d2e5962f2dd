"""Import of a SIRENE stock from its zips, beside DuckDB turning the bare CSV into Parquet.

The ceiling reads the same columns of the same rows from unpacked CSV, all types told, with as many
threads, into zstd Parquet: no checks, no match, no sort. Each round measures both, one after the
other, each in a process of its own. Reading is compared with it (the goal), the whole import too.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.base import Figures, Say
from bench.scratch import scratch_database
from marketingconnect.base.sirene.synthetic.making import MadeStock, StockOrder, make_stock
from marketingconnect.clock import now
from marketingconnect.terms.services import ensure_terms_published

TARGET_SHARE_OF_BARE: Final = 0.70
TARGET_PEAK_MB: Final = 1000
TARGET_MINUTES: Final = 15
FULL_STOCK: Final = 44_000_000 + 30_000_000
_ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Round:
    """One import and its ceiling."""

    imported: dict[str, Any]
    bare: dict[str, Any]

    @property
    def rows(self) -> int:
        return int(self.imported["rows"])

    @property
    def share_of_bare(self) -> float:
        """How fast files are read, checked and typed from the zip, beside bare DuckDB."""
        return float(self.bare["seconds"] / self.imported["read_seconds"])

    @property
    def cpu_share_of_bare(self) -> float:
        """The same in processor time, which neighbours disturb less."""
        return float(self.bare["cpu_seconds"] / self.imported["read_cpu_seconds"])

    @property
    def minutes_for_all(self) -> float:
        """What the whole of France would take at this rate, sort and publication included."""
        return float(self.imported["seconds"] / self.rows * FULL_STOCK / 60)


def measure(*, rows: int, rounds: int, say: Say) -> Figures:
    """Print a line a round; the figures of all."""
    with tempfile.TemporaryDirectory(prefix="bench-sirene-") as name:
        folder = Path(name)
        stock = make_stock(StockOrder(rows=rows), folder / "stock")
        unpacked = [_unpacked(path, folder) for path in (stock.establishments, stock.units)]
        say("SIRENE      lues/s   tout compris/s   DuckDB seul/s   part (calcul)   mémoire")
        done = [_round(stock, unpacked, folder, say) for _ in range(rounds)]
    return _figures(done, say)


def _unpacked(path: Path, folder: Path) -> Path:
    """The CSV of a zip: for the ceiling alone, the import never unpacks."""
    with zipfile.ZipFile(path) as archive:
        return Path(archive.extract(archive.namelist()[0], folder))


def _round(stock: MadeStock, unpacked: list[Path], folder: Path, say: Say) -> Round:
    with scratch_database("sirene"):
        ensure_terms_published(now())
        imported = _child("import", folder, [stock.establishments, stock.units])
    found = Round(imported, _child("bare", folder, unpacked))
    say(
        f"       {found.rows / imported['read_seconds']:>11,.0f}"
        f" {found.rows / imported['seconds']:>16,.0f} {found.rows / found.bare['seconds']:>15,.0f}"
        f" {found.share_of_bare:>7.0%} ({found.cpu_share_of_bare:.0%})"
        f" {imported['peak_mb']:>8.0f} Mo"
    )
    return found


def _child(what: str, folder: Path, paths: list[Path]) -> dict[str, Any]:
    child = subprocess.run(
        [sys.executable, "-m", "bench.base_sirene_child", what, *map(str, paths)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env={**os.environ, "MARKETINGCONNECT_BASE": str(folder / "base")},
    )
    found: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return found


def _figures(done: list[Round], say: Say) -> Figures:
    share = median(found.share_of_bare for found in done)
    peak = max(found.imported["peak_mb"] for found in done)
    minutes = median(found.minutes_for_all for found in done)
    missed = [
        words
        for words, is_missed in (
            (f"lecture à {share:.0%} de DuckDB seul", share < TARGET_SHARE_OF_BARE),
            (f"{peak:.0f} Mo de mémoire", peak > TARGET_PEAK_MB),
            (f"{minutes:.1f} min pour 74 millions de lignes", minutes > TARGET_MINUTES),
        )
        if is_missed
    ]
    say(
        f"SIRENE, médiane : lecture à {share:.0%} de DuckDB seul, {minutes:.1f} min pour"
        f" 74 millions de lignes tri compris, {peak:.0f} Mo."
    )
    return Figures(_values(done), met=not missed, missed=missed)


def _values(done: list[Round]) -> dict[str, Any]:
    return {
        "rows": done[0].rows,
        "kept": done[0].imported["kept"],
        "read_rows_per_second": round(median(f.rows / f.imported["read_seconds"] for f in done)),
        "rows_per_second": round(median(f.rows / f.imported["seconds"] for f in done)),
        "bare_rows_per_second": round(median(f.rows / f.bare["seconds"] for f in done)),
        "share_of_bare": round(median(f.share_of_bare for f in done), 3),
        "cpu_share_of_bare": round(median(f.cpu_share_of_bare for f in done), 3),
        "match_seconds": round(median(f.imported["match_seconds"] for f in done), 2),
        "publish_seconds": round(median(f.imported["publish_seconds"] for f in done), 2),
        "cpu_us_per_row": {
            step: round(median(f.imported[f"{step}_cpu_seconds"] / f.rows for f in done) * 1e6, 2)
            for step in ("read", "match", "publish")
        },
        "peak_mb": round(max(f.imported["peak_mb"] for f in done), 1),
        "read_peak_mb": round(max(f.imported["read_peak_mb"] for f in done), 1),
        "match_peak_mb": round(max(f.imported["match_peak_mb"] for f in done), 1),
        "bare_peak_mb": round(max(f.bare["peak_mb"] for f in done), 1),
        "minutes_for_74_million": round(median(f.minutes_for_all for f in done), 2),
        "targets": {
            "share_of_bare": TARGET_SHARE_OF_BARE,
            "peak_mb": TARGET_PEAK_MB,
            "minutes_for_74_million": TARGET_MINUTES,
        },
    }
