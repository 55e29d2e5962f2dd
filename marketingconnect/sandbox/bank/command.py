"""``marketingconnect sandbox_bank --port P --dir D --webhook-url URL --secret S``."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from marketingconnect.sandbox.bank.app import BankSite
from marketingconnect.sandbox.bank.ledger import Bank
from marketingconnect.sandbox.bank.line import Line
from marketingconnect.sandbox.bank.webhooks import Outbox
from marketingconnect.sandbox.folder_lock import FolderInUse

HELP = "Banque d’essai : page de paiement par carte et appels de retour, sans argent réel."
NEEDS_DATABASE = False


class QuietHandler(WSGIRequestHandler):
    """No line per request: the product's own log tells the story."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8100, help="port (8100)")
    parser.add_argument("--dir", type=Path, required=True, help="dossier où la banque se souvient")
    parser.add_argument("--webhook-url", default="", help="adresse du commerçant à prévenir")
    parser.add_argument("--public-url", default="", help="adresse de la banque vue du payeur")
    parser.add_argument(
        "--loss", type=float, default=0.0, help="part des appels perdus, de 0 à 1 (0)"
    )
    parser.add_argument("--seed", type=int, default=1, help="graine du hasard des pertes (1)")
    parser.add_argument(
        "--secret",
        default=os.environ.get("MARKETINGCONNECT_BANK_SECRET", ""),
        help="secret partagé avec le commerçant (ou MARKETINGCONNECT_BANK_SECRET)",
    )


def run(options: argparse.Namespace) -> int:
    if not options.secret:
        sys.stderr.write("Donnez --secret ou MARKETINGCONNECT_BANK_SECRET.\n")
        return 2
    url = options.public_url or f"http://{options.host}:{options.port}"
    outbox = Outbox(options.webhook_url, options.secret)
    try:
        bank = Bank(options.dir, bank_url=url.rstrip("/"), outbox=outbox)
    except FolderInUse as error:
        sys.stderr.write(f"Une autre banque d’essai écrit déjà dans {error}.\n")
        return 1
    try:
        line = Line(options.loss, options.seed)
        return _serve(options, BankSite(bank, options.secret, line))
    finally:
        bank.close()


def _serve(options: argparse.Namespace, site: BankSite) -> int:
    try:
        server = make_server(
            options.host, options.port, site, threaded=True, request_handler=QuietHandler
        )
    except (OSError, SystemExit):
        sys.stderr.write(
            f"Le port {options.port} n’est pas libre : choisissez-en un autre avec --port.\n"
        )
        return 1

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()

    for request in (signal.SIGTERM, signal.SIGINT):
        signal.signal(request, stop)
    server.serve_forever(poll_interval=0.1)
    return 0
