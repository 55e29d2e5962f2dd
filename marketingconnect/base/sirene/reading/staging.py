"""A stock file read into typed Parquet: a stage, kept by the hash of the file until it is used.

One thread unpacks and cuts, the others parse a piece each with a DuckDB of their own. A piece that
was written whole is not parsed again: a killed import starts where it stopped.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import duckdb

from marketingconnect.base.engine import plain_failures, quoted
from marketingconnect.base.sirene.layout import StockKind
from marketingconnect.base.sirene.reading.archive import byte_chunks, form_of
from marketingconnect.base.sirene.reading.diagnosis import Span, fault_of, too_long
from marketingconnect.base.sirene.reading.errors import StockFileError
from marketingconnect.base.sirene.reading.header import Header, check_names, read_header
from marketingconnect.base.sirene.reading.pieces import (
    PIECE,
    EndlessRecordError,
    Piece,
    pieces,
    split_header,
)
from marketingconnect.base.sirene.reading.sql import (
    counts,
    is_wrong,
    key_of,
    outputs,
    raw_columns,
    read_csv,
)

FORMAT: Final = 2
"""Changes with what a stage holds: an older one is not reused."""
_MEMORY_A_READER: Final = "300MB"
_MEMORY_ALONE: Final = "600MB"
_DONE: Final = "done.json"
Say = Callable[[str], None]
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a file became: Parquet files by name, and what was counted on the way."""

    folder: Path
    sha256: str
    size: int
    counts: Counts
    unknown: tuple[str, ...]

    def files(self, name: str) -> str:
        """The pattern of the files of one output."""
        return str(self.folder / f"{name}-*.parquet")


@dataclass(frozen=True, slots=True)
class Reading:
    """One file to read, where to, and under which conditions."""

    path: Path
    kind: StockKind
    span: Span
    folder: Path
    threads: int
    piece_size: int = PIECE


def stage_file(
    path: Path,
    kind: StockKind,
    *,
    root: Path,
    span: Span,
    threads: int,
    say: Say,
    piece_size: int = PIECE,
) -> Stage:
    """Read a file, or take what an earlier run read of the same bytes. Raises StockFileError."""
    form = form_of(path)
    if form != "parquet":
        _header(path, kind, byte_chunks(path))
    say(f"{kind.name} : empreinte du fichier")
    sha256 = _sha256(path)
    told = f"{FORMAT} {kind.member} {sha256} {span.first} {span.last} {piece_size}"
    folder = root / hashlib.sha256(told.encode()).hexdigest()[:32]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = folder / _DONE
    if not done.exists():
        reading = Reading(path, kind, span, folder, threads, piece_size)
        total, unknown = _read_parquet(reading) if form == "parquet" else read_text(reading, say)
        _write_json(done, {"counts": total, "unknown": unknown})
    kept = json.loads(done.read_text(encoding="utf-8"))
    return Stage(folder, sha256, path.stat().st_size, kept["counts"], tuple(kept["unknown"]))


