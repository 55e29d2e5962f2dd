"""Where releases are on the disk, and how a folder becomes one at once."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from marketingconnect.base.errors import ReleaseError
from marketingconnect.base.vocabulary import Population
from marketingconnect.sandbox.folder_lock import FolderInUse, hold

_BUILDING: Final = ".building-"
_NAME: Final = re.compile(r"[a-z]+-\d{4}-\d{2}-\d{2}-\d{2,}")


def population_folder(population: Population) -> Path:
    """The folder of a population's releases, made private to us."""
    folder = Path(settings.BASE_ROOT) / population.value
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def release_folder(population: Population, name: str) -> Path:
    """Where a release of that name is, or would be."""
    if not _NAME.fullmatch(name):
        raise ReleaseError(f"« {name} » n’est pas un nom de version de la base.")
    return Path(settings.BASE_ROOT) / population.value / name


@contextmanager
def alone(population: Population) -> Iterator[None]:
    """One builder a population; the lock falls with its process. Raises ReleaseError."""
    try:
        descriptor = hold(population_folder(population) / ".lock")
    except FolderInUse as error:
        raise ReleaseError(
            "Une autre fabrication de cette base est en cours : attendez sa fin, puis relancez."
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


def new_building_folder(population: Population) -> Path:
    """An empty folder that nothing reads."""
    folder = population_folder(population) / f"{_BUILDING}{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    return folder


def remove_leftovers(population: Population) -> int:
    """Remove what killed builders left; the caller holds the lock. How many."""
    leftovers = list(population_folder(population).glob(f"{_BUILDING}*"))
    for folder in leftovers:
        shutil.rmtree(folder, ignore_errors=True)
    return len(leftovers)


def set_in_place(building: Path, target: Path) -> None:
    """Rename a finished folder to its name, everything in it on the disk before."""
    for folder, _, files in os.walk(building):
        for name in files:
            _fsync(Path(folder) / name)
        _fsync(Path(folder))
    building.rename(target)
    _fsync(target.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_folder(path: Path) -> None:
    """Take a release's files away: hidden first, so that it is never read half gone."""
    if not path.exists():
        return
    hidden = path.with_name(f"{_BUILDING}{secrets.token_hex(8)}")
    path.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)
