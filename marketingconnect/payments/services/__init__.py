"""Verbs of payments: by card through a provider, or recorded by accounting."""

from marketingconnect.payments.services.agreeing import (
    agree_on_instalments,
    set_transfer_requirement,
)
from marketingconnect.payments.services.card import (
    abandon_card_payment,
    ask_provider,
    pay_otherwise,
    start_card_payment,
)
from marketingconnect.payments.services.cheques import (
    note_cheque_cleared,
    note_cheque_unpaid,
    remit_cheques,
)
from marketingconnect.payments.services.crediting import (
    spend_credit_on_invoice,
    spend_credit_on_order,
)
from marketingconnect.payments.services.debits import (
    announce_debit,
    collect_debit,
    export_debits,
    reject_debit,
)
from marketingconnect.payments.services.further import record_invoice_receipt
from marketingconnect.payments.services.mandates import (
    activate_mandate,
    propose_mandate,
    revoke_mandate,
    sign_mandate,
)
from marketingconnect.payments.services.offline import record_offline_receipt, validate_offline
from marketingconnect.payments.services.placing import assign_entry, set_entry_aside
from marketingconnect.payments.services.reopening import take_payment_back
from marketingconnect.payments.services.settling import apply_outcome, record_payment
from marketingconnect.payments.services.signing import propose_documents
from marketingconnect.payments.services.statements import import_statement
from marketingconnect.payments.services.webhooks import receive_webhook

__all__ = [
    "abandon_card_payment",
    "activate_mandate",
    "agree_on_instalments",
    "announce_debit",
    "apply_outcome",
    "ask_provider",
    "assign_entry",
    "collect_debit",
    "export_debits",
    "import_statement",
    "note_cheque_cleared",
    "note_cheque_unpaid",
    "pay_otherwise",
    "propose_documents",
    "propose_mandate",
    "receive_webhook",
    "record_invoice_receipt",
    "record_offline_receipt",
    "record_payment",
    "reject_debit",
    "remit_cheques",
    "revoke_mandate",
    "set_entry_aside",
    "set_transfer_requirement",
    "sign_mandate",
    "spend_credit_on_invoice",
    "spend_credit_on_order",
    "start_card_payment",
    "take_payment_back",
    "validate_offline",
]
