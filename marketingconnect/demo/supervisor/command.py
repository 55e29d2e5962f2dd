"""``marketingconnect demo``, which script/demo calls once the environment is set up."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from marketingconnect.config import postgres
from marketingconnect.demo.supervisor.checking import check
from marketingconnect.demo.supervisor.layout import DemoError, Layout, at_port
from marketingconnect.demo.supervisor.platform import TICK, Platform, say
from marketingconnect.demo.supervisor.running import Stopped, only_one, reset, stoppable

HELP = "Lance toute la plateforme avec des données inventées ; --check la parcourt."
NEEDS_DATABASE = False
ROOT = Path(__file__).resolve().parents[3]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8000, help="port du site ; les cinq suivants servent aussi"
    )
    parser.add_argument("--reset", action="store_true", help="efface tout et recommence à neuf")
    parser.add_argument(
        "--check", action="store_true", help="parcourt tout le trajet, à part, puis s’arrête"
    )


def run(options: argparse.Namespace) -> int:
    var = Path(os.environ.get("MARKETINGCONNECT_VAR", ROOT / "var")).absolute()
    try:
        if options.check:
            return check(var / "check")
        layout = at_port(var, options.port)
        with only_one(layout):
            if options.reset:
                reset(layout)
            return show(layout)
    except (DemoError, postgres.PostgresError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(
            f"« {error.filename} » appartient à un autre compte : reprenez le compte qui a lancé "
            "la démonstration, ou choisissez un autre dossier avec MARKETINGCONNECT_VAR.\n"
        )
        return 1


def show(layout: Layout) -> int:
    """Start, say where things are, watch until somebody stops us."""
    platform = Platform(layout, os.environ.get("DATABASE_URL", ""))
    started = time.monotonic()
    say("MarketingConnect démarre…")
    try:
        with stoppable():
            platform.start()
            greet(platform, time.monotonic() - started)
            while True:
                platform.watch()
                time.sleep(TICK)
    except Stopped:
        say("\nArrêt…")
        platform.stop()
        say("Tout est arrêté. Les données sont gardées : script/demo les reprend.")
        return 0
    finally:
        platform.stop()


def greet(platform: Platform, seconds: float) -> None:
    layout = platform.layout
    lines = [
        f"\nPrêt en {seconds:.1f} s.".replace(".", ",", 1),
        f"  Site et espace client   {layout.base_url}/",
        f"  Gestion (équipe)        {layout.base_url}/gestion/",
        f"  Banque d’essai          {layout.bank_url}/ (pages de paiement)",
        f"  Courrier (SMTP)         127.0.0.1:{layout.smtp}, à lire dans Gestion → Outils",
        f"  Retours (SMTP)          127.0.0.1:{layout.inbound}, dans Gestion → E-mails revenus",
        f"  Journaux                {layout.logs}/",
        "\nLa base se remplit pendant ce temps (particuliers, établissements) : Gestion → Base.",
        "\nComptes de démonstration :",
    ]
    lines += account_lines(platform.accounts())
    say("\n".join([*lines, "\nCtrl-C arrête tout."]))


def account_lines(accounts: list[dict[str, Any]]) -> list[str]:
    """One line each, in columns; a password they all share is said once."""
    passwords = {account["password"] for account in accounts}
    columns = ["name", "role", "email"] + (["password"] if len(passwords) > 1 else [])
    widths = {
        column: max((len(str(account[column])) for account in accounts), default=0)
        for column in columns
    }
    lines = [
        "  " + "  ".join(f"{account[column]:{widths[column]}}" for column in columns).rstrip()
        for account in accounts
    ]
    if len(passwords) == 1:
        lines.append(f"  Mot de passe de tous : {passwords.pop()}")
    return lines
