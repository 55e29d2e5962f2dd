"""What a document refuses. Each message is a French sentence for accounting."""

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking


class CreditTooLargeError(Exception):
    """A credit note takes back what remains of its invoice, and no more."""

    def __init__(self, invoice: Invoice, asked: Money, remaining: Money) -> None:
        self.sentence = non_breaking(
            f"Un avoir de {asked} HT ne peut pas être établi : il reste {remaining} HT à déduire "
            f"de la facture {invoice.number}."
        )
        super().__init__(self.sentence)


class DepositRefusedError(Exception):
    """A deposit comes before the order's invoice, and never asks more than the order costs."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class StaleDocumentError(Exception):
    """Somebody else moved the document on, or it is where nothing more may happen to it."""
