"""One directory below the setting FILES_ROOT. Names are drawn at random: nothing can be guessed.

A file appears whole or not at all: it is written beside its place, synced, then renamed.
"""

import builtins
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from django.conf import settings

_PREFIX: Final = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*")
_PATH: Final = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*(?:\.[a-z0-9]{1,8})?")
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")


class UnknownFileError(Exception):
    """No file is kept under this path."""


class FileTooLargeError(Exception):
    """More bytes came than the caller allows; nothing is kept."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file is, how many bytes it has, and its fingerprint in hexadecimal."""

    path: str
    size: int
    sha256: str


def save(
    prefix: str, name: str, chunks: Iterable[bytes], *, max_bytes: int | None = None
) -> StoredFile:
    """Keep a file and return where; only the extension of `name` is used in its path.

    `prefix` reads `contacts/c42`. Raises FileTooLargeError past `max_bytes`, ValueError for a
    prefix that is not made of lower-case words.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"not a storage prefix: {prefix!r}")
    token = secrets.token_hex(16)
    path = f"{prefix}/{token[:2]}/{token}{_suffix_of(name)}"
    target = _place(path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f"{target.name}.part")
    try:
        length, digest = _write(temporary, chunks, max_bytes)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return StoredFile(path, length, digest)


def open(path: str) -> BinaryIO:
    """Open a kept file for reading; raises UnknownFileError."""
    try:
        return builtins.open(_place(path), "rb")
    except FileNotFoundError:
        raise UnknownFileError(path) from None


def size(path: str) -> int:
    """Bytes of a kept file; raises UnknownFileError."""
    try:
        return _place(path).stat().st_size
    except FileNotFoundError:
        raise UnknownFileError(path) from None


def delete(path: str) -> None:
    """Remove a file; one that is already gone is fine."""
    _place(path).unlink(missing_ok=True)


def discard(prefix: str) -> int:
    """Remove every file below a prefix, whole or half written; returns how many.

    For what a killed run left, before its work is done again.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"not a storage prefix: {prefix!r}")
    folder = Path(settings.FILES_ROOT) / prefix
    left = [path for path in folder.rglob("*") if path.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


@contextmanager
def local_path(path: str) -> Iterator[Path]:
    """The file as a path on this machine, for tools that want one; read it only."""
    place = _place(path)
    if not place.is_file():
        raise UnknownFileError(path)
    yield place


def _suffix_of(name: str) -> str:
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _place(path: str) -> Path:
    """Where a path lies; anything that could leave the directory is unknown."""
    if not _PATH.fullmatch(path):
        raise UnknownFileError(path)
    return Path(settings.FILES_ROOT) / path


def _write(temporary: Path, chunks: Iterable[bytes], max_bytes: int | None) -> tuple[int, str]:
    digest = hashlib.sha256()
    length = 0
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        for chunk in chunks:
            length += len(chunk)
            if max_bytes is not None and length > max_bytes:
                raise FileTooLargeError
            digest.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return length, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    """The new name survives a power cut too, where the file system lets a folder be synced."""
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(descriptor)
    os.close(descriptor)
