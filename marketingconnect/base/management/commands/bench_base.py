"""Measure the base beside what its engines do alone."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a target is missed."""

    requires_system_checks = []
    help = "Mesure l’import du répertoire et les extractions de la base, à côté de DuckDB seul."

    def add_arguments(self, parser: CommandParser) -> None:
        from bench.base import PARTS

        parser.add_argument("--rows", type=int, default=1_000_000, help="lignes à inventer")
        parser.add_argument("--rounds", type=int, default=3, help="mesures, dont la médiane")
        parser.add_argument(
            "--part", action="append", choices=list(PARTS), help="une mesure ; toutes sinon"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.base import measure

        met = measure(
            parts=options["part"] or [],
            rows=options["rows"],
            rounds=options["rounds"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
