"""A DuckDB of our own, kept within its memory, and its failures in words for people."""

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
from django.conf import settings

from marketingconnect.base.errors import BaseError
from marketingconnect.base.schema import ROW_GROUP

DuckDB = Any
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_WORDS: Final = ("no space left", "file too large", "disk quota", "max_temp_directory_size")


class DiskFullError(BaseError):
    """Nothing more can be written; what was published before is untouched."""


class TooLittleMemoryError(BaseError):
    """The work does not fit in BASE_MEMORY."""


@contextmanager
def duckdb_in(folder: Path) -> Iterator[DuckDB]:
    """A connection that spills into a folder of its own below `folder`, gone at the end.

    Raises DiskFullError and TooLittleMemoryError for what DuckDB and the system say of them.
    """
    spill = folder / f".spill-{secrets.token_hex(6)}"
    spill.mkdir(parents=True, mode=0o700)
    connection: DuckDB = duckdb.connect(
        config={
            "memory_limit": settings.BASE_MEMORY,
            "threads": settings.BASE_THREADS,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        with plain_failures():
            yield connection
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def plain_failures() -> Iterator[None]:
    """Say a full disk and a short memory in French."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if _is_full(error):
            raise DiskFullError(
                "Il n’y a plus de place sur le disque de la base. Libérez-en, puis relancez la"
                " même commande : la version publiée n’a pas changé."
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise TooLittleMemoryError(
                "La mémoire accordée ne suffit pas. Augmentez MARKETINGCONNECT_BASE_MEMORY, puis"
                " relancez la même commande : la version publiée n’a pas changé."
            ) from error
        raise


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    said = str(error).lower()
    return any(words in said for words in _FULL_WORDS)


def quoted(value: Path | str) -> str:
    """A string literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet(files: list[Path] | list[str] | Path | str) -> str:
    """`read_parquet(…)` over one file, a pattern, or several in that order."""
    if isinstance(files, list):
        return f"read_parquet([{', '.join(quoted(file) for file in files)}])"
    return f"read_parquet({quoted(files)})"


COPY_OPTIONS: Final = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
