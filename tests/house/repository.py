"""The files of the repository, as the checks of the house see them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BINARY = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2", ".woff", ".pdf", ".xlsx", ".gz"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every text file under version control, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = (Path(name) for name in listing.stdout.split("\0") if name)
    return tuple(path for path in paths if path.suffix not in _BINARY and (ROOT / path).is_file())


def read(path: Path) -> str:
    """The text of a tracked file."""
    return (ROOT / path).read_text(encoding="utf-8")


def code_files() -> tuple[Path, ...]:
    """Our Python files; migrations are written by Django."""
    return tuple(
        path for path in tracked_files() if path.suffix == ".py" and "migrations" not in path.parts
    )
