"""`marketingconnect chaos_checkout`: the same order sent many times at once."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when an order, an agreement or a payment came twice, or an answer differed."""

    help = "Envoie la même commande et le même paiement de nombreuses fois à la fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=200, help="tours (200)")
        parser.add_argument("--parallel", type=int, default=50, help="envois à la fois (50)")
        parser.add_argument("--seed", type=int, default=1, help="graine du hasard (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.chaos_checkout import run

        asked = {name: options[name] for name in ("rounds", "parallel", "seed")}
        sys.exit(0 if run(**asked, say=self.stdout.write) else 1)
