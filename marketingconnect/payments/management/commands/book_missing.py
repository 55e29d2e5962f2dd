"""`marketingconnect book_missing`: book what was issued and received before the ledger was."""

from typing import Any

from django.core.management.base import BaseCommand

from marketingconnect import clock
from marketingconnect.invoices.services.bookkeeping import book_missing_documents
from marketingconnect.payments.services.bookkeeping import book_missing_payments


class Command(BaseCommand):
    """Safe to run at every upgrade, and again after an interruption."""

    help = "Comptabilise les factures, avoirs et règlements antérieurs à la comptabilité."

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        documents = book_missing_documents(at=now)
        payments = book_missing_payments(at=now)
        self.stdout.write(
            f"{documents} facture(s) ou avoir(s) et {payments} règlement(s) comptabilisés."
        )
