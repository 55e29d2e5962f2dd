"""Measure the tracking service beside a bare redirect."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a target is missed."""

    help = "Mesure les clics par seconde du service de suivi, à côté d’une redirection nue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=5, help="durée d’une mesure (5)")
        parser.add_argument("--connections", type=int, default=500, help="connexions (500)")
        parser.add_argument("--rounds", type=int, default=3, help="mesures, dont la médiane")

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.redirects import measure_redirects

        met = measure_redirects(
            seconds=options["seconds"],
            connections=options["connections"],
            rounds=options["rounds"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
