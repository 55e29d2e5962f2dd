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


class PaperCopyState(StrEnum):
    """An invoice on paper, asked in writing."""

    TO_POST = "to_post"
    POSTED = "posted"


PAPER_TRANSITIONS: dict[PaperCopyState, set[PaperCopyState]] = {
    PaperCopyState.TO_POST: {PaperCopyState.POSTED},
    PaperCopyState.POSTED: set(),
}


class EInvoiceState(StrEnum):
    """Where a document stands at the approved platform, by the statuses of the reform."""

    WAITING = "waiting"
    """To be deposited."""
    IN_FLIGHT = "in_flight"
    """Being deposited: the platform may or may not have it, and is asked."""
    DEPOSITED = "deposited"
    ISSUED = "issued"
    RECEIVED = "received"
    AVAILABLE = "available"
    IN_CHARGE = "in_charge"
    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    DISPUTED = "disputed"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    REFUSED = "refused"
    """By the client: the document must be corrected by a credit note."""
    PAYMENT_SENT = "payment_sent"
    CASHED = "cashed"
    REJECTED = "rejected"
    """By a platform: the document did not pass its checks."""


CODES: dict[EInvoiceState, int] = {
    EInvoiceState.DEPOSITED: 200,
    EInvoiceState.ISSUED: 201,
    EInvoiceState.RECEIVED: 202,
    EInvoiceState.AVAILABLE: 203,
    EInvoiceState.IN_CHARGE: 204,
    EInvoiceState.APPROVED: 205,
    EInvoiceState.PARTLY_APPROVED: 206,
    EInvoiceState.DISPUTED: 207,
    EInvoiceState.SUSPENDED: 208,
    EInvoiceState.COMPLETED: 209,
    EInvoiceState.REFUSED: 210,
    EInvoiceState.PAYMENT_SENT: 211,
    EInvoiceState.CASHED: 212,
    EInvoiceState.REJECTED: 213,
}
"""The code of each status in the norm (XP Z12-012)."""

_CARRIED = (
    EInvoiceState.DEPOSITED,
    EInvoiceState.ISSUED,
    EInvoiceState.RECEIVED,
    EInvoiceState.AVAILABLE,
)
"""On the way to the client; a platform may leave the optional ones out."""
_ANSWERS = {
    EInvoiceState.IN_CHARGE,
    EInvoiceState.APPROVED,
    EInvoiceState.PARTLY_APPROVED,
    EInvoiceState.DISPUTED,
    EInvoiceState.SUSPENDED,
    EInvoiceState.REFUSED,
    EInvoiceState.PAYMENT_SENT,
    EInvoiceState.CASHED,
}
"""What follows, in no order that the norm would set."""
E_INVOICE_TRANSITIONS: dict[EInvoiceState, set[EInvoiceState]] = {
    EInvoiceState.WAITING: {EInvoiceState.IN_FLIGHT},
    # News of a document prove that it arrived, even when the answer to its deposit was lost.
    EInvoiceState.IN_FLIGHT: {
        EInvoiceState.WAITING,
        *_CARRIED,
        *_ANSWERS,
        EInvoiceState.REJECTED,
    },
    **{
        state: {*_CARRIED[rank + 1 :], *_ANSWERS, EInvoiceState.REJECTED}
        for rank, state in enumerate(_CARRIED)
    },
    EInvoiceState.IN_CHARGE: _ANSWERS - {EInvoiceState.IN_CHARGE},
    EInvoiceState.APPROVED: {EInvoiceState.PAYMENT_SENT, EInvoiceState.CASHED},
    EInvoiceState.PARTLY_APPROVED: {EInvoiceState.PAYMENT_SENT, EInvoiceState.CASHED},
    EInvoiceState.DISPUTED: _ANSWERS - {EInvoiceState.DISPUTED},
    EInvoiceState.SUSPENDED: {EInvoiceState.COMPLETED, EInvoiceState.CASHED},
    EInvoiceState.COMPLETED: _ANSWERS,
    EInvoiceState.REFUSED: set(),
    EInvoiceState.PAYMENT_SENT: {EInvoiceState.CASHED},
    EInvoiceState.CASHED: set(),
    EInvoiceState.REJECTED: set(),
}
