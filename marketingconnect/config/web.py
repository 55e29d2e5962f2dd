"""``marketingconnect web``: the web server, one master and its workers."""

import argparse
import os

from granian import Granian
from granian.constants import Interfaces

HELP = "Sert le site : boutique, espace client, gestion, webhooks."
NEEDS_DATABASE = True
THREADS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port (8000)")
    parser.add_argument(
        "--workers", type=int, default=min(4, os.cpu_count() or 2), help="nombre de processus"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until stopped. Each worker keeps at most THREADS database connections."""
    Granian(
        "marketingconnect.config.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=THREADS,
        backpressure=128,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()
    return 0
