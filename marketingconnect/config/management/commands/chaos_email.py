"""Kill processes during a campaign, then judge what was sent."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when a recipient was lost, written to twice, or counted wrongly."""

    help = "Envoie une campagne pendant que des processus meurent, puis juge le résultat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipients", type=int, default=20_000)
        parser.add_argument("--kills", type=int, default=50, help="arrêts brutaux (50)")
        parser.add_argument("--seed", type=int, default=1, help="graine du hasard (1)")
        parser.add_argument("--senders", type=int, default=1, help="expéditeurs à la fois (1)")
        parser.add_argument("--pauses", type=int, default=0, help="mises en pause et reprises (0)")
        parser.add_argument(
            "--direct", action="store_true", help="vers six destinations, et non vers un relais"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.chaos import Trial, run

        asked = {name: options[name] for name in ("recipients", "kills", "seed", "senders")}
        trial = Trial(**asked, pauses=options["pauses"], direct=options["direct"])
        held = run(trial, say=lambda line: self.stdout.write(line))
        sys.exit(0 if held else 1)
