"""Find a Chromium that really starts; install one when there is none."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import _debian

PLAYWRIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "playwright"
ON_THE_MACHINE = ("chromium", "chromium-browser", "google-chrome")
DOWNLOAD_SECONDS = 120


def ensure() -> str:
    """Path of a Chromium that starts. Raises RuntimeError with a French message."""
    if found := _find():
        return found
    sys.stdout.write("Installation de Chromium…\n")
    sys.stdout.flush()
    _download()
    if found := _find():
        return found
    _debian.install("chromium", "fonts-dejavu-core")
    if found := _find():
        return found
    raise RuntimeError(
        "Chromium est installé mais ne démarre pas : essayez « chromium --version »."
    )


def _find() -> str | None:
    named = os.environ.get("MARKETINGCONNECT_CHROMIUM")
    candidates = [named] if named else [shutil.which(name) for name in ON_THE_MACHINE]
    for candidate in candidates:
        if candidate and _starts(candidate):
            return candidate
    if named:
        return None
    own = _playwrights_own()
    return own if own and _starts(own) else None


def _starts(program: str) -> bool:
    """Whether it draws an empty page: a missing library shows here, not in the first test."""
    with tempfile.TemporaryDirectory(prefix="mc-chromium-", ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        options += ["--disable-background-networking", f"--user-data-dir={profile}"]
        try:
            drawn = subprocess.run(
                [program, *options, "--dump-dom", "about:blank"],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return drawn.returncode == 0 and "<html" in drawn.stdout


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _download() -> None:
    """Playwright's own build, where its server can be reached; no luck is no error."""
    environment = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000"}
    try:
        subprocess.run(
            [str(PLAYWRIGHT), "install", "chromium"],
            env=environment,
            capture_output=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return
