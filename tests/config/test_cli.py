"""The command line as people type it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketingconnect.config.postgres import status, stop

START = "from marketingconnect.cli import main; raise SystemExit(main())"
SETTINGS = "marketingconnect.config.settings"


def marketingconnect(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, *words],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mc-cli-"))
    folder.chmod(0o755)
    yield folder
    stop(folder)
    shutil.rmtree(folder)


def test_help_lists_our_commands_alone_one_french_line_each() -> None:
    lines = marketingconnect("help").stdout.splitlines()

    listed = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert {"demo", "web", "worker", "sender", "mail_catcher", "sandbox_bank"} <= set(listed)
    assert not {"runserver", "flush", "dumpdata"} & set(listed)
    assert marketingconnect().stdout.splitlines() == lines


def test_an_unknown_command_is_named_with_the_ones_that_look_like_it() -> None:
    done = marketingconnect("mail_catchr")

    assert done.returncode == 2
    assert "«\u00a0mail_catchr\u00a0»" in done.stderr
    assert "mail_catcher" in done.stderr


def test_a_command_that_fails_gives_its_exit_code() -> None:
    done = marketingconnect("worker", "--no-such-option")

    assert done.returncode == 2
    assert "--no-such-option" in done.stderr


def test_help_for_one_command_tells_its_options() -> None:
    assert "--webhook-url" in marketingconnect("help", "sandbox_bank").stdout
    assert "--concurrency" in marketingconnect("worker", "--help").stdout


@pytest.mark.faults
def test_a_command_that_needs_the_database_starts_it_and_lets_it_go(var: Path) -> None:
    question = "from django.db import connection as c; print(c.cursor().connection.info.dbname)"

    done = marketingconnect("shell", "-c", question, DATABASE_URL="", MARKETINGCONNECT_VAR=str(var))

    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["marketingconnect"]), done
    assert status(var).state in {"ready", "stopping", "stopped"}
    assert (var / "postgres" / "data").is_dir()


@pytest.mark.faults
def test_the_database_can_be_looked_at_and_stopped(var: Path) -> None:
    here = {"DATABASE_URL": "", "MARKETINGCONNECT_VAR": str(var)}
    assert "arrêtée" in marketingconnect("database", "state", **here).stdout
    url = marketingconnect("database", "url", **here).stdout
    assert url.startswith("postgres://marketingconnect:")

    assert "en marche" in marketingconnect("database", "state", **here).stdout
    assert marketingconnect("database", "stop", **here).stdout == "Base arrêtée.\n"
    assert "arrêtée" in marketingconnect("database", "state", **here).stdout


@pytest.mark.faults
def test_a_dump_taken_with_its_own_programs_brings_the_rows_back(var: Path) -> None:
    here = {"DATABASE_URL": "", "MARKETINGCONNECT_VAR": str(var)}
    dump = str(var / "backup.dump")

    def database(*words: str) -> subprocess.CompletedProcess[str]:
        return marketingconnect("database", "run", *words, **here)

    database("psql", "-c", "CREATE TABLE kept AS SELECT 42 AS number")
    assert database("pg_dump", "--format=custom", f"--file={dump}").returncode == 0
    database("psql", "-c", "DROP TABLE kept")

    assert database("pg_restore", "--dbname=marketingconnect", dump).returncode == 0

    assert database("psql", "-At", "-c", "SELECT number FROM kept").stdout == "42\n"
    assert database("psql", "-c", "SELECT nothing").returncode == 1
    assert database("no-such-program").returncode == 2
    assert database().returncode == 2


def test_a_database_given_from_outside_is_left_alone() -> None:
    url = "postgres://somebody@db.example.org/theirs"

    assert marketingconnect("database", "url", DATABASE_URL=url).stdout == f"{url}\n"
    assert "ne gère pas" in marketingconnect("database", "stop", DATABASE_URL=url).stdout
