"""Write false SIRENE stocks in the exact shape of INSEE's; prints their truth as JSON."""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.base.management.reading_options import day
from marketingconnect.base.sirene.synthetic.making import FORMS, LAYOUTS, StockOrder, make_stock


class Command(BaseCommand):
    """The same number and seed give the same files."""

    help = "Fabrique un stock SIRENE inventé, pour essayer et pour mesurer."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=300_000, help="établissements à inventer")
        parser.add_argument("--seed", type=int, default=1, help="autre graine, autres entreprises")
        parser.add_argument("--out", type=Path, required=True, help="dossier où écrire")
        parser.add_argument(
            "--layout", type=int, choices=list(LAYOUTS), default=54, help="colonnes du fichier"
        )
        parser.add_argument("--format", choices=FORMS, default="zip", dest="form")
        parser.add_argument("--as-of", type=day, help="date de l’état que les fichiers décrivent")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rows"] < 1:
            raise CommandError("--rows vaut au moins 1.")
        begun = time.monotonic()
        dated = {"as_of": options["as_of"]} if options["as_of"] else {}
        order = StockOrder(
            rows=options["rows"],
            seed=options["seed"],
            layout=options["layout"],
            form=options["form"],
            **dated,
        )
        made = make_stock(order, options["out"])
        for path in (made.establishments, made.units):
            self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} Mo)")
        self.stdout.write(f"{time.monotonic() - begun:.1f} s")
        self.stdout.write(json.dumps(made.truth.to_json()))
