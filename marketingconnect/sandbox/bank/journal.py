"""The bank's memory: one append-only file, written through to the disk before any answer."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marketingconnect.sandbox.folder_lock import hold

Record = dict[str, Any]


class Journal:
    """Lines of records; the records of one line are kept together or not at all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = hold(folder / ".lock")
        self._path = folder / "journal.jsonl"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def read(self) -> Iterator[Record]:
        """All records in order; a last line cut short by a kill is dropped for good."""
        whole = 0
        with self._path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield from json.loads(line)
        os.ftruncate(self._descriptor, whole)

    def write(self, *records: Record) -> None:
        line = memoryview(json.dumps(records, ensure_ascii=False).encode() + b"\n")
        while line:
            line = line[os.write(self._descriptor, line) :]
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)
        os.close(self._lock)
