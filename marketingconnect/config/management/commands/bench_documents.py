"""Measure the documents we sign and issue."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a target is missed."""

    requires_system_checks = []
    help = "Mesure la signature des documents, l’édition des factures et la clôture d’un mois."

    def add_arguments(self, parser: CommandParser) -> None:
        from bench.documents import PARTS

        parser.add_argument("--count", type=int, default=100, help="documents de chaque sorte")
        parser.add_argument(
            "--part", action="append", choices=list(PARTS), help="une mesure ; toutes sinon"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.documents import measure

        met = measure(
            parts=options["part"] or [],
            count=options["count"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
