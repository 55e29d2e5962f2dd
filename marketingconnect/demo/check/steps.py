"""Steps of a journey, each printed with its time as it ends."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar


@dataclass
class Steps:
    """Counts the steps and remembers how long each took, in seconds."""

    write: Callable[[str], object] = sys.stdout.write
    done: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step; a failure is printed with the title and raised again."""
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self._line("ÉCHEC", title, time.monotonic() - started)
            raise
        self.done.append((title, time.monotonic() - started))
        self._line("fait ", *self.done[-1])

    def note(self, words: str) -> None:
        """A remark between two steps."""
        self.write(f"                  {words}\n")

    def _line(self, verdict: str, title: str, seconds: float) -> None:
        self.write(f"  {verdict}  {seconds:6.2f} s  {title}\n")
        sys.stdout.flush()


Found = TypeVar("Found")


def wait_for(what: str, look: Callable[[], Found | None], *, seconds: float = 60.0) -> Found:
    """Look again until there is something true; raises TimeoutError naming `what`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{what} : rien après {seconds:.0f} s")
