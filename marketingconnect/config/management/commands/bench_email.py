"""Measure the sender beside a bare protocol blast."""

import sys
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
            choices=["rate", "stops", "signing"],
            default="rate",
            help="le débit, l’effet des oppositions pendant l’envoi, ou le coût des signatures",
        )
        parser.add_argument(
            "--entries", type=int, default=10_000_000, help="oppositions écrites, pour « stops »"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from bench.email import measure
        from bench.email_signing import measure_signing
        from bench.email_stops import measure_stops

        if options["part"] == "stops":
            met = measure_stops(
                recipients=options["recipients"],
                rounds=options["rounds"],
                entries=options["entries"],
                say=lambda line: self.stdout.write(line),
            )
            sys.exit(0 if met else 1)
        if options["part"] == "signing":
            met = measure_signing(
                recipients=options["recipients"],
                rounds=options["rounds"],
                senders=options["senders"],
                say=lambda line: self.stdout.write(line),
            )
            sys.exit(0 if met else 1)
        met = measure(
            recipients=options["recipients"],
            rounds=options["rounds"],
            senders=options["senders"],
            say=lambda line: self.stdout.write(line),
        )
        sys.exit(0 if met else 1)
