"""The sink that measures send to, and the bare blast beside them.

Best are Postfix's test tools, written in C: those of PATH, else unpacked below var/ from Debian's
package (nothing is installed, no service is started). Where neither is to be had, our own sink and
blast serve, which do the least that SMTP asks.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from marketingconnect.config.ports import free_port

SESSIONS: Final = 20
_PATIENCE: Final = 30.0
_LONGEST: Final = 600
_ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Tools:
    """Command lines of a sink and of a blast."""

    name: str
    sink: Sequence[str]
    blast: Sequence[str]
    environment: Mapping[str, str]


def find_tools(var: Path) -> Tools:
    """Postfix's tools where they can be had, else ours."""
    found = shutil.which("smtp-sink"), shutil.which("smtp-source")
    if found[0] and found[1]:
        return _postfix(found[0], found[1], {})
    unpacked = var / "tools" / "postfix"
    if not (unpacked / "usr/sbin/smtp-source").exists():
        _unpack_postfix(unpacked)
    sink, source = unpacked / "usr/sbin/smtp-sink", unpacked / "usr/sbin/smtp-source"
    libraries = {"LD_LIBRARY_PATH": str(unpacked / "usr/lib/postfix")}
    if source.exists() and _starts(source, libraries):
        return _postfix(str(sink), str(source), libraries)
    ours = [sys.executable, "-m", "bench.own_smtp"]
    return Tools("le nôtre", [*ours, "sink"], [*ours, "blast"], {})


def _postfix(sink: str, source: str, environment: Mapping[str, str]) -> Tools:
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    return Tools("smtp-sink de Postfix", [sink, "-c", *as_nobody], [source, "-d"], environment)


def _unpack_postfix(target: Path) -> None:
    """Fetch and unpack Debian's package; without apt, or offline, leave nothing behind."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return
    with tempfile.TemporaryDirectory(prefix="postfix-") as folder:
        fetched = subprocess.run(
            ["apt-get", "download", "postfix"], cwd=folder, capture_output=True, check=False
        )
        packages = list(Path(folder).glob("postfix_*.deb"))
        if fetched.returncode or not packages:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}-{os.getpid()}")
        subprocess.run(["dpkg", "-x", packages[0], unfinished], capture_output=True, check=True)
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)


def _starts(program: Path, environment: Mapping[str, str]) -> bool:
    """Whether its libraries are there; called without arguments it says how it is used."""
    tried = subprocess.run(
        [program], env={**os.environ, **environment}, capture_output=True, check=False
    )
    return b"usage" in tried.stderr.lower()


class Sink:
    """A running sink: its port, and how many messages it says it took."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    def messages(self) -> int:
        counts = re.findall(rb"mesg=(\d+)", self._log.read_bytes())
        return int(counts[-1]) if counts else 0


@contextmanager
def running_sink(tools: Tools, folder: Path) -> Iterator[Sink]:
    """Start the sink on a free port; it is ended whatever happens."""
    port, log = free_port(), folder / "sink.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*tools.sink, f"127.0.0.1:{port}", "500"],
            env={**os.environ, **tools.environment},
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until_it_answers(port, process, log)
        yield Sink(port, log)
    finally:
        process.kill()
        process.wait()


def wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Raises RuntimeError with the process's own words when it ends or never answers."""
    deadline = time.monotonic() + _PATIENCE
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(
                f"Le puits SMTP ne démarre pas : {log.read_text('utf-8', 'replace')}"
            )
        time.sleep(0.02)


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def blast(tools: Tools, port: int, *, messages: int, octets: int) -> float:
    """Messages a second of the bare protocol into the sink."""
    command = [*tools.blast, "-s", str(SESSIONS), "-l", str(octets), "-m", str(messages)]
    command += ["-f", "essai@example.org", "-t", "puits@example.org", f"127.0.0.1:{port}"]
    began = time.perf_counter()
    subprocess.run(
        command,
        env={**os.environ, **tools.environment},
        cwd=_ROOT,
        check=True,
        timeout=_LONGEST,
        stdout=subprocess.DEVNULL,
    )
    return messages / (time.perf_counter() - began)
