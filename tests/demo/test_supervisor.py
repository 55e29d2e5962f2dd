"""The demo as one command, with real processes."""

import fcntl
import http.client
import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from marketingconnect.config.postgres import ensure_running, status
from marketingconnect.demo.supervisor.checking import database_apart
from marketingconnect.demo.supervisor.child import Child
from marketingconnect.demo.supervisor.layout import (
    WEBHOOK_PATH,
    DemoError,
    Layout,
    on_free_ports,
)

START = "from marketingconnect.cli import main; raise SystemExit(main())"

pytestmark = pytest.mark.faults


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mc-demo-"))
    folder.chmod(0o755)
    yield folder
    for pid in processes_of(folder):  # what a failed test left running
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: processes_of(folder) == {})
    shutil.rmtree(folder)


def environment(var: Path) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": "", "MARKETINGCONNECT_VAR": str(var)}


def demo(var: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, "demo", *options],
        env=environment(var),
        capture_output=True,
        text=True,
        check=False,
    )


class Running:
    """A demo in its own process; what it says goes to a file."""

    def __init__(self, var: Path, port: int, *options: str) -> None:
        self.said = var / "said.txt"
        with self.said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, "demo", "--port", str(port), *options],
                env=environment(var),
                stdout=output,
                stderr=output,
            )

    def wait_for(self, words: str, *, seconds: float = 240) -> str:
        wait_until(
            lambda: words in self.said.read_text() or self.process.poll() is not None, seconds
        )
        assert words in self.said.read_text(), self.said.read_text()
        return self.said.read_text()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def processes_of(var: Path) -> dict[int, str]:
    """Every living process that was told to work in this folder, with its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            told = (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"MARKETINGCONNECT_VAR={var}".encode() in told or str(var) in words:
            found[int(entry.name)] = words
    return found


def get(port: int, path: str = "/") -> int:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        caller.request("GET", path)
        return caller.getresponse().status
    except OSError:
        return 0
    finally:
        caller.close()


def test_everything_starts_answers_survives_kills_stops_and_starts_again_with_its_data(
    var: Path,
) -> None:
    port = on_free_ports(var).web
    running = Running(var, port)
    said = running.wait_for("Ctrl-C")

    assert f"http://127.0.0.1:{port}/" in said
    accounts = json.loads((var / "demo-accounts.json").read_text())
    assert {"nadia@example.org"} <= {account["email"] for account in accounts}
    assert all(account["password"] in said for account in accounts)
    assert get(port) == 200
    assert get(port + 1, "/style.css") == 200
    assert get(port, WEBHOOK_PATH) == 405
    for post in (port + 2, port + 5):
        with smtplib.SMTP("127.0.0.1", post) as client:
            assert client.noop()[0] == 250

    ours = ("web", "sender", "worker", "counter", "live", "inbound")
    victims = (*ours, "mail_catcher", "sandbox_bank")
    for victim in victims:
        pid = min(p for p, words in processes_of(var).items() if f" {victim} " in f"{words} ")
        os.kill(pid, signal.SIGKILL)
    os.kill(status(var).postmaster, signal.SIGKILL)
    wait_until(lambda: running.said.read_text().count("redémarrage") >= len(victims))
    wait_until(lambda: status(var).state == "ready" and get(port) == 200)
    wait_until(lambda: get(port + 1, "/style.css") == 200)

    assert running.stop() == 0
    assert "Tout est arrêté" in running.said.read_text()
    assert processes_of(var) == {}

    again = Running(var, port)
    again.wait_for("Ctrl-C")
    assert json.loads((var / "demo-accounts.json").read_text()) == accounts
    again.process.send_signal(signal.SIGKILL)
    again.process.wait()
    wait_until(lambda: processes_of(var) == {})


def test_a_taken_port_is_named_with_a_way_out(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1] - 1

        done = demo(var, "--port", str(port))

    assert done.returncode == 1
    assert f"Le port {port + 1} est déjà pris" in done.stderr
    assert "--port" in done.stderr
    assert processes_of(var) == {}


def test_a_second_demo_is_told_where_the_first_one_is(var: Path) -> None:
    with (var / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write('{"pid": 4321, "url": "http://127.0.0.1:8000"}')
        lock.flush()

        done = demo(var)

    assert done.returncode == 1
    assert "http://127.0.0.1:8000/ (processus 4321)" in done.stderr


def test_reset_says_what_it_removes_and_keeps_what_is_not_the_demos(var: Path) -> None:
    written = ("authority/root.key", "catcher/ledger.jsonl", "bank/journal.jsonl")
    for name in (*written, "test/kept", "mine.txt"):
        (var / name).parent.mkdir(exist_ok=True)
        (var / name).write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = demo(var, "--reset", "--port", str(taken.getsockname()[1]))

    removed = [line for line in done.stdout.splitlines() if line.startswith("Effacé")]
    assert [line.rpartition("/")[2] for line in removed] == ["authority", "bank", "catcher"]
    assert (var / "test" / "kept").exists()
    assert (var / "mine.txt").exists()
    assert not (var / "catcher").exists()


def test_an_impossible_port_is_refused(var: Path) -> None:
    done = demo(var, "--port", "70000")

    assert (done.returncode, "nombre de 1 à" in done.stderr) == (1, True)


def test_a_child_that_keeps_dying_is_started_at_longer_and_longer_intervals(var: Path) -> None:
    layout: Layout = on_free_ports(var)
    child = Child(
        "courrier",
        ["mail_catcher", "--port", str(layout.smtp), "--dir", str(layout.catcher_dir)],
        environment(var),
        var / "catcher.log",
    )
    pauses = []
    for _ in range(4):
        child.start()
        assert child.process
        os.kill(child.process.pid, signal.SIGKILL)
        wait_until(lambda: not child.alive)
        assert child.exit_code == -signal.SIGKILL
        pauses.append(child.note_death())

    assert pauses == [0.0, 1.0, 2.0, 4.0]


def test_the_check_never_touches_a_database_given_from_outside(var: Path) -> None:
    url = ensure_running(var, profile="throwaway")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 42 AS number")

        with database_apart(url) as apart, psycopg.connect(apart) as other:
            assert apart.endswith("/marketingconnect_check")
            assert other.execute("SELECT to_regclass('mine')").fetchone() == (None,)

        names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        assert "marketingconnect_check" not in names
        assert connection.execute("SELECT number FROM mine").fetchone() == (42,)
    with pytest.raises(DemoError, match="base à part"), database_apart("postgres://127.0.0.1:1/x"):
        raise AssertionError
