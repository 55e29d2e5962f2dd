"""Write the Factur-X file of an issued document; prints one line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock, storage
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import make_pdf


class Command(BaseCommand):
    """The file kept at issue, as the client received it; printed first if it was not yet."""

    help = "Écrit le fichier Factur-X d’une facture ou d’un avoir."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="numéro du document, FA-2026-000017")
        parser.add_argument("--out", type=Path, required=True, help="fichier PDF à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        number, out = options["number"], options["out"]
        invoice = Invoice.objects.filter(number=number).first()
        if invoice is None:
            raise CommandError(f"Aucune facture et aucun avoir ne porte le numéro {number}.")
        printed = make_pdf(invoice.pk, now=clock.now())
        try:
            with storage.open(printed.pdf_path) as kept:
                content = kept.read()
        except storage.UnknownFileError as error:
            raise CommandError(f"Le fichier de {number} n’est plus dans les archives.") from error
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(f"« {out} » ne peut pas être écrit : {error.strerror}.") from error
        what = "Factur-X (EN 16931)" if printed.coded_mentions else "PDF sans données Factur-X"
        self.stdout.write(
            f"{number} : {what}, {len(content)} octets, SHA-256 {printed.pdf_sha256}, dans {out}."
        )
