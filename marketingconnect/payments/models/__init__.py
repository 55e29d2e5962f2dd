"""The rows of receipts by any means, and of what the bank tells."""

from marketingconnect.payments.models.agreed import Instalment, TransferRequirement
from marketingconnect.payments.models.cards import CardDebit, StoredCard
from marketingconnect.payments.models.cheques import ChequeRemittance, RemittedCheque
from marketingconnect.payments.models.debits import DebitFile, DebitMandate, DirectDebit
from marketingconnect.payments.models.given_up import WriteOff
from marketingconnect.payments.models.receipts import Payment, PaymentAttempt, WebhookEvent
from marketingconnect.payments.models.refunds import Refund
from marketingconnect.payments.models.statements import BankEntry, BankStatement

__all__ = [
    "BankEntry",
    "BankStatement",
    "CardDebit",
    "ChequeRemittance",
    "DebitFile",
    "DebitMandate",
    "DirectDebit",
    "Instalment",
    "Payment",
    "PaymentAttempt",
    "Refund",
    "RemittedCheque",
    "StoredCard",
    "TransferRequirement",
    "WebhookEvent",
    "WriteOff",
]
