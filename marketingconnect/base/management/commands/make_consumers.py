"""Write invented suppliers' files; prints their names."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.base.consumers.synthetic.files import PROFILES, write_files
from marketingconnect.base.errors import BaseError
from marketingconnect.base.management.reading_options import day


class Command(BaseCommand):
    """The same number and seed give the same files."""

    help = "Fabrique des fichiers de particuliers inventés, pour essayer et pour mesurer."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=300_000, help="personnes à inventer")
        parser.add_argument("--seed", type=int, default=1, help="autre graine, autres personnes")
        parser.add_argument("--out", type=Path, required=True, help="dossier où écrire")
        parser.add_argument("--as-of", type=day, help="jour de la livraison, aujourd’hui sinon")
        parser.add_argument(
            "--supplier-profile",
            choices=list(PROFILES),
            action="append",
            help="fournisseur à imiter ; tous sinon",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        if options["rows"] < 1:
            raise CommandError("--rows vaut au moins 1.")
        try:
            files = write_files(
                options["out"],
                rows=options["rows"],
                seed=options["seed"],
                as_of=options["as_of"] or clock.today(),
                profiles=options["supplier_profile"] or list(PROFILES),
            )
        except BaseError as error:
            raise CommandError(str(error)) from error
        for path in files:
            size = path.stat().st_size / 1e6
            self.stdout.write(f"{path} ({size:.1f} Mo), fiche : {path.with_suffix('.toml')}")
        self.stdout.write(f"{time.monotonic() - begun:.1f} s")
