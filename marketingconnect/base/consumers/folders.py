"""The folder of a supplier's file: what was read of it, step by step, until it is replaced."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from marketingconnect.base.errors import BaseError
from marketingconnect.sandbox.folder_lock import FolderInUse, hold

CLEANING: Final = 2
"""Raised when the cleaning changes: what an older one left half done is done again."""


@dataclass(frozen=True, slots=True)
class LoadFolder:
    """`raw/` is what was read, `rows-NNN.parquet` and `refused-NNN.parquet` what was made of it."""

    path: Path

    @property
    def raw(self) -> Path:
        return self.path / "raw"

    @property
    def raw_rows(self) -> Path:
        return self.raw / "raw.parquet"

    @property
    def rows(self) -> str:
        return str(self.path / "rows-*.parquet")

    @property
    def refused(self) -> str:
        return str(self.path / "refused-*.parquet")

    @property
    def duplicates(self) -> Path:
        return self.path / "duplicates.parquet"

    def rows_of(self, block: int) -> Path:
        return self.path / f"rows-{block:04}.parquet"

    def refused_of(self, block: int) -> Path:
        return self.path / f"refused-{block:04}.parquet"

    def start(self, parameters: dict[str, Any]) -> None:
        """Keep what was done under the same parameters; else begin again."""
        told = json.dumps({"cleaning": CLEANING, **parameters}, sort_keys=True)
        kept = self.path / "parameters.json"
        if kept.exists() and kept.read_text(encoding="utf-8") == told:
            return
        for path in self.path.iterdir():
            if path.name != ".lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        kept.write_text(told, encoding="utf-8")

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def load_folder(supplier: int, sha256: str) -> Iterator[LoadFolder]:
    """The folder of a file, held by one process. Raises BaseError when another reads it."""
    folder = folder_of(supplier, sha256)
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = hold(folder.path / ".lock")
    except FolderInUse as error:
        raise BaseError("Ce fichier est déjà en cours de lecture : attendez sa fin.") from error
    try:
        yield folder
    finally:
        os.close(descriptor)


def folder_of(supplier: int, sha256: str) -> LoadFolder:
    """Where a file's rows are, or would be."""
    return LoadFolder(Path(settings.BASE_ROOT) / "loads" / f"{supplier}-{sha256[:20]}")
