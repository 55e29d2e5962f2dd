"""Processes and locks, read from the kernel rather than guessed from process numbers.

A dead process that nobody reaps (usual in containers) still answers ``kill(pid, 0)``: the state
in ``/proc`` tells the truth. A file lock is dropped by the kernel with its holder, however it dies.
"""

import ctypes
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> None:
    """Orphaned descendants come to us, so that none is left as a zombie."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(death_signal: signal.Signals) -> None:
    """Run in a child before exec: the kernel signals it when its parent dies.

    To be called after any change of user, which clears the request.
    """
    parent = os.getppid()
    _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if os.getppid() != parent:
        os.kill(os.getpid(), death_signal)


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def processes_in(folder: Path) -> list[int]:
    """Living processes whose working directory is this folder: PostgreSQL's own all are."""
    target = os.path.realpath(folder)
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with suppress(OSError):
            if os.readlink(f"/proc/{entry}/cwd") == target and is_alive(int(entry)):
                found.append(int(entry))
    return found


def clear_processes_of(folder: Path, *, patience: float) -> None:
    """Wait until no process works in the folder; end those that stay after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while survivors := processes_in(folder):
        reap_children()
        if time.monotonic() > deadline:
            for pid in survivors:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def reap_children() -> set[int]:
    """Collect every child that has ended."""
    ended: set[int] = set()
    with suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            ended.add(pid)
    return ended


def try_lock(path: Path) -> int | None:
    """An exclusive lock on the file as an open descriptor, or None when someone holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file, waiting for it as long as needed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock, found without disturbing another reader."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
