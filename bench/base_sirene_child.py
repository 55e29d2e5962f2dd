"""One import, or its ceiling, in a process of its own: `import` or `bare`, then the two files."""

import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django


def main() -> None:
    """Do it and print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    django.setup()
    what, establishments, units = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    begun, cpu = time.perf_counter(), time.process_time()
    found = (_import if what == "import" else _bare)(establishments, units)
    found |= {
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": _peak(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _peak() -> float:
    """The most memory since this program began, in megabytes, its parent's left out."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes.split()[1]) / 1024


def _import(establishments: Path, units: Path) -> dict[str, Any]:
    """As the command does; steps are timed by what the import says of them."""
    from marketingconnect import clock
    from marketingconnect.audit.actors import Actor
    from marketingconnect.base.sirene.services import StockDelivery, import_sirene

    today = clock.today()
    marks: dict[str, tuple[float, float, float]] = {}

    def say(line: str) -> None:
        for step, word in (("match", "rapprochement"), ("publish", "fabrication")):
            if line.startswith(word) and step not in marks:
                marks[step] = (time.perf_counter(), time.process_time(), _peak())

    begun, cpu = time.perf_counter(), time.process_time()
    delivery = StockDelivery(
        establishments=establishments,
        units=units,
        vintage=today - timedelta(days=2),
        delivered_on=today,
        as_of=today,
    )
    report = import_sirene(delivery, actor=Actor.system("mesure"), now=clock.now, say=say)
    ended, cpu_ended = time.perf_counter(), time.process_time()
    return {
        "rows": report.establishments["rows"] + report.units["rows"],
        "kept": report.rows,
        "read_seconds": marks["match"][0] - begun,
        "read_cpu_seconds": marks["match"][1] - cpu,
        "read_peak_mb": marks["match"][2],
        "match_seconds": marks["publish"][0] - marks["match"][0],
        "match_peak_mb": marks["publish"][2],
        "match_cpu_seconds": marks["publish"][1] - marks["match"][1],
        "publish_seconds": ended - marks["publish"][0],
        "publish_cpu_seconds": cpu_ended - marks["publish"][1],
    }


def _bare(establishments: Path, units: Path) -> dict[str, Any]:
    """The columns that the import reads, typed, from plain CSV to zstd Parquet, and no more."""
    import duckdb
    from django.conf import settings

    from marketingconnect.base.engine import quoted
    from marketingconnect.base.sirene.layout import ESTABLISHMENTS, UNITS, header_names
    from marketingconnect.base.sirene.reading.header import Header
    from marketingconnect.base.sirene.reading.sql import read_csv

    with tempfile.TemporaryDirectory(dir=establishments.parent) as folder:
        for path, kind in ((establishments, ESTABLISHMENTS), (units, UNITS)):
            with path.open(encoding="utf-8") as stream:
                names = header_names(stream.readline().split(","))
            source = read_csv(str(path), Header(tuple(names))).replace(
                "header = false", "header = true"
            )
            fields = ", ".join(
                f'CAST("{wanted.name}" AS {wanted.kind}) AS {wanted.ours}' for wanted in kind.wanted
            )
            with duckdb.connect() as connection:
                connection.execute(f"SET threads = {settings.BASE_THREADS}")
                connection.execute(f"SET memory_limit = {quoted(settings.BASE_MEMORY)}")
                connection.execute("SET preserve_insertion_order = false")
                connection.execute(
                    f"COPY (SELECT {fields} FROM {source})"  # noqa: S608
                    f" TO {quoted(Path(folder) / kind.member)} (FORMAT parquet, COMPRESSION zstd)"
                )
    return {}


if __name__ == "__main__":
    main()
