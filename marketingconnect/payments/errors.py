"""What payments refuse. Sentences are French, for the person in front of the screen."""

from marketingconnect.kernel.typography import non_breaking


class PaymentError(Exception):
    """The payment cannot be started or recorded; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = non_breaking(sentence)
        super().__init__(self.sentence)


class AlreadyPaidError(PaymentError):
    """The order is paid, or no longer to be paid."""


class StillUnknownError(PaymentError):
    """An earlier attempt may have been paid: its outcome must be known first."""


class CardUnavailableError(PaymentError):
    """The card provider cannot be reached or refuses to open a payment."""


class ConflictingReplayError(PaymentError):
    """The same reference was already recorded for another order or another amount."""


class ReceiptRefusedError(PaymentError):
    """What accounting typed does not stand; `problems` are sentences by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = {field: non_breaking(text) for field, text in problems.items()}
        super().__init__(" ".join(self.problems.values()))


class RefundRefusedError(ReceiptRefusedError):
    """A refund that is not owed, or cannot be paid so; `problems` are sentences by field."""


class WriteOffRefusedError(ReceiptRefusedError):
    """What cannot be given up; `problems` are sentences by field."""


class PenaltiesRefusedError(PaymentError):
    """Penalties that are not due, or were asked already."""


class CreditRefusedError(PaymentError):
    """A credit note that cannot pay this: it pays what is invoiced after it (CGV CL.6)."""


class StatementError(PaymentError):
    """A file that is not a bank statement, or one that cannot be read whole."""


class EntryError(PaymentError):
    """A movement of the bank cannot be placed there, or no longer."""


class MandateError(PaymentError):
    """A direct-debit mandate that cannot be written, signed or used."""


class DebitError(PaymentError):
    """A direct debit that cannot be announced, sent or settled."""


class CardDebitError(PaymentError):
    """A stored card that cannot be taken back now, or a debit of it that cannot change."""


class ChequeError(PaymentError):
    """A cheque that cannot be taken to the bank, or whose answer does not stand."""


class AgreementError(PaymentError):
    """A schedule or a rule for one client that does not stand."""
