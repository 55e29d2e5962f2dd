"""``marketingconnect database``: look at the embedded PostgreSQL, stop it, run its own programs."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from marketingconnect.config.postgres import ensure_running, status, stop
from marketingconnect.config.postgres.binaries import find_binaries

HELP = "Base de données : state (état), url (adresse), stop (arrêt), run (psql, pg_dump…)."
NEEDS_DATABASE = False
STATES = {
    "stopped": "arrêtée",
    "starting": "en cours de démarrage",
    "ready": "en marche",
    "restarting": "en cours de redémarrage",
    "stopping": "en cours d’arrêt",
    "failed": "en échec",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", choices=["state", "url", "stop", "run"], help="que faire")
    parser.add_argument(
        "program",
        nargs=argparse.REMAINDER,
        help="avec run : un programme de PostgreSQL et ses options, déjà reliés à la base",
    )


def run(options: argparse.Namespace) -> int:
    root = Path(__file__).resolve().parents[2]
    var = Path(os.environ.get("MARKETINGCONNECT_VAR", root / "var")).absolute()
    given = os.environ.get("DATABASE_URL")
    if options.verb == "run":
        return _run_program(given or ensure_running(var), options.program)
    if options.verb == "url":
        sys.stdout.write(f"{given or ensure_running(var)}\n")
    elif given:
        sys.stdout.write("DATABASE_URL désigne une base que la plateforme ne gère pas.\n")
    elif options.verb == "stop":
        stopped = stop(var)
        sys.stdout.write("Base arrêtée.\n" if stopped else "La base ne tournait pas.\n")
    else:
        _show(var)
    return 0


def _run_program(url: str, words: list[str]) -> int:
    """Run psql, pg_dump… against the database, which stays up as long as they run."""
    parts = urlsplit(url)
    environment = {
        **os.environ,
        "PATH": f"{find_binaries().folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
    }
    try:
        program = shutil.which(words[0], path=environment["PATH"]) if words else None
        if program is None:
            raise FileNotFoundError
        return subprocess.run([program, *words[1:]], env=environment, check=False).returncode
    except FileNotFoundError:
        sys.stderr.write("Nommez un programme de PostgreSQL : psql, pg_dump, pg_restore…\n")
        return 2


def _show(var: Path) -> None:
    now = status(var)
    lines = [f"Base de données {STATES[now.state]}, dans {now.data}"]
    if now.port:
        lines.append(f"port {now.port}, processus {now.postmaster}, redémarrages {now.restarts}")
    if now.message:
        lines.append(now.message)
    sys.stdout.write("\n".join(lines) + "\n")
