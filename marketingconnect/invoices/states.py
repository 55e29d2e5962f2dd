"""What kind of document an invoice row is, and the series that numbers it."""

from enum import StrEnum


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Series(StrEnum):
    """One continuous numbering each (CGI, ann. II, art. 242 nonies A, I-7°)."""

    INVOICE = "FA"
    CREDIT_NOTE = "AV"


SERIES_OF = {InvoiceKind.INVOICE: Series.INVOICE, InvoiceKind.CREDIT_NOTE: Series.CREDIT_NOTE}