def remove_stages(root: Path) -> None:
    """Forget everything that was read: names of people are not kept for nothing."""
    shutil.rmtree(root, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# -- text, packed or not ---------------------------------------------------------------------------


def read_text(reading: Reading, say: Say) -> tuple[Counts, list[str]]:
    """Parse a CSV, packed or not; what was counted, and the columns that were not known.

    Raises StockFileError.
    """
    chunks = byte_chunks(reading.path)
    header, beyond = _header(reading.path, reading.kind, chunks)
    try:
        stream = chain([beyond] if beyond else [], chunks)
        cut = pieces(stream, size=reading.piece_size, first_line=2)
        total = _parse_all(reading, header, cut, say)
    except EndlessRecordError as error:
        raise too_long(reading.path, error.line) from error
    if not total.get("rows"):
        raise StockFileError(reading.path, "ce fichier ne contient aucune ligne.")
    return total, reading.kind.unknown(header.names)


def _header(path: Path, kind: StockKind, chunks: Iterator[bytes]) -> tuple[Header, bytes]:
    """The columns, and what was read beyond them. Raises StockFileError."""
    try:
        line, beyond = split_header(chunks)
    except EndlessRecordError as error:
        raise too_long(path, error.line) from error
    return read_header(path, line, kind), beyond


def _parse_all(reading: Reading, header: Header, cut: Iterator[Piece], say: Say) -> Counts:
    """Every piece, several at once, each once; the first fault of the file is the one told."""
    total: Counts = {}
    waiting: list[Future[Counts]] = []
    with ExitStack() as stack:
        readers = stack.enter_context(_Readers(reading))
        parsers = stack.enter_context(ThreadPoolExecutor(max_workers=reading.threads))
        try:
            for piece in cut:
                waiting.append(parsers.submit(_parsed, reading, header, piece, readers))
                if len(waiting) > reading.threads:
                    _add(total, waiting.pop(0).result())
                    say(
                        f"{reading.kind.name} : {total['rows']:,} lignes lues".replace(
                            ",", "\u202f"
                        )
                    )
            for future in waiting:
                _add(total, future.result())
        except BaseException:
            parsers.shutdown(cancel_futures=True)
            raise
    return total


def _add(total: Counts, found: Counts) -> None:
    for name, count in found.items():
        total[name] = total.get(name, 0) + count


class _Readers:
    """A DuckDB a thread, all closed at the end."""

    def __init__(self, reading: Reading) -> None:
        self._folder = reading.folder
        self._mine = threading.local()
        self._all: list[Any] = []

    def __enter__(self) -> "_Readers":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._all:
            connection.close()

    def mine(self) -> Any:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = _connected(self._folder, _MEMORY_A_READER, threads=1)
            self._all.append(self._mine.connection)
        return self._mine.connection


def _connected(folder: Path, memory: str, *, threads: int) -> Any:
    return duckdb.connect(
        config={
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": str(folder / ".spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def _parsed(reading: Reading, header: Header, piece: Piece, readers: _Readers) -> Counts:
    """The counts of a piece, written to the stage if it was not yet."""
    done = reading.folder / f"piece-{piece.number:05d}.json"
    if done.exists():
        found: Counts = json.loads(done.read_text(encoding="utf-8"))
        return found
    connection = readers.mine()
    try:
        with _in_memory(piece.parts) as path, plain_failures():
            names = {name: name for name in header.names}
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE piece AS SELECT"  # noqa: S608
                f" {raw_columns(reading.kind, names)} FROM {read_csv(path, header)}"
            )
            found = _counted(connection, reading)
    except duckdb.Error as error:
        fault = fault_of(reading.path, piece, header, reading.kind, reading.span)
        what = str(error).splitlines()[0]
        raise fault or StockFileError(reading.path, what, line=piece.first_line) from error
    if found.pop("wrong"):
        fault = fault_of(reading.path, piece, header, reading.kind, reading.span)
        raise fault or StockFileError(
            reading.path, "une valeur ne peut pas être lue.", line=piece.first_line
        )
    with plain_failures():
        _write_outputs(connection, reading, piece.number)
    _write_json(done, found)
    return found


@contextmanager
def _in_memory(parts: Iterable[bytes]) -> Iterator[str]:
    """The path of a file that has these bytes and stands on no disk."""
    descriptor = os.memfd_create("sirene")
    try:
        for part in parts:
            view = memoryview(part)
            while view:
                view = view[os.write(descriptor, view) :]
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _counted(connection: Any, reading: Reading) -> Counts:
    result = connection.execute(counts(reading.kind, reading.span))
    names = [column[0] for column in result.description]
    return dict(zip(names, result.fetchone(), strict=True))


def _write_outputs(connection: Any, reading: Reading, number: int) -> None:
    for name, select in outputs(reading.kind).items():
        target = reading.folder / f"{name}-{number:05d}.parquet"
        partial = target.with_suffix(".partial")
        connection.execute(
            f"COPY ({select}) TO {quoted(partial)} (FORMAT parquet, COMPRESSION snappy)"
        )
        partial.rename(target)


def _write_json(path: Path, content: object) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(content), encoding="utf-8")
    partial.rename(path)


# -- Parquet ---------------------------------------------------------------------------------------


def _read_parquet(reading: Reading) -> tuple[Counts, list[str]]:
    """INSEE's Parquet: the same columns, without lines to cut."""
    source = f"read_parquet({quoted(reading.path)}, file_row_number = true)"
    connection = _connected(reading.folder, _MEMORY_ALONE, threads=reading.threads)
    try:
        with plain_failures():
            rows = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}")  # noqa: S608
            published = {row[0].strip(): row[0] for row in rows.fetchall()}
            check_names(reading.path, list(published), reading.kind)
            columns = raw_columns(reading.kind, published)
            connection.execute(
                f"CREATE TEMP VIEW piece AS SELECT {columns}, file_row_number FROM {source}"  # noqa: S608
            )
            found = _counted(connection, reading)
            if found.pop("wrong"):
                raise _wrong_row(connection, reading)
            _write_outputs(connection, reading, 0)
    except duckdb.Error as error:
        raise StockFileError(
            reading.path, f"ce fichier Parquet ne peut pas être lu : {str(error).splitlines()[0]}"
        ) from error
    finally:
        connection.close()
    return found, reading.kind.unknown(list(published))


def _wrong_row(connection: Any, reading: Reading) -> StockFileError:
    key, _ = key_of(reading.kind)
    number, value = connection.execute(
        f"SELECT file_row_number + 1, {key} FROM piece WHERE {is_wrong(reading.kind, reading.span)}"  # noqa: S608
        " ORDER BY file_row_number LIMIT 1"
    ).fetchone()
    return StockFileError(
        reading.path, f"le numéro ou une date de « {value} » ne peut pas être lu.", line=number
    )
