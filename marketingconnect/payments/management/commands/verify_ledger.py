"""`marketingconnect verify_ledger`: exit 0 when the accounts hold, 1 and the reasons otherwise."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.payments.ledger_proof import faults, figures


class Command(BaseCommand):
    help = "Vérifie que les comptes s’équilibrent et disent ce que disent les pièces."

    def handle(self, *args: Any, **options: Any) -> None:
        if found := list(faults()):
            sentences = "\n".join(f"- {fault}" for fault in found)
            raise CommandError(f"Les comptes ne tiennent pas :\n{sentences}", returncode=1)
        held = figures()
        self.stdout.write(
            f"Comptes en équilibre : {format_number_fr(held.entries)} écriture(s), "
            f"{Money(held.debit_cents)} au débit comme au crédit."
        )
        self.stdout.write(
            f"{format_number_fr(held.clients)} client(s) : chaque solde est celui des pièces."
        )
