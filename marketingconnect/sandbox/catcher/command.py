"""``marketingconnect mail_catcher --port P --dir D``."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from marketingconnect.sandbox.catcher.server import serve
from marketingconnect.sandbox.catcher.writer import Writer
from marketingconnect.sandbox.folder_lock import FolderInUse

HELP = "Reçoit le courrier de la démonstration sans le distribuer (serveur SMTP d’essai)."
NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=2525, help="port SMTP (2525)")
    parser.add_argument("--dir", type=Path, required=True, help="dossier des messages reçus")


def run(options: argparse.Namespace) -> int:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    try:
        writer = Writer(options.dir)
    except FolderInUse as error:
        sys.stderr.write(f"Un autre attrape-courrier écrit déjà dans {error}.\n")
        return 1
    try:
        asyncio.run(serve(options.host, options.port, writer))
    except OSError as error:
        sys.stderr.write(
            f"Le port {options.port} n’est pas libre ({error.strerror}) : "
            "choisissez-en un autre avec --port.\n"
        )
        return 1
    finally:
        writer.close()
    return 0
