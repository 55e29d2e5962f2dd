"""Verbs of payments: by card through a provider, or recorded by accounting."""

from marketingconnect.payments.services.card import (
    abandon_card_payment,
    ask_provider,
    pay_otherwise,
    start_card_payment,
)
from marketingconnect.payments.services.crediting import (
    spend_credit_on_invoice,
    spend_credit_on_order,
)
from marketingconnect.payments.services.further import record_invoice_receipt
from marketingconnect.payments.services.offline import record_offline_receipt, validate_offline
from marketingconnect.payments.services.placing import assign_entry, set_entry_aside
from marketingconnect.payments.services.settling import apply_outcome, record_payment
from marketingconnect.payments.services.statements import import_statement
from marketingconnect.payments.services.webhooks import receive_webhook

__all__ = [
    "abandon_card_payment",
    "apply_outcome",
    "ask_provider",
    "assign_entry",
    "import_statement",
    "pay_otherwise",
    "receive_webhook",
    "record_invoice_receipt",
    "record_offline_receipt",
    "record_payment",
    "set_entry_aside",
    "spend_credit_on_invoice",
    "spend_credit_on_order",
    "start_card_payment",
    "validate_offline",
]
