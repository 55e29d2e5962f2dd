"""``marketingconnect database``: look at the embedded PostgreSQL, stop it, give its address."""

import argparse
import os
import sys
from pathlib import Path

from marketingconnect.config.postgres import ensure_running, status, stop

HELP = "Base de données embarquée : state (état), url (adresse), stop (arrêt)."
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
    parser.add_argument("verb", choices=["state", "url", "stop"], help="que faire")


def run(options: argparse.Namespace) -> int:
    root = Path(__file__).resolve().parents[2]
    var = Path(os.environ.get("MARKETINGCONNECT_VAR", root / "var")).absolute()
    given = os.environ.get("DATABASE_URL")
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


def _show(var: Path) -> None:
    now = status(var)
    lines = [f"Base de données {STATES[now.state]}, dans {now.data}"]
    if now.port:
        lines.append(f"port {now.port}, processus {now.postmaster}, redémarrages {now.restarts}")
    if now.message:
        lines.append(now.message)
    sys.stdout.write("\n".join(lines) + "\n")
