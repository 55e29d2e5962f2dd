"""The real program of the live sessions, and people who listen to it."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from marketingconnect.demo.supervisor.layout import answers, on_free_ports
from tests.databases import database_url

PATIENCE = 20.0


@dataclass
class Said:
    """One event of a stream."""

    kind: str = "message"
    id: str = ""
    data: Any = None


@dataclass
class Listening:
    """A browser that listens; `next` gives the events one by one."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self._caller.request("GET", self.path, headers=self.headers)
        self.response = self._caller.getresponse()

    @property
    def status(self) -> int:
        return self.response.status

    def next(self) -> Said | None:
        """The next event; None once the program has ended the stream."""
        said = Said()
        while line := self.response.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if not line.strip():
                if said.data is not None:
                    return said
            elif name == "event":
                said.kind = value
            elif name == "id":
                said.id = value
            elif name == "data":
                said.data = json.loads(value)
        return None

    def next_message(self) -> Said:
        """The next numbered event, who is there left aside."""
        while (said := self.next()) is not None:
            if said.kind == "message":
                return said
        raise AssertionError("the stream has ended")

    def close(self) -> None:
        self.response.close()
        self._caller.close()


def status_of(port: int, path: str) -> int:
    """What a page that cannot listen is answered."""
    ear = Listening(port, path)
    ear.close()
    return ear.status


def address(token: str, *, after: int = 0) -> str:
    return f"/direct?jeton={quote(token)}&apres={after}"


@contextmanager
def live_program() -> Iterator[int]:
    """The program on a free port, on the database of the tests; gives the port."""
    port = on_free_ports(Path("var")).live
    with program("live", port):
        yield port


@contextmanager
def program(name: str, port: int, *options: str, **settings: str) -> Iterator[None]:
    """`marketingconnect NAME --port PORT` while it is needed."""
    command = [str(Path(sys.executable).with_name("marketingconnect")), name, "--port", str(port)]
    process = subprocess.Popen(
        [*command, *options],
        env={**os.environ, "DATABASE_URL": database_url(), **settings},
    )
    try:
        until(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None, "the program does not start"
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def until(condition: Callable[[], bool]) -> None:
    """Ask again until it holds, for a while."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
