"""The process that stands over one PostgreSQL server.

It is the server's parent, so it learns of its death at once and leaves no zombie; it starts it
again after a crash, and stops it when the last process that uses it is gone. Should it be killed
itself, the kernel tells the server to shut down: a server never outlives its supervisor.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from marketingconnect.config.postgres import cluster as clusters
from marketingconnect.config.postgres.errors import PostgresError
from marketingconnect.config.postgres.places import Place
from marketingconnect.config.postgres.processes import (
    become_subreaper,
    clear_processes_of,
    die_with_parent,
    reap_children,
    try_lock,
)

GRACE = 3.0
TICK = 0.25
WAITED_FOR = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT}
LOG_LIMIT = 20 * 2**20


class Supervisor:
    """Runs until told to stop or until nobody uses the server any more."""

    def __init__(self, place: Place, profile: str) -> None:
        self.place = place
        self.profile = profile
        self.cluster: clusters.Cluster
        self.postmaster = 0
        self.asked_to_stop = False
        self.last_used = time.monotonic()
        self.restarts = 0

    def run(self) -> int:
        """Returns the exit code: 0 stopped as asked, 1 the server cannot run."""
        lock = self._take_lock()
        if lock is None:
            return 0
        self._say("starting")
        try:
            self.cluster = clusters.prepare(self.place, self.profile)
            signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
            become_subreaper()
            self._start_on_a_free_port()
            clusters.ensure_role_and_database(self.cluster)
        except (PostgresError, psycopg.Error, OSError) as error:
            self._stop_server()
            self._say("failed", message=self._words_for(error))
            return 1
        self._say("ready", notice=self.cluster.notice)
        self._watch()
        return 0

    def _take_lock(self) -> int | None:
        for _ in range(50):
            if (lock := try_lock(self.place.supervisor_lock)) is not None:
                return lock
            time.sleep(0.02)
        return None

    def _words_for(self, error: Exception) -> str:
        if isinstance(error, PostgresError):
            return str(error)
        return f"La base de données ne démarre pas : {error}"

    def _say(self, state: str, *, message: str = "", notice: str = "") -> None:
        with suppress(FileNotFoundError):
            self.place.write_state(
                state=state,
                message=message,
                notice=notice,
                supervisor=os.getpid(),
                postmaster=self.postmaster,
                restarts=self.restarts,
            )

    # -- starting --------------------------------------------------------------------------------

    def _start_on_a_free_port(self) -> None:
        """Start; should another program have taken the port meanwhile, try other ones."""
        for attempt in range(5):
            try:
                self._start_server()
                return
            except PostgresError:
                if attempt == 4 or "could not bind" not in self._log_tail():
                    raise
            port = clusters.new_port(self.place)
            self.cluster = clusters.Cluster(**{**vars(self.cluster), "port": port})

    def _start_server(self) -> None:
        """Start the server and wait until it accepts connections, crash recovery included."""
        data = self.cluster.data
        clear_processes_of(data, patience=20.0)
        (data / "postmaster.pid").unlink(missing_ok=True)
        self._log_start = self._rotate_log()
        with self.place.log.open("ab") as log:
            process = subprocess.Popen(
                self.cluster.command,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGINT),
                **self.cluster.account.popen,
            )
        process.returncode = 0  # it is reaped with the orphans it may leave, not by Popen
        self.postmaster = process.pid
        while not self._is_ready():
            if self._wait(0.02):
                explanation = clusters.explain(
                    self._log_tail(), data, "La base de données ne démarre pas"
                )
                raise PostgresError(explanation)
            if self.asked_to_stop:
                raise PostgresError("Démarrage de la base de données interrompu.")

    def _is_ready(self) -> bool:
        try:
            lines = (self.cluster.data / "postmaster.pid").read_text("utf-8").splitlines()
        except OSError:
            return False
        return (
            len(lines) > 7
            and lines[0].strip() == str(self.postmaster)
            and lines[7].strip() == "ready"
        )

    def _rotate_log(self) -> int:
        """Keep one old log beside the current one; returns where this start's words begin."""
        with suppress(FileNotFoundError):
            if (size := self.place.log.stat().st_size) < LOG_LIMIT:
                return size
            shutil.copyfile(self.place.log, self.place.log.with_suffix(".log.1"))
            os.truncate(self.place.log, 0)
        return 0

    def _log_tail(self) -> str:
        try:
            with self.place.log.open("rb") as log:
                log.seek(self._log_start)
                return log.read()[-8000:].decode("utf-8", "replace")
        except OSError:
            return ""

    # -- watching --------------------------------------------------------------------------------

    def _watch(self) -> None:
        next_rotation = time.monotonic() + 60
        self.last_used = time.monotonic()
        while not self.asked_to_stop:
            if self._wait(TICK):
                self._restart()
            if self._is_used():
                self.last_used = time.monotonic()
            elif time.monotonic() - self.last_used > GRACE and self._leave():
                return
            if time.monotonic() > next_rotation:
                self._rotate_log()
                next_rotation = time.monotonic() + 60
        self._say("stopping")
        self._stop_server()
        self._say("stopped")

    def _wait(self, seconds: float) -> bool:
        """Wait for news; True when the server itself has ended."""
        news = signal.sigtimedwait(WAITED_FOR, seconds)
        if news is not None and news.si_signo in (signal.SIGTERM, signal.SIGINT):
            self.asked_to_stop = True
        ended = self.postmaster in reap_children()
        if ended:
            self.postmaster = 0
        return ended

    def _restart(self) -> None:
        """After a crash: once at once, then with growing pauses, as long as someone needs it."""
        pause = 0.0
        while not self.asked_to_stop and (pause == 0.0 or self._is_used()):
            self.restarts += 1
            self._say("restarting")
            try:
                self._start_server()
                self._say("ready", notice=self.cluster.notice)
                return
            except (PostgresError, OSError) as error:
                self._stop_server()
                self._say("restarting", message=self._words_for(error))
            pause = min(30.0, pause * 2 or 0.5)
            end = time.monotonic() + pause
            while time.monotonic() < end and not self.asked_to_stop:
                self._wait(TICK)
        self.asked_to_stop = True

    def _is_used(self) -> bool:
        """Whether some process holds its lease; leases of the dead are removed."""
        used = False
        with suppress(FileNotFoundError):
            for lease in list(self.place.users.iterdir()):
                if (descriptor := _lock_if_there(lease)) is None:
                    used = True
                    continue
                if not lease.name.startswith(".") or _is_old(lease):
                    lease.unlink(missing_ok=True)
                os.close(descriptor)
        return used

    def _leave(self) -> bool:
        """Stop unless somebody came in the meantime; nobody can join while we do."""
        try:
            lock = try_lock(self.place.lock)
        except FileNotFoundError:
            lock = -1
        if lock is None:
            return False
        try:
            if lock >= 0 and self._is_used():
                return False
            self._say("stopping")
            self._stop_server()
            self._say("stopped")
            return True
        finally:
            if lock >= 0:
                os.close(lock)

    # -- stopping --------------------------------------------------------------------------------

    def _stop_server(self) -> None:
        """Fast shutdown; harder and harder when the server does not end."""
        for request, patience in ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if self.postmaster == 0:
                break
            with suppress(ProcessLookupError):
                os.kill(self.postmaster, request)
            deadline = time.monotonic() + patience
            while self.postmaster and time.monotonic() < deadline:
                self._wait(0.05)
        if hasattr(self, "cluster"):
            clear_processes_of(self.cluster.data, patience=2.0)


def _lock_if_there(path: Path) -> int | None:
    """The lock of a lease nobody holds, or None when its process lives."""
    try:
        return try_lock(path)
    except FileNotFoundError:
        return None


def _is_old(lease: Path) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - lease.stat().st_mtime > 10
    return True


def supervise(var: Path, profile: str) -> int:
    os.chdir("/")
    os.umask(0o077)
    sys.stdout.flush()
    return Supervisor(Place(var), profile).run()
