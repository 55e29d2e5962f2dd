"""Verbs of invoices."""

from marketingconnect.invoices.services.issuing import issue_invoice
from marketingconnect.invoices.services.printing import make_pdf

__all__ = ["issue_invoice", "make_pdf"]
