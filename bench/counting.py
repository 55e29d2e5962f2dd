"""Counts at full size, each beside DuckDB over the same Parquet in the same run."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from bench.counting_questions import establishments, frozen, local, national
from bench.counting_stage import COMPANY, NOW, TODAY, Say, build_both, published
from bench.counting_users import fifty_users
from bench.scratch import scratch_database
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.desk import office
from marketingconnect.targeting.desk.office import Opened
from marketingconnect.targeting.services import freeze_selection
from marketingconnect.targeting.sql.duckdb import DuckDBCounter

TARGETS_MS: Final = {
    "national": 20.0,
    "local": 5.0,
    "by departement": 50.0,
    "establishments": 20.0,
    "50 users": 150.0,
}
TARGET_INDEX_BYTES: Final = 300_000_000
TARGET_INDEX_SECONDS: Final = 300.0
TARGET_FASTER: Final = 20.0
TARGET_FREEZE_SECONDS: Final = 20.0
FULL: Final = 30
"""Millions of consumers that the targets are about."""
_DUCKDB_ROUNDS: Final = 5


@dataclass
class Line:
    """One kind of question at one size."""

    millions: float
    what: str
    median_ms: float
    p99_ms: float
    duckdb_ms: float | None = None

    @property
    def faster(self) -> float | None:
        return self.duckdb_ms / self.median_ms if self.duckdb_ms else None


def measure(
    *, millions: list[float], rounds: int, users_seconds: float, folder: str, say: Say
) -> bool:
    """Print a table and a line of JSON; True when every target is met at full size."""
    results: dict[str, Any] = {"lines": [], "index": [], "freeze": []}
    with _kept(folder) as root:
        for size in millions:
            _one_size(root / f"m{size:g}", size, rounds, users_seconds, results, say)
    lines = [Line(**line) for line in results["lines"]]
    missed = _missed(results, lines)
    for target in missed:
        say(f"Objectif manqué : {target}")
    say(json.dumps(results | {"missed": missed}, ensure_ascii=False))
    return not missed


@contextmanager
def _kept(folder: str) -> Iterator[Path]:
    """Where releases are made: a folder that stays when it is named."""
    if folder:
        yield Path(folder).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="bench-count-") as made:
        yield Path(made)


def _one_size(
    root: Path, size: float, rounds: int, users_seconds: float, results: dict[str, Any], say: Say
) -> None:
    built = build_both(root, round(size * 1_000_000), say)
    for population, one in built.items():
        results["index"].append(
            {
                "millions": size,
                "population": population.value,
                "rows": one.rows,
                "seconds": round(one.index_seconds, 1),
                "bitmap_bytes": one.bitmap_bytes,
                "bytes": one.index_bytes,
            }
        )
    with scratch_database("count") as url, published(root, built, say):
        lines = list(_lines(size, rounds, say))
        results["freeze"].append({"millions": size} | measure_freeze(say))
        median, p99, counts = fifty_users(root, url, users_seconds)
        lines.append(Line(size, "50 users", round(median, 2), round(p99, 2)))
        say(f"{_table_line(lines[-1])}  {counts} comptages")
        results["lines"] += [asdict(line) for line in lines]


def _lines(size: float, rounds: int, say: Say) -> Iterator[Line]:
    homes, shops = (office().opened(population) for population in Population)
    for opened in (homes, shops):  # as the counting process does before it answers
        opened.warm_up(TODAY)
    kinds: list[tuple[str, Opened, Iterator[Criteria], bool]] = [
        ("national", homes, national(1), False),
        ("local", homes, local(2), False),
        ("by departement", homes, national(3), True),
        ("establishments", shops, establishments(4), False),
    ]
    for what, opened, criteria, by in kinds:
        line = _line(size, what, opened, list(islice(criteria, rounds)), by)
        say(_table_line(line))
        yield line


def _line(size: float, what: str, opened: Opened, asked: list[Criteria], by: bool) -> Line:
    """What is live is read again at each count, as for a person."""

    def one(criteria: Criteria) -> object:
        context = opened.live.context(criteria, company_id=COMPANY, on=TODAY)
        if by:
            return opened.counter.by(criteria, context, "departement")
        return opened.counter.count(criteria, context)

    one(asked[0])
    taken = np.array([_milliseconds(one, criteria) for criteria in asked])
    return Line(
        size,
        what,
        round(float(np.median(taken)), 2),
        round(float(np.percentile(taken, 99)), 2),
        round(_duckdb(opened, asked[:_DUCKDB_ROUNDS], by), 1),
    )


def _duckdb(opened: Opened, asked: list[Criteria], by: bool) -> float:
    """Median of DuckDB on the same questions; it must find the same."""
    with duckdb.connect() as connection:
        reference = DuckDBCounter(opened.ref.path, connection)
        taken = []
        for criteria in asked:
            context = opened.live.context(criteria, company_id=COMPANY, on=TODAY)
            reference.count(criteria, context)

            def one(criteria: Criteria, context: Any = context) -> Any:
                if by:
                    return reference.by(criteria, context, "departement")
                return reference.count(criteria, context)

            taken.append(_milliseconds(one, criteria))
            if one(criteria) != (
                opened.counter.by(criteria, context, "departement")
                if by
                else opened.counter.count(criteria, context)
            ):
                raise RuntimeError(f"two answers to {criteria.to_json()}")
    return float(np.median(taken))


def _milliseconds(question: Callable[[Criteria], object], criteria: Criteria) -> float:
    started = time.perf_counter()
    question(criteria)
    return (time.perf_counter() - started) * 1000


def measure_freeze(say: Say, quantity: int = 1_000_000) -> dict[str, float]:
    """Freeze a million rows with the household rule, quotas and exclusions, to the disk.

    In a database where `published` stands. Seconds, and how many rows there were.
    """
    started = time.perf_counter()
    selection = freeze_selection(
        frozen(), company_id=COMPANY, order_reference="mesure-gel", quantity=quantity, now=NOW
    )
    seconds = time.perf_counter() - started
    say(f"Gel de {selection.count} lignes : {seconds:.1f} s")
    return {"seconds": round(seconds, 2), "rows": selection.count}


def _table_line(line: Line) -> str:
    beside = f"{line.duckdb_ms:9.1f} {line.faster:7.0f}×" if line.faster else ""
    return (
        f"{line.millions:5g} M  {line.what:<16} médiane {line.median_ms:8.2f} ms"
        f"  p99 {line.p99_ms:8.2f} ms  {beside}"
    )


def _missed(results: dict[str, Any], lines: list[Line]) -> list[str]:
    """What is over its target at full size; nothing is judged at another."""
    full = [line for line in lines if line.millions == FULL]
    missed = [
        f"{line.what}, p99 {line.p99_ms} ms" for line in full if line.p99_ms > TARGETS_MS[line.what]
    ]
    missed += [
        f"{line.what}, {line.faster:.0f} fois DuckDB"
        for line in full
        if line.faster is not None and line.faster < TARGET_FASTER
    ]
    index = [one for one in results["index"] if one["millions"] == FULL]
    if sum(one["bitmap_bytes"] for one in index) > TARGET_INDEX_BYTES:
        missed.append("taille de l’index")
    if any(one["seconds"] > TARGET_INDEX_SECONDS for one in index):
        missed.append("fabrication de l’index")
    missed += [
        "gel d’un million"
        for one in results["freeze"]
        if one["millions"] == FULL and one["seconds"] > TARGET_FREEZE_SECONDS
    ]
    return missed
