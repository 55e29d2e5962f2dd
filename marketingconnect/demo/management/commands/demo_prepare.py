"""``marketingconnect demo_prepare``: database and invented data ready, accounts written down."""

import json
import os
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from marketingconnect import clock


class Command(BaseCommand):
    help = "Prépare la base et charge les données de démonstration, sans rien effacer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", type=Path, help="fichier où écrire les comptes")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("Les données de démonstration ne se chargent qu’en mode démo.")
        from marketingconnect.demo import data

        call_command("migrate", interactive=False, verbosity=0)
        data.load(clock.now())
        if options["accounts"]:
            rows = [asdict(account) for account in data.accounts()]
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(os.open(options["accounts"], flags, 0o600), "w") as stream:
                json.dump(rows, stream, ensure_ascii=False)
