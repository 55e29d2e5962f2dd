"""A platform in a folder of its own, whose processes die by SIGKILL and are started again."""

import http.client
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import dj_database_url
import psycopg

from bench.chaos_direct import Sinks, environment
from bench.witness import CatcherWitness, SinkWitness, Witness
from marketingconnect.config import postgres
from marketingconnect.config.ports import free_port
from marketingconnect.demo.supervisor.child import Child, command_line
from marketingconnect.demo.supervisor.layout import answers

KINDS: Final = ("sender", "postgres", "session", "worker", "web")
"""What may die; `session` is the server process that PostgreSQL gave to a sender."""
_PATIENCE: Final = 60.0
_SENDER: Final = "chaos-sender"


class Platform:
    """Use it in a `with`, and call `watch` again and again. The catcher is never killed.

    With `sinks`, which run already, campaigns go directly to their destinations.
    """

    def __init__(
        self,
        folder: Path,
        *,
        senders: int,
        secrets: Mapping[str, str],
        sinks: Sinks | None = None,
    ) -> None:
        self.catcher_folder = folder / "catcher"
        self._sinks = sinks
        self._direct = environment(folder, sinks.port) if sinks else {}
        self.kills: Counter[str] = Counter()
        self._var = folder / "var"
        self._logs = folder / "log"
        self._smtp, self._web = free_port(), free_port()
        self._senders = [f"sender{number}" for number in range(1, senders + 1)]
        self._secrets = secrets
        self._children: dict[str, Child] = {}

    def __enter__(self) -> Self:
        self._var.mkdir(parents=True)
        self._url = postgres.ensure_running(self._var)
        catcher = ["mail_catcher", "--port", str(self._smtp), "--dir", str(self.catcher_folder)]
        self._start("catcher", catcher)
        self._until_answers(self._smtp)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._children["catcher"].ask_to_end()
        self._children["catcher"].wait_end()
        postgres.stop(self._var)

    def database(self) -> dict[str, Any]:
        """Where the platform's database is, in Django's words."""
        parsed = dj_database_url.parse(self._url)
        return {name: parsed[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}

    def witness(self) -> Witness:
        """Who says what arrived."""
        if self._sinks is not None:
            return SinkWitness(self._sinks.ledgers)
        return CatcherWitness(self.catcher_folder)

    def run_on_database(self, *words: str) -> None:
        """A program of PostgreSQL, as the operations tell to run it."""
        command = command_line("database", "run", *words)
        subprocess.run(command, env=self._environment("tool"), check=True, capture_output=True)

    def start(self) -> None:
        """The database is migrated: start all that uses it."""
        for name in self._senders:
            self._start(name, ["sender"])
        self._start("worker", ["worker"])
        self._start("web", ["web", "--port", str(self._web), "--workers", "1"])
        self._until_answers(self._web)

    def watch(self) -> None:
        """Start again what died."""
        if self._sinks is not None:
            self._sinks.watch()
        for name, child in self._children.items():
            if child.process is not None and not child.alive:
                if name == "catcher":
                    raise RuntimeError(f"Le témoin est mort :\n{child.last_words()}")
                child.note_death()
                child.start()

    def stop(self) -> None:
        """As an administrator does: everything but the witness, politely."""
        for name, child in self._children.items():
            if name != "catcher":
                child.ask_to_end()
        for name, child in self._children.items():
            if name != "catcher":
                child.wait_end()

    def kill(self, kind: str, pick: int) -> None:
        """SIGKILL to one process of that kind; `pick` chooses among several senders."""
        if kind == "postgres":
            pid = self._ready_postmaster()
        elif kind == "session":
            pid = self._session()
        else:
            name = self._senders[pick % len(self._senders)] if kind == "sender" else kind
            process = self._children[name].process
            pid = process.pid if process is not None else 0
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[kind] += 1

    def last_words(self) -> str:
        """What the processes wrote, for whoever looks for the reason of a failure."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text('utf-8', 'replace')[-4000:]}"
            for log in sorted(self._logs.glob("*.log"))
        )

    def site_answers(self) -> bool:
        """Whether the web server gives its home page, within a short while."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            self.watch()
            caller = http.client.HTTPConnection("127.0.0.1", self._web, timeout=10)
            try:
                caller.request("GET", "/")
                return caller.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            finally:
                caller.close()
        return False

    # -- parts -----------------------------------------------------------------------------------

    def _ready_postmaster(self) -> int:
        deadline = time.monotonic() + _PATIENCE
        while (status := postgres.status(self._var)).state != "ready":
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL ne revient pas : {status}")
            self.watch()
            time.sleep(0.02)
        return status.postmaster

    def _session(self) -> int:
        """A server process that works for a sender now."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            self.watch()
            with suppress(psycopg.Error), psycopg.connect(self._url, connect_timeout=5) as asking:
                found = asking.execute(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [_SENDER]
                ).fetchone()
                if found:
                    return int(found[0])
            time.sleep(0.02)
        raise RuntimeError("Aucun expéditeur n’est relié à PostgreSQL")

    def _start(self, name: str, arguments: list[str]) -> None:
        child = Child(name, arguments, self._environment(name), self._logs / f"{name}.log")
        child.start()
        self._children[name] = child

    def _until_answers(self, port: int) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not answers(port):
            if time.monotonic() > deadline:
                raise RuntimeError(self.last_words())
            time.sleep(0.05)

    def _environment(self, name: str) -> dict[str, str]:
        return {
            **os.environ,
            **self._secrets,
            **self._direct,
            "DATABASE_URL": self._url,
            "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings",
            "MARKETINGCONNECT_MODE": "demo",
            "MARKETINGCONNECT_VAR": str(self._var),
            "MARKETINGCONNECT_SMTP_URL": f"smtp://127.0.0.1:{self._smtp}",
            "MARKETINGCONNECT_CATCHER_DIR": str(self.catcher_folder),
            "MARKETINGCONNECT_RETRY_DELAYS": "1,1,1,1",
            "PGAPPNAME": _SENDER if name in self._senders else "chaos",
        }
