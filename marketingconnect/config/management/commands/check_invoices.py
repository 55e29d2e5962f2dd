"""`marketingconnect check_invoices`: what the official judges say of documents drawn by lot."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a document is refused, 2 when the judges are not installed."""

    requires_system_checks: list[str] = []
    help = "Fait juger des factures tirées au hasard : schéma, EN 16931, règles françaises."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=1000, help="documents à juger")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from bench.invoices_check import check
        except ModuleNotFoundError as error:
            raise CommandError(
                f"Il manque {error.name}, qui ne sert qu’au contrôle : installez les paquets de "
                "requirements-dev.txt.",
                returncode=2,
            ) from error
        count, seed = options["count"], options["seed"]
        sys.exit(0 if check(count=count, seed=seed, say=self.stdout.write) else 1)
