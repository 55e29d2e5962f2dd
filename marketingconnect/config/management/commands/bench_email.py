"""Measure the sender beside a bare protocol blast."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Exit code 1 when the target is missed."""

    help = "Mesure le débit de l’envoi d’une campagne, à côté d’un envoi SMTP nu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipients", type=int, default=20_000)
        parser.add_argument("--rounds", type=int, default=3, help="mesures, dont la médiane")
        parser.add_argument("--senders", type=int, default=1, help="processus d’envoi (1)")
        parser.add_argument(
            "--part",
            choices=["rate", "stops", "signing", "far", "growth"],
            default="rate",
            help="le débit, l’effet des oppositions pendant l’envoi, le coût des signatures,"
            " un relais lointain, ou des campagnes de plus en plus grandes",
        )
        parser.add_argument(
            "--sizes",
            type=int,
            nargs="+",
            default=[10_000, 100_000, 1_000_000],
            help="destinataires de chaque campagne, pour « growth »",
        )
        parser.add_argument(
            "--entries", type=int, default=10_000_000, help="oppositions écrites, pour « stops »"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(0 if _measured(options, self.stdout.write) else 1)


def _measured(options: dict[str, Any], say: Callable[[str], object]) -> bool:
    from bench.email import measure
    from bench.email_far import measure_far
    from bench.email_growth import measure_growth
    from bench.email_signing import measure_signing
    from bench.email_stops import measure_stops

    recipients, rounds, senders = options["recipients"], options["rounds"], options["senders"]
    match options["part"]:
        case "stops":
            return measure_stops(
                recipients=recipients, rounds=rounds, entries=options["entries"], say=say
            )
        case "signing":
            return measure_signing(recipients=recipients, rounds=rounds, senders=senders, say=say)
        case "far":
            return measure_far(recipients=recipients, rounds=rounds, say=say)
        case "growth":
            return measure_growth(sizes=options["sizes"], say=say)
        case _:
            return measure(recipients=recipients, rounds=rounds, senders=senders, say=say)
