"""One process of the demo: started with its log, found dead, started again, ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from marketingconnect.config.postgres.processes import die_with_parent

LOG_LIMIT = 10 * 2**20
LONGEST_PAUSE = 30.0
STEADY_AFTER = 30.0


def always_ready() -> bool:
    return True


def command_line(*arguments: str) -> list[str]:
    """``marketingconnect …`` of this very environment."""
    return [str(Path(sys.executable).with_name("marketingconnect")), *arguments]


@dataclass
class Child:
    """``ready`` says whether it serves yet; ``patience``: how many seconds it may take to end."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], bool] = always_ready
    patience: float = 15.0
    is_errand: bool = False
    """It ends by itself; done, it is not started again."""
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C is for the supervisor, who stops it in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command_line(*self.arguments),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )
        self.started_at = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    @property
    def is_done(self) -> bool:
        """An errand that ended well."""
        return self.is_errand and self.exit_code == 0

    def note_death(self) -> float:
        """Clear what it left behind; returns the pause before the next start, in seconds."""
        self._kill_group()
        steady = time.monotonic() - self.started_at > STEADY_AFTER
        self.failures = 1 if steady else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(LONGEST_PAUSE, 2.0 ** (self.failures - 2))
        self.start_again_at = time.monotonic() + pause
        self.process = None
        return pause

    def ask_to_end(self) -> None:
        if self.process is not None and self.alive:
            self.process.terminate()

    def wait_end(self) -> None:
        """Wait for the end it was asked for; then whatever is left of its group is killed."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._kill_group()
        self.process.wait()
        self.process = None

    def last_words(self, lines: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def _kill_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
