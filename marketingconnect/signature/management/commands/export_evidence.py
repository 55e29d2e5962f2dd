"""``marketingconnect export_evidence BC-2026-000042 --out preuve.zip``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.orders.queries import order_by_reference
from marketingconnect.signature.providers.base import ProviderUnavailableError
from marketingconnect.signature.queries import evidence_of


class Command(BaseCommand):
    help = "Écrit le fichier de preuve des documents signés d’une commande."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="la commande, par exemple BC-2026-000042")
        parser.add_argument("--out", type=Path, required=True, help="le fichier à écrire (.zip)")

    def handle(self, *args: Any, **options: Any) -> None:
        order = order_by_reference(options["order"])
        if order is None:
            raise CommandError(f"Aucune commande {options['order']}.")
        try:
            content = evidence_of(order, at=clock.now())
        except ProviderUnavailableError as error:
            raise CommandError(f"La preuve ne peut pas être scellée : {error.detail}.") from error
        if content is None:
            raise CommandError(f"Aucun document de la commande {order} n’est signé.")
        options["out"].write_bytes(content)
        self.stdout.write(f"{options['out']} : {len(content)} octets, commande {order}.")
