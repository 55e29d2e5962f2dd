"""Measure exact counts at full size, beside DuckDB over the same files."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a target is missed at 30 million consumers."""

    requires_system_checks: list[str] = []
    help = "Mesure les comptages, l’index et le gel, à côté de DuckDB sur les mêmes fichiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--millions", default="3,10,30", help="tailles, en millions de foyers")
        parser.add_argument("--rounds", type=int, default=200, help="comptages de chaque sorte")
        parser.add_argument("--users-seconds", type=float, default=20.0)
        parser.add_argument("--folder", default="", help="où garder les bases fabriquées")

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.counting import measure

        try:
            millions = [float(size) for size in options["millions"].split(",")]
        except ValueError as error:
            raise CommandError("--millions est une liste de nombres : 3,10,30.") from error
        met = measure(
            millions=millions,
            rounds=options["rounds"],
            users_seconds=options["users_seconds"],
            folder=options["folder"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
