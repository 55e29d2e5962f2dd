"""The work of script/test: style, types, layers and migrations, then pytest with its own last line.

A failed check does not hide the tests: what failed is shown before pytest starts, and makes the
exit code 1 whatever pytest says.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).parent))
import _chromium
import _clickhouse

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".venv" / "bin"
WORKERS = "3"
"""One more than the two processors: a third of a run waits for a browser or another process."""
SPREAD = ("-n", WORKERS, "--dist", "loadgroup", "--no-loadscope-reorder")
"""In the order of tests/conftest.py, which knows better than the sizes of the groups."""
CHECKS = {
    "mypy": ["mypy"],
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "lint-imports": ["lint-imports"],
    "makemigrations --check": ["marketingconnect", "makemigrations", "--check", "--dry-run"],
    # Leaves compiled what each worker and each process of a test imports: a third of a start.
    "collection": ["pytest", "--collect-only", "--quiet"],
}
TEMPLATE = "tests_template"
"""Migrated once while the types are checked; the database of each worker is a copy of it."""


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    os.environ["MARKETINGCONNECT_MODE"] = "test"
    os.environ.setdefault("MARKETINGCONNECT_VAR", str(ROOT / "var" / "test"))
    # Some environments ask for no compiled files: hundreds of processes would each compile anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PATH"] = f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        if chromium := _chromium.ensure():
            os.environ["MARKETINGCONNECT_CHROMIUM"] = chromium
        os.environ["MARKETINGCONNECT_CLICKHOUSE"] = _clickhouse.ensure()
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    from marketingconnect.config.postgres import PostgresError

    try:
        start_database()
    except PostgresError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    failed = run_checks()
    os.environ["MARKETINGCONNECT_TEST_TEMPLATE"] = TEMPLATE
    tests = subprocess.run([TOOLS / "pytest", *SPREAD, *arguments], check=False)
    return tests.returncode or int(failed)


def start_database() -> None:
    """The tests' own server, kept running until we end."""
    from marketingconnect.config.postgres import ensure_running

    if not os.environ.get("DATABASE_URL"):
        var = Path(os.environ["MARKETINGCONNECT_VAR"])
        os.environ["DATABASE_URL"] = ensure_running(var, profile="throwaway")


def run_checks() -> bool:
    """Run the checks two at a time; prints what failed; True when something did."""
    with ThreadPoolExecutor(2) as pool:
        migrated = pool.submit(make_template)
        results = dict(zip(CHECKS, pool.map(run_check, CHECKS), strict=True))
        results["migrate"] = migrated.result()
    failed = [name for name, (code, _, _) in results.items() if code != 0]
    for name in failed:
        sys.stdout.write(f"\n=== {name} ===\n{results[name][1].rstrip()}\n")
    sys.stdout.write("\n")
    for name, (code, _, seconds) in results.items():
        sys.stdout.write(f"{'ÉCHEC' if code else 'bon  '}  {seconds:5.1f} s  {name}\n")
    sys.stdout.flush()
    return bool(failed)


def run_check(name: str) -> tuple[int, str, float]:
    return run(CHECKS[name], {})


def make_template() -> tuple[int, str, float]:
    """A database with every migration applied, anew."""
    import psycopg
    from psycopg import sql

    given = os.environ["DATABASE_URL"]
    name = sql.Identifier(TEMPLATE)
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    apart = urlunsplit(urlsplit(given)._replace(path=f"/{TEMPLATE}"))
    return run(["marketingconnect", "migrate", "--verbosity", "0"], {"DATABASE_URL": apart})


def run(command: list[str], environment: dict[str, str]) -> tuple[int, str, float]:
    """Exit code, output and seconds of a command."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
