"""nginx and wrk for measures: those of PATH, else unpacked below var/ from Debian's packages.

Nothing is installed and no service is started: both run as processes of the measure.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PACKAGES: Final = {
    "nginx": ["nginx"],
    "wrk": ["wrk", "libluajit-5.1-2", "libluajit-5.1-common"],
}


@dataclass(frozen=True)
class Tool:
    path: str
    environment: Mapping[str, str]


def find_tool(name: str, var: Path) -> Tool | None:
    """A tool that runs here, or None without apt, or offline."""
    if found := shutil.which(name):
        return Tool(found, os.environ)
    unpacked = var / "tools" / name
    if not unpacked.exists():
        _unpack(_PACKAGES[name], unpacked)
    program = next(iter(unpacked.glob(f"usr/*bin/{name}")), None)
    if program is None:
        return None
    libraries = ":".join(map(str, unpacked.glob("usr/lib/*-linux-gnu")))
    tool = Tool(str(program), {**os.environ, "LD_LIBRARY_PATH": libraries})
    return tool if _runs(tool) else None


def _unpack(packages: Sequence[str], target: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return
    with tempfile.TemporaryDirectory(prefix="tools-") as folder:
        subprocess.run(
            ["apt-get", "download", *packages], cwd=folder, capture_output=True, check=False
        )
        found = list(Path(folder).glob("*.deb"))
        if len(found) < len(packages):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}-{os.getpid()}")
        for package in found:
            subprocess.run(["dpkg", "-x", package, unfinished], capture_output=True, check=True)
        unfinished.rename(target)


def _runs(tool: Tool) -> bool:
    tried = subprocess.run(
        [tool.path, "-v"], env=dict(tool.environment), capture_output=True, check=False
    )
    return b"error while loading" not in tried.stderr
