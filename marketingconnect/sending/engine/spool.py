"""The sender's local memory: one append-only file a chunk, below a directory of its own.

Each sender process holds a lock on its directory as long as it lives; the kernel lets it go at
its death, however it dies. Lines:

    S <position>                                             the message is about to leave
    R <position>                                             refused for a while, to try again
    D <position> <outcome> <cause> <code> <time> <reply>     the server has answered

The file's room is taken from the disk before its chunk is claimed, then mapped into memory and
written there: a line costs no call of the system, and what is in the mapped pages survives the
process, for they are the kernel's. The line's end is written last, so that a line cut by death has
none. The pages may not survive the machine: after a reboot the files of before are not believed.
"""

import fcntl
import mmap
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from marketingconnect.sending.services.outcomes import Result

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NOTHING = "-"
_ROOM: Final = 128 * 1024
"""Octets taken at a time: the lines of a chunk of five hundred, with long answers."""
_MOST_WORDS: Final = 1_000
_ONE_LINE: Final = str.maketrans("\n\r\0", "   ")
_LINE_END: Final = ord("\n")


class Owner(Enum):
    """What is known of the sender that holds a chunk."""

    ALIVE = "alive"
    DEAD = "dead"
    """It died on this machine since the last boot: its files tell everything."""
    OUT_OF_REACH = "out of reach"
    """Another machine, or files lost: nothing is known."""


@dataclass
class SpoolReading:
    """What the file of a chunk tells."""

    results: dict[int, Result] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    """In flight: the message may have left and no answer is known."""
    deferred: set[int] = field(default_factory=set)


class SpoolFullError(Exception):
    """Our disk has no room to write something down: no server is to blame.

    It is no OSError, which is what a server out of reach raises.
    """


class SpoolFile:
    """The open file of one chunk. Raises SpoolFullError when the disk has no room for it."""

    def __init__(self, path: Path, room: int = _ROOM) -> None:
        self._path = path
        self._end = 0
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise SpoolFullError(str(error)) from error
        try:
            os.posix_fallocate(self._file, 0, room)
            self._memory = mmap.mmap(self._file, room)
        except OSError as error:
            os.close(self._file)
            path.unlink()
            raise SpoolFullError(str(error)) from error

    def started(self, position: int) -> None:
        """Must return before the end of the message can reach the server."""
        self._write(b"S %d\n" % position)

    def deferred(self, position: int) -> None:
        self._write(b"R %d\n" % position)

    def answered(self, result: Result) -> None:
        reply = result.reply.translate(_ONE_LINE)[:_MOST_WORDS]
        self._write(
            (
                f"D {result.position} {result.outcome} {result.cause or _NOTHING}"
                f" {result.smtp_code or 0} {result.at.timestamp():.6f} {reply}\n"
            ).encode("utf-8", "replace")
        )

    def name_for(self, path: Path) -> None:
        """Take the name of a chunk."""
        self._path.rename(path)
        self._path = path

    def remove(self) -> None:
        """The outcomes are in the database: the file has nothing more to tell."""
        self._memory.close()
        os.close(self._file)
        self._path.unlink(missing_ok=True)

    def _write(self, line: bytes) -> None:
        last = self._end + len(line) - 1
        if last >= len(self._memory):
            self._grow()
        self._memory[self._end : last] = line[:-1]
        self._memory[last] = _LINE_END
        self._end = last + 1

    def _grow(self) -> None:
        had = len(self._memory)
        try:
            os.posix_fallocate(self._file, had, _ROOM)
            self._memory.resize(had + _ROOM)
        except OSError as error:
            raise SpoolFullError(str(error)) from error


class Spool:
    """The directory of this sender, locked while it lives."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.owner = uuid4()
        self.directory = root / str(self.owner)
        self.directory.mkdir(parents=True, mode=0o700)
        self._lock = os.open(self.directory / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        (self.directory / "boot").write_text(_boot_id())
        self._spare: SpoolFile | None = None

    def take_room(self) -> None:
        """Have the disk's room for one chunk, before it is claimed. Raises SpoolFullError."""
        if self._spare is None:
            self._spare = SpoolFile(self.directory / "spare")

    def prove_room_to_grow(self) -> None:
        """Once a file could not grow: that a chunk and what it may need more have room again.

        Raises SpoolFullError.
        """
        SpoolFile(self.directory / "proof", 2 * _ROOM).remove()

    def open_chunk(self, chunk_id: int) -> SpoolFile:
        self.take_room()
        file, self._spare = self._spare, None
        assert file is not None  # noqa: S101
        file.name_for(self.directory / f"{chunk_id}.log")
        return file

    def close(self) -> None:
        """Leave nothing behind; chunks still claimed would then be out of reach."""
        if self._spare is not None:
            self._spare.remove()
        shutil.rmtree(self.directory, ignore_errors=True)
        os.close(self._lock)


class DeadSpool:
    """The directory of another sender; use it in a `with`, which holds its lock if it is dead."""

    def __init__(self, root: Path, owner: UUID) -> None:
        self._directory = root / str(owner)
        self._lock = -1
        self.state = Owner.OUT_OF_REACH
        self.removable = False
        """Its owner is surely dead, be it before the last boot."""

    def __enter__(self) -> "DeadSpool":
        try:
            self._lock = os.open(self._directory / "lock", os.O_WRONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            same_boot = (self._directory / "boot").read_text() == _boot_id()
            self.state = Owner.DEAD if same_boot else Owner.OUT_OF_REACH
            self.removable = True
        except BlockingIOError:
            self.state = Owner.ALIVE
        except OSError:
            # No directory, or one that was never finished: it claimed nothing we can read about.
            self.state = Owner.OUT_OF_REACH
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock >= 0:
            os.close(self._lock)

    def read(self, chunk_id: int) -> SpoolReading:
        return read_spool_file(self._directory / f"{chunk_id}.log")

    def remove(self) -> None:
        """Once none of its chunks is claimed any more."""
        shutil.rmtree(self._directory, ignore_errors=True)


def dead_owners(root: Path, *, but: UUID) -> list[UUID]:
    """Senders that left a directory here, dead or alive."""
    if not root.is_dir():
        return []
    names = (entry.name for entry in root.iterdir() if entry.is_dir())
    return [UUID(name) for name in names if _is_uuid(name) and name != str(but)]


def read_spool_file(path: Path) -> SpoolReading:
    """What a file tells; a last line cut by the crash counts for nothing, as is right: a start
    that was not written whole did not leave, an answer that was not kept is in doubt.
    """
    reading = SpoolReading()
    try:
        written, _, _ = path.read_bytes().partition(b"\0")
        lines = written.split(b"\n")
    except FileNotFoundError:
        return reading
    for line in lines[:-1]:
        _read_line(reading, line.decode("utf-8", "replace"))
    return reading


def _read_line(reading: SpoolReading, line: str) -> None:
    kind, _, rest = line.partition(" ")
    if kind == "S":
        reading.started.add(int(rest))
    elif kind == "R":
        reading.started.discard(int(rest))
        reading.deferred.add(int(rest))
    elif kind == "D":
        number, outcome, cause, code, time, reply = rest.split(" ", 5)
        position = int(number)
        reading.started.discard(position)
        reading.results[position] = Result(
            position,
            outcome,
            "" if cause == _NOTHING else cause,
            int(code) or None,
            reply,
            datetime.fromtimestamp(float(time), UTC),
        )


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return "unknown"


def _is_uuid(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
