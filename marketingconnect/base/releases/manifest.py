"""The seal of a release: what it is made of, file by file."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from marketingconnect.base.errors import ReleaseError
from marketingconnect.base.releases.contents import SourceNote
from marketingconnect.base.releases.parts import Written
from marketingconnect.base.schema import FORMAT, MANIFEST_FILE
from marketingconnect.base.vocabulary import Population

Manifest = Mapping[str, Any]


def described(
    *,
    name: str,
    population: Population,
    as_of: date,
    sources: Sequence[SourceNote],
    written: Written,
) -> dict[str, Any]:
    """The manifest before its files are hashed."""
    return {
        "format": FORMAT,
        "release": name,
        "population": population.value,
        "as_of": as_of.isoformat(),
        "sources": [source.to_json() for source in sources],
        "rows": written.rows,
        "addresses": written.addresses,
        "households": written.households,
        "companies": written.companies,
        "channels": written.channels,
    }


def seal(folder: Path, manifest: Manifest) -> tuple[dict[str, Any], str]:
    """Hash every file and write the manifest; it and its own SHA-256."""
    files = {
        str(path.relative_to(folder)): {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE
    }
    whole = {**manifest, "files": files}
    return whole, write_manifest(folder, whole)


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write it; its SHA-256."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """The hash of a file, read once."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_folder(folder: Path, sha256: str, *, hashes: bool = True) -> dict[str, Any]:
    """The manifest of a whole folder. Raises ReleaseError naming the first file that differs.

    Without `hashes`, sizes alone are compared, which takes no time.
    """
    place = folder / MANIFEST_FILE
    if not place.is_file():
        raise ReleaseError(f"Le manifeste de « {folder.name} » manque.")
    if sha256_of(place) != sha256:
        raise ReleaseError(f"Le manifeste de « {folder.name} » a changé depuis sa publication.")
    manifest: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise ReleaseError(f"« {name} » manque dans « {folder.name} ».")
        is_same = path.stat().st_size == expected["size"]
        if not is_same or (hashes and sha256_of(path) != expected["sha256"]):
            raise ReleaseError(f"« {name} » de « {folder.name} » n’est plus celui d’origine.")
    return manifest
