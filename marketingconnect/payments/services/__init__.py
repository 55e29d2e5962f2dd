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
from marketingconnect.payments.services.correcting import correct_mandate
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
from marketingconnect.payments.services.differences import (
    settle_small_difference,
    small_difference_limit,
)
from marketingconnect.payments.services.further import record_invoice_receipt
from marketingconnect.payments.services.mandates import (
    activate_mandate,
    propose_mandate,
    revoke_mandate,
    sign_mandate,
)
from marketingconnect.payments.services.offline import record_offline_receipt, validate_offline
from marketingconnect.payments.services.penalties import (
    Charges,
    charge_late_penalties,
    chargeable,
)
from marketingconnect.payments.services.placing import assign_entry, set_entry_aside
from marketingconnect.payments.services.refunding import (
    cancel_refund,
    plan_refund,
    record_refund_paid,
)
from marketingconnect.payments.services.reopening import take_payment_back
from marketingconnect.payments.services.settling import apply_outcome, record_payment
from marketingconnect.payments.services.signing import propose_documents
from marketingconnect.payments.services.statements import import_statement
from marketingconnect.payments.services.webhooks import receive_webhook
from marketingconnect.payments.services.write_offs import write_off

__all__ = [
    "Charges",
    "abandon_card_payment",
    "activate_mandate",
    "agree_on_instalments",
    "announce_debit",
    "apply_outcome",
    "ask_provider",
    "assign_entry",
    "cancel_refund",
    "charge_late_penalties",
    "chargeable",
    "collect_debit",
    "correct_mandate",
    "export_debits",
    "import_statement",
    "note_cheque_cleared",
    "note_cheque_unpaid",
    "pay_otherwise",
    "plan_refund",
    "propose_documents",
    "propose_mandate",
    "receive_webhook",
    "record_invoice_receipt",
    "record_offline_receipt",
    "record_payment",
    "record_refund_paid",
    "reject_debit",
    "remit_cheques",
    "revoke_mandate",
    "set_entry_aside",
    "set_transfer_requirement",
    "settle_small_difference",
    "sign_mandate",
    "small_difference_limit",
    "spend_credit_on_invoice",
    "spend_credit_on_order",
    "start_card_payment",
    "take_payment_back",
    "validate_offline",
    "write_off",
]
