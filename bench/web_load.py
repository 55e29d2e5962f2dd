"""Load on a web server from many connections: wrk where it can be had, else our own client."""

import asyncio
import itertools
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.web_tools import Tool, find_tool

AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_SCRIPT: Final = """
local paths, headers = {}, {["Host"] = "127.0.0.1", ["User-Agent"] = "%s"}
for line in io.lines("%s") do paths[#paths + 1] = wrk.format("GET", line, headers) end
local at = 0
request = function() at = at %% #paths + 1; return paths[at] end
"""
_UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1_000.0}


@dataclass(frozen=True)
class Load:
    """What came back from a server under load."""

    tool: str
    answered: int
    per_second: float
    p99_ms: float


def drive(port: int, paths: Sequence[str], *, connections: int, seconds: float, var: Path) -> Load:
    """Ask for the paths in turn. Raises RuntimeError when an answer is not a redirect."""
    wrk = find_tool("wrk", var)
    if wrk is None:
        return asyncio.run(_own(port, paths, connections, seconds))
    return _wrk(wrk, port, paths, connections, seconds)


def _wrk(tool: Tool, port: int, paths: Sequence[str], connections: int, seconds: float) -> Load:
    with tempfile.TemporaryDirectory(prefix="wrk-") as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "paths.lua"
        listed.write_text("\n".join(paths) + "\n", "ascii")
        script.write_text(_SCRIPT % (AGENT, listed), "ascii")
        command = [tool.path, "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--latency"]
        command += ["--timeout", "10s", "-s", str(script), f"http://127.0.0.1:{port}"]
        said = subprocess.run(
            command, env=dict(tool.environment), capture_output=True, text=True, check=True
        ).stdout
    return _read(said)


def _read(said: str) -> Load:
    answered = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if not (answered and rate and slowest) or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    p99 = float(slowest.group(1)) * _UNITS[slowest.group(2)]
    return Load("wrk", int(answered.group(1)), float(rate.group(1)), p99)


async def _own(port: int, paths: Sequence[str], connections: int, seconds: float) -> Load:
    """One request at a time on each connection, as wrk does."""
    asked = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n\r\n".encode()
        for path in paths
    ]
    turn, delays = itertools.cycle(asked), list[float]()
    began = time.perf_counter()
    until = began + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            sent = time.perf_counter()
            writer.write(next(turn))
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 302"):
                raise RuntimeError(head.decode("latin-1"))
            delays.append(time.perf_counter() - sent)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    took = time.perf_counter() - began
    slowest = sorted(delays)[int(len(delays) * 0.99)]
    return Load("le nôtre", len(delays), len(delays) / took, slowest * 1_000)
