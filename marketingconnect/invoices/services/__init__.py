"""Verbs of invoices."""

from marketingconnect.invoices.services.crediting import issue_credit_note
from marketingconnect.invoices.services.documents import DocumentLine
from marketingconnect.invoices.services.file_fees import issue_file_fee
from marketingconnect.invoices.services.issuing import (
    issue_deposit,
    issue_invoice,
    issue_supplement,
)
from marketingconnect.invoices.services.paper import post_paper_copy, request_paper_copy
from marketingconnect.invoices.services.printing import make_pdf

__all__ = [
    "DocumentLine",
    "issue_credit_note",
    "issue_deposit",
    "issue_file_fee",
    "issue_invoice",
    "issue_supplement",
    "make_pdf",
    "post_paper_copy",
    "request_paper_copy",
]
