"""Take a supplier's file of consumers in and publish the base made of all of them."""

import csv
import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.base.errors import BaseError
from marketingconnect.base.management.reading_options import day, supplier_told
from marketingconnect.base.models import SupplierLoad
from marketingconnect.base.reports import left_out
from marketingconnect.base.services.consumers import is_release_current, rebuild_consumers
from marketingconnect.base.services.loads import Delivery, load_file


class Command(BaseCommand):
    """The same command again goes on where it was stopped."""

    help = "Importe un fichier de particuliers d’un fournisseur, puis publie la base."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, TXT, XLSX, Parquet, ou l’un d’eux en ZIP")
        parser.add_argument("--supplier", required=True, help="numéro ou nom du fournisseur")
        parser.add_argument("--mapping", type=Path, help="TOML : [columns] et [defaults]")
        parser.add_argument("--as-of", type=day, help="jour de la livraison, aujourd’hui sinon")
        parser.add_argument(
            "--replace", action="store_true", help="remplace ses fichiers précédents"
        )
        parser.add_argument(
            "--no-publish", action="store_true", help="charge sans publier : d’autres suivent"
        )
        parser.add_argument("--report", type=Path, help="CSV des lignes écartées, à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("import_consumers")
        delivery = Delivery(
            path=options["file"],
            supplier=supplier_told(options["supplier"]),
            delivered_on=options["as_of"] or clock.today(),
            mapping=options["mapping"],
            replaces=options["replace"],
        )
        try:
            load = load_file(delivery, actor=actor, now=clock.now, say=self._say)
            if not options["no_publish"]:
                self._publish(actor)
        except BaseError as error:
            raise CommandError(str(error)) from error
        load.refresh_from_db()
        if options["report"]:
            self._report(load, options["report"])
        self.stdout.write(json.dumps(_figures(load), ensure_ascii=False))

    def _publish(self, actor: Actor) -> None:
        if is_release_current():
            self._say("la base publiée contient déjà ce fichier")
            return
        ref = rebuild_consumers(as_of=clock.today(), actor=actor, now=clock.now, say=self._say)
        self._say(f"publiée : {ref.name}, {ref.rows} personnes")

    def _say(self, line: str) -> None:
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {line}")

    def _report(self, load: SupplierLoad, path: Path) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow(["Ligne", "Colonne", "Code", "Raison"])
            writer.writerows(left_out(load))


def _figures(load: SupplierLoad) -> dict[str, Any]:
    return {
        "load": load.pk,
        "rows": load.rows_read,
        "kept": load.kept,
        "refused": load.refused,
        "without_channel": load.without_channel,
        "duplicates": load.duplicates,
        "unknown_columns": load.unknown_columns,
    }
