"""Load a monthly stock of the SIRENE register and publish the base of professionals."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.base.errors import BaseError
from marketingconnect.base.management.reading_options import day
from marketingconnect.base.sirene.services import StockDelivery, import_sirene


class Command(BaseCommand):
    """The same command again goes on where it was stopped; prints one line of JSON."""

    help = "Charge un stock SIRENE de l’INSEE et publie la base des professionnels."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--etablissements",
            type=Path,
            required=True,
            help="StockEtablissement : zip, CSV, Parquet",
        )
        parser.add_argument(
            "--unites-legales",
            type=Path,
            required=True,
            help="StockUniteLegale : zip, CSV, Parquet",
        )
        parser.add_argument(
            "--vintage",
            type=day,
            help="date de l’état ; sinon la fin du mois précédent la livraison",
        )
        parser.add_argument("--delivered-on", type=day, help="jour de parution, aujourd’hui sinon")
        parser.add_argument("--as-of", type=day, help="date de la version, aujourd’hui sinon")
        parser.add_argument("--late", default="", help="pourquoi charger un stock livré trop tôt")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        delivered_on = options["delivered_on"] or today
        delivery = StockDelivery(
            establishments=options["etablissements"],
            units=options["unites_legales"],
            vintage=options["vintage"] or delivered_on.replace(day=1) - timedelta(days=1),
            delivered_on=delivered_on,
            as_of=options["as_of"] or today,
            late_because=options["late"],
        )
        try:
            report = import_sirene(
                delivery,
                actor=Actor.system("import_sirene"),
                now=clock.now,
                say=lambda line: self.stdout.write(f"{time.strftime('%H:%M:%S')} {line}"),
            )
        except BaseError as error:
            raise CommandError(str(error)) from error
        for column in report.unknown_columns:
            self.stdout.write(f"colonne nouvelle, laissée de côté : {column}")
        self.stdout.write(json.dumps(report.to_json(), ensure_ascii=False))
