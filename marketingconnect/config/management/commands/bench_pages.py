"""Measure the server time of every page of the journey."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a page is over the target."""

    help = "Mesure le temps de chaque page du trajet, avec un million de contacts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contacts", type=int, default=1_000_000)
        parser.add_argument("--campaigns", type=int, default=200)
        parser.add_argument("--rounds", type=int, default=15, help="mesures, dont la médiane")

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.pages import measure

        met = measure(
            contacts=options["contacts"],
            campaigns=options["campaigns"],
            rounds=options["rounds"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
