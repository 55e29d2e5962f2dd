"""Verbs of the ledger."""

from marketingconnect.ledger.services.closing import close_month
from marketingconnect.ledger.services.posting import NewEntry, book, book_all, reverse

__all__ = ["NewEntry", "book", "book_all", "close_month", "reverse"]
