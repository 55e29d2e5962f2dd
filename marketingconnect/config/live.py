"""``marketingconnect live``: the stream of live sessions, one process that waits a lot."""

import argparse

from granian import Granian
from granian.constants import Interfaces

HELP = "Sert les séances en direct : conseiller et client voient la même cible changer."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8003, help="port (8003)")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped. Two connections to the database, however many people listen."""
    Granian(
        "marketingconnect.web.live.asgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGI,
        workers=1,
        backlog=256,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()
    return 0
