"""Verbs of the ledger."""

from marketingconnect.ledger.services.posting import NewEntry, book, book_all, reverse

__all__ = ["NewEntry", "book", "book_all", "reverse"]
