"""`marketingconnect check_payments`: sales and payments drawn by lot, in any order, all judged."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a history leaves something wrong."""

    requires_system_checks: list[str] = []
    help = "Joue des histoires de paiement au hasard : rien de débité deux fois, rien d’impayé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--histories", type=int, default=1000, help="histoires à jouer")
        parser.add_argument("--processes", type=int, default=2, help="processus, un par cœur")
        parser.add_argument("--seed", type=int, default=1, help="la première ; les autres suivent")

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.histories.checking import check

        asked = {"count": options["histories"], "processes": max(1, options["processes"])}
        sys.exit(0 if check(**asked, seed=options["seed"], say=self.stdout.write) else 1)
