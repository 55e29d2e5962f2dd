"""Measure the import of a large file beside PostgreSQL alone."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a target is missed."""

    requires_system_checks = []
    help = "Mesure l’import d’un grand fichier de contacts, à côté d’un simple COPY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=1_000_000, help="lignes du fichier")
        parser.add_argument("--rounds", type=int, default=3, help="mesures, dont la médiane")
        parser.add_argument(
            "--oppositions", type=int, default=200_000, help="adresses déjà opposées à tous"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.import_contacts import measure

        met = measure(
            rows=options["rows"],
            rounds=options["rounds"],
            oppositions=options["oppositions"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
