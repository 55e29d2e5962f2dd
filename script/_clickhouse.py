"""Find the ClickHouse server of the tests; unpack Debian's below var/tools when there is none.

Nothing is installed on the machine and no right is asked: the packages are downloaded with lists
of our own and unpacked, so that no system service starts. As a program, prints the server's path.
Standard library only.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parents[1] / "var" / "tools" / "clickhouse"
SERVER = HOME / "server"
PACKAGES = ("clickhouse-server", "clickhouse-common")
LAUNCHER = """#!/bin/sh
here={home}
LD_LIBRARY_PATH=$(echo "$here"/usr/lib/*-linux-gnu "$here"/lib/*-linux-gnu | tr ' ' ':')
export LD_LIBRARY_PATH
exec "$here/usr/sbin/clickhouse-server" "$@"
"""


def ensure() -> str:
    """Path of a ClickHouse server that starts. Raises RuntimeError with a French message."""
    if named := os.environ.get("MARKETINGCONNECT_CLICKHOUSE"):
        if _starts(Path(named)):
            return named
        raise RuntimeError(f"MARKETINGCONNECT_CLICKHOUSE ne démarre pas : {named}")
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with (HOME.parent / ".clickhouse.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _starts(SERVER):
            _unpack()
    if _starts(SERVER):
        return str(SERVER)
    raise RuntimeError(f"ClickHouse est préparé mais ne démarre pas : essayez « {SERVER} ».")


def _unpack() -> None:
    if shutil.which("apt-get") is None:
        raise RuntimeError(
            "Les tests du second moteur demandent un serveur ClickHouse : nommez son programme "
            "clickhouse-server dans MARKETINGCONNECT_CLICKHOUSE."
        )
    sys.stderr.write("Préparation de ClickHouse…\n")
    shutil.rmtree(HOME, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="clickhouse-", dir=HOME.parent) as folder:
        work = Path(folder)
        for package in _download(work):
            _run(["dpkg-deb", "-x", str(package), str(work / "tree")], work)
        launcher = work / "tree" / SERVER.name
        launcher.write_text(LAUNCHER.format(home=f"'{HOME}'"), "utf-8")
        launcher.chmod(0o755)
        (work / "tree").rename(HOME)


def _download(work: Path) -> list[Path]:
    """The server's packages and what this machine lacks of those that they need."""
    own = ["-o", f"Dir::State::Lists={work / 'lists'}", "-o", f"Dir::Cache={work / 'cache'}"]
    own += ["-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User="]
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    _run(["apt-get", *own, "-qq", "update"], work)
    plan = ["install", "--simulate", "--reinstall", "--no-install-recommends", *PACKAGES]
    lines = _run(["apt-get", *own, *plan], work).splitlines()
    names = sorted({line.split()[1] for line in lines if line.startswith("Inst ")})
    _run(["apt-get", *own, "-qq", "download", *names], work)
    return sorted(work.glob("*.deb"))


def _run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        words = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise RuntimeError(f"Échec de : {' '.join(command)}\n{words}")
    return done.stdout


def _starts(server: Path) -> bool:
    """Whether its libraries are found: versions differ in the code that they end with."""
    try:
        done = subprocess.run([server, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode not in {126, 127}


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{ensure()}\n")
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
