"""``marketingconnect tracking``: clicks, openings and unsubscriptions, apart from the site."""

import argparse

from granian import Granian
from granian.constants import Interfaces, Loops, RuntimeModes

HELP = "Sert les liens des messages : clics, ouvertures, désinscriptions."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8004, help="port (8004)")
    parser.add_argument("--workers", type=int, default=1, help="nombre de processus (1)")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped. Any number may run, on any number of machines."""
    Granian(
        "marketingconnect.web.tracking.service.application:application",
        address=options.host,
        port=options.port,
        # Granian's own interface: a third less a request than ASGI's messages.
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        # One thread a process: half a dozen microseconds less a request than with several.
        runtime_mode=RuntimeModes.st,
        websockets=False,
        workers=options.workers,
        backlog=2048,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()
    return 0
