"""`marketingconnect chaos_payments`: pay by card while the bank loses a share of its answers."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when somebody was charged twice, or a payment stayed unknown."""

    help = "Paie par carte pendant que la banque perd des réponses, puis juge le résultat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--payments", type=int, default=2000, help="commandes à payer (2000)")
        parser.add_argument("--loss", type=float, default=0.05, help="part d’appels perdus (0.05)")
        parser.add_argument("--seed", type=int, default=1, help="graine du hasard (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.chaos_payments import run

        asked = {name: options[name] for name in ("payments", "loss", "seed")}
        sys.exit(0 if run(**asked, say=self.stdout.write) else 1)
