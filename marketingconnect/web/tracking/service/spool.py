"""What was answered while the database was away: a file of this machine, synced, then replayed.

Each process has its own file and holds a lock on it. A file without a holder was left by a dead
process: whoever finds it replays it. Replaying twice changes nothing.
"""

import fcntl
import os
import secrets
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

VISIT: Final = b"V"
LEAVE: Final = b"L"
Replay = Callable[[Sequence[bytes], Sequence[bytes]], None]
"""Writes lines of visits and of leavers to the database; raises when it is away."""


class Spool:
    """Append-only; `append` returns once the lines are on the disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._guard = threading.Lock()
        self._path, self._file = self._begin()

    def append(self, kind: bytes, lines: Sequence[bytes]) -> None:
        whole = b"".join(kind + line.rstrip(b"\n") + b"\n" for line in lines)
        with self._guard:
            before = os.fstat(self._file).st_size
            try:
                view = memoryview(whole)
                while view:
                    view = view[os.write(self._file, view) :]
                os.fsync(self._file)
            except OSError:
                # Half a line would be glued to the next one, once there is room again.
                os.ftruncate(self._file, before)
                raise

    def replay(self, write: Replay) -> int:
        """Write what this process kept, and what dead ones left; returns how many lines."""
        with self._guard:
            kept = os.fstat(self._file).st_size > 0
            if kept:
                old, old_file = self._path, self._file
                self._path, self._file = self._begin()
        done = 0
        if kept:
            try:
                done += _replayed(old, write)
            finally:
                # Not written: it stays without a holder, for the next replay.
                os.close(old_file)
        return done + self._of_the_dead(write)

    def close(self) -> None:
        """The file goes with its process when it is empty."""
        if os.fstat(self._file).st_size == 0:
            self._path.unlink(missing_ok=True)
        os.close(self._file)

    def _begin(self) -> tuple[Path, int]:
        path = self._folder / f"{os.getpid()}-{secrets.token_hex(6)}.spool"
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return path, file

    def _of_the_dead(self, write: Replay) -> int:
        done = 0
        for path in sorted(self._folder.glob("*.spool")):
            if path == self._path:
                continue
            try:
                file = os.open(path, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                done += _replayed(path, write)
            except BlockingIOError:
                continue
            finally:
                os.close(file)
        return done


def _replayed(path: Path, write: Replay) -> int:
    """The file is removed once all of it is in the database. A torn last line was not answered."""
    if not path.exists():
        return 0
    lines = path.read_bytes().split(b"\n")[:-1]
    visits = [line[1:] + b"\n" for line in lines if line[:1] == VISIT]
    leavers = [line[1:] for line in lines if line[:1] == LEAVE]
    if lines:
        write(visits, leavers)
    path.unlink()
    return len(lines)
