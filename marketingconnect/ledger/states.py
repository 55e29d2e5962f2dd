"""The books entries are kept in, what an entry says, and what its accounts are for."""

from enum import StrEnum


class Book(StrEnum):
    """An accounting journal (journal comptable), by its code in the accounting export."""

    SALES = "VE"
    BANK = "BQ"
    OTHER = "OD"


BOOK_LABELS = {
    Book.SALES: "Ventes",
    Book.BANK: "Banque",
    Book.OTHER: "Opérations diverses",
}


class ActKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    CREDIT_SPENT = "credit_spent"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    REMITTANCE = "remittance"
    """Cheques in hand that reached the bank."""
    REVERSAL = "reversal"
    """The mirror of an entry that no longer stands: an unpaid cheque, a rejected debit."""


BOOK_OF = {
    ActKind.INVOICE: Book.SALES,
    ActKind.CREDIT_NOTE: Book.SALES,
    ActKind.RECEIPT: Book.BANK,
    ActKind.CREDIT_SPENT: Book.OTHER,
    ActKind.REFUND: Book.BANK,
    ActKind.WRITE_OFF: Book.OTHER,
    ActKind.REMITTANCE: Book.BANK,
}
"""The book of each kind; a reversal is kept in the book of what it reverses."""


class Role(StrEnum):
    """What an account is for; its number and label are dated data (`accounts.toml`)."""

    CLIENT = "client"
    DEPOSITS = "deposits"
    """Received for an order before its invoice."""
    DEPOSITS_INVOICED = "deposits_invoiced"
    """Asked in advance by an invoice of deposit, until the order's invoice takes it off."""
    VAT = "vat"
    """One account a rate."""
    SERVICES = "services"
    FEES = "fees"
    PENALTIES = "penalties"
    """Late-payment penalties and indemnities, outside VAT."""
    REBATES = "rebates"
    BANK = "bank"
    CHEQUES = "cheques"
    BAD_DEBTS = "bad_debts"
    LOSSES = "losses"
    """Small differences at our cost."""
    GAINS = "gains"
    """Small differences in our favour."""


BY_CLIENT = (Role.CLIENT, Role.DEPOSITS)
"""Accounts kept client by client: together they are what each client owes."""
