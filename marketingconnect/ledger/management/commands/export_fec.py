"""`marketingconnect export_fec --year 2026 --out DIR`: the accounting export of a year."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.ledger.errors import NothingToExportError
from marketingconnect.ledger.fec import write_fec
from marketingconnect.ledger.queries import last_closed_month


class Command(BaseCommand):
    help = "Écrit le fichier des écritures comptables (FEC) d’une année : les mois clôturés."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="année, par exemple 2026")
        parser.add_argument("--out", type=Path, required=True, help="dossier où écrire le fichier")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"]
        try:
            siren = operator_on(date(year, 12, 31)).siren
            export = write_fec(year, siren=siren, folder=options["out"])
        except OperatorIdentity.DoesNotExist as error:
            raise CommandError(f"L’opérateur n’a pas d’identité connue en {year}.") from error
        except (NothingToExportError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{export.path} : {format_number_fr(export.entries)} écriture(s), "
            f"{format_number_fr(export.lines)} lignes, {Money(export.debit_cents)} au débit "
            "comme au crédit."
        )
        last = last_closed_month()
        if last is not None and last < date(year, 12, 1):
            self.stdout.write(f"Les mois après {last:%m/%Y} ne sont pas clôturés : non exportés.")
