"""States of card payments, of callbacks and of the movements of the bank (CGV II.1.b)."""

from enum import StrEnum


class PaymentMethod(StrEnum):
    CARD = "card"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    DEBIT = "debit"
    """A direct debit (prélèvement SEPA), under a signed mandate: never chosen at checkout."""
    CARD_DEBIT = "card_debit"
    """A recurring debit of the client's card (prélèvement par carte): never chosen at checkout."""
    CREDIT = "credit"
    """A credit note (avoir), set against a later invoice: never chosen at checkout."""


METHOD_LABELS = {
    PaymentMethod.CARD: "Carte bancaire",
    PaymentMethod.TRANSFER: "Virement",
    PaymentMethod.CHEQUE: "Chèque",
    PaymentMethod.DEBIT: "Prélèvement",
    PaymentMethod.CARD_DEBIT: "Prélèvement par carte",
    PaymentMethod.CREDIT: "Avoir",
}
CHOSEN_METHODS = (PaymentMethod.CARD, PaymentMethod.TRANSFER, PaymentMethod.CHEQUE)
"""What a client may choose to pay with on line (CGV II.1.b)."""
OFFLINE_SALE_METHODS = (*CHOSEN_METHODS, PaymentMethod.DEBIT, PaymentMethod.CARD_DEBIT)
"""What an advisor may agree on with a client (CGV II.2.b)."""


class AttemptState(StrEnum):
    CREATED = "created"
    """The row is committed; the provider has not been called, or its answer is not recorded."""
    SENT = "sent"
    """The provider knows it and the client may pay on its page."""
    UNKNOWN = "unknown"
    """An answer was lost: the provider is asked again until it tells."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"


LIVE = (AttemptState.CREATED, AttemptState.SENT, AttemptState.UNKNOWN)
"""States from which the client may still pay."""

TRANSITIONS: dict[AttemptState, set[AttemptState]] = {
    AttemptState.CREATED: {
        AttemptState.SENT,
        AttemptState.UNKNOWN,
        AttemptState.SUCCEEDED,
        AttemptState.FAILED,
    },
    AttemptState.SENT: {AttemptState.UNKNOWN, AttemptState.SUCCEEDED, AttemptState.FAILED},
    AttemptState.UNKNOWN: {AttemptState.SENT, AttemptState.SUCCEEDED, AttemptState.FAILED},
    # A refusal may be followed by a success: callbacks come in any order, and a client may try
    # another card on the provider's page. Money that arrived is never denied.
    AttemptState.FAILED: {AttemptState.SUCCEEDED},
    AttemptState.SUCCEEDED: set(),
}


class WebhookVerdict(StrEnum):
    RECEIVED = "received"
    """Kept, not yet acted upon."""
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    """Genuine, and it told nothing new."""
    UNRELATED = "unrelated"
    """Genuine, about nothing of ours."""
    CONFLICT = "conflict"
    """Genuine, and it contradicts what we know (another amount): refused, alert."""
    FORGED = "forged"
    """Not signed by the provider, or signed too long ago: refused, alert."""


class EntryKind(StrEnum):
    """What a movement of the bank account is to us."""

    TRANSFER = "transfer"
    """Money that came in."""
    RETURN = "return"
    """A payment that the bank takes back."""


class Match(StrEnum):
    """How a movement fits what is due."""

    EXACT = "exact"
    """It names one document, and pays exactly what remains of it."""
    PROBABLE = "probable"
    """It fits, but not surely enough to be recorded without a person."""
    PARTIAL = "partial"
    OVERPAID = "overpaid"
    """More than remains due, or nothing remains due."""
    UNMATCHED = "unmatched"


MATCH_LABELS = {
    Match.EXACT: "Exact",
    Match.PROBABLE: "Probable",
    Match.PARTIAL: "Partiel",
    Match.OVERPAID: "Trop-perçu",
    Match.UNMATCHED: "Inconnu",
}


class EntryState(StrEnum):
    WAITING = "waiting"
    """In accounting's queue."""
    MATCHED = "matched"
    """Recorded by itself, because it was exact."""
    ASSIGNED = "assigned"
    """Recorded by accounting, on the document it chose."""
    SET_ASIDE = "set_aside"
    """Not a client's payment, or already recorded otherwise."""


ENTRY_TRANSITIONS: dict[EntryState, set[EntryState]] = {
    EntryState.WAITING: {EntryState.MATCHED, EntryState.ASSIGNED, EntryState.SET_ASIDE},
    EntryState.SET_ASIDE: {EntryState.ASSIGNED},
    EntryState.MATCHED: set(),
    EntryState.ASSIGNED: set(),
}


class MandateState(StrEnum):
    """A direct-debit mandate (mandat de prélèvement SEPA, CGV II.2.b)."""

    PROPOSED = "proposed"
    """Written, not signed: nothing may be debited."""
    SIGNED = "signed"
    """Signed by the client; accounting has not put it in use yet."""
    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"
    """Not used for so long that the law of the scheme voids it."""


MANDATE_TRANSITIONS: dict[MandateState, set[MandateState]] = {
    MandateState.PROPOSED: {MandateState.SIGNED, MandateState.REVOKED},
    MandateState.SIGNED: {MandateState.ACTIVE, MandateState.REVOKED, MandateState.EXPIRED},
    MandateState.ACTIVE: {MandateState.REVOKED, MandateState.EXPIRED},
    MandateState.REVOKED: set(),
    MandateState.EXPIRED: set(),
}
LIVE_MANDATES = (MandateState.PROPOSED, MandateState.SIGNED, MandateState.ACTIVE)


class DebitState(StrEnum):
    """One direct debit (prélèvement), from its announcement to the bank's last word."""

    ANNOUNCED = "announced"
    EXPORTED = "exported"
    """In a file for the bank: in one, and in no other."""
    COLLECTED = "collected"
    REJECTED = "rejected"
    """Refused, or taken back later: what it paid is due again."""
    CANCELLED = "cancelled"
    """Never sent: the mandate ended, or the money came otherwise."""


DEBIT_TRANSITIONS: dict[DebitState, set[DebitState]] = {
    DebitState.ANNOUNCED: {DebitState.EXPORTED, DebitState.CANCELLED},
    DebitState.EXPORTED: {DebitState.COLLECTED, DebitState.REJECTED},
    # The debtor's bank may give the money back for eight weeks, and longer without a mandate.
    DebitState.COLLECTED: {DebitState.REJECTED},
    DebitState.REJECTED: set(),
    DebitState.CANCELLED: set(),
}
PENDING_DEBITS = (DebitState.ANNOUNCED, DebitState.EXPORTED)


class DebitSequence(StrEnum):
    """The place of a debit in its mandate, as the bank's file says it."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"


class ChequeState(StrEnum):
    """A cheque, from the slip that takes it to the bank; before it, it is a receipt in hand."""

    REMITTED = "remitted"
    CLEARED = "cleared"
    UNPAID = "unpaid"
    """Returned without payment: what it paid is due again, and the work stops."""


CHEQUE_TRANSITIONS: dict[ChequeState, set[ChequeState]] = {
    ChequeState.REMITTED: {ChequeState.CLEARED, ChequeState.UNPAID},
    # A cheque that the bank credited may still come back.
    ChequeState.CLEARED: {ChequeState.UNPAID},
    ChequeState.UNPAID: set(),
}


class InstalmentState(StrEnum):
    """An instalment (échéance), as the receipts leave it on a day (CGV II.2.b)."""

    DUE = "due"
    """Its day has not passed."""
    PAID = "paid"
    OVERDUE = "overdue"
    WRITTEN_OFF = "written_off"
    """Given up as a loss."""


INSTALMENT_LABELS = {
    InstalmentState.DUE: "À venir",
    InstalmentState.PAID: "Réglée",
    InstalmentState.OVERDUE: "En retard",
    InstalmentState.WRITTEN_OFF: "N’est plus demandée",
}


class StoredCardState(StrEnum):
    """A card that its holder lets us debit for one order (CGV II.2.b)."""

    ACTIVE = "active"
    REVOKED = "revoked"
    """Taken back by the client, or replaced by another card."""
    EXPIRED = "expired"


STORED_CARD_TRANSITIONS: dict[StoredCardState, set[StoredCardState]] = {
    StoredCardState.ACTIVE: {StoredCardState.REVOKED, StoredCardState.EXPIRED},
    StoredCardState.REVOKED: set(),
    StoredCardState.EXPIRED: set(),
}
STORED_CARD_LABELS = {
    StoredCardState.ACTIVE: "En service",
    StoredCardState.REVOKED: "Retirée",
    StoredCardState.EXPIRED: "Expirée",
}


class CardDebitState(StrEnum):
    """A debit of a stored card, from its announcement to its last try."""

    ANNOUNCED = "announced"
    COLLECTED = "collected"
    STOPPED = "stopped"
    """Refused for good: a person takes over."""
    CANCELLED = "cancelled"
    """Nothing was due any more, or the card was taken back."""


CARD_DEBIT_TRANSITIONS: dict[CardDebitState, set[CardDebitState]] = {
    CardDebitState.ANNOUNCED: {
        CardDebitState.COLLECTED,
        CardDebitState.STOPPED,
        CardDebitState.CANCELLED,
    },
    # An answer that comes late may say that a try refused went through after all.
    CardDebitState.STOPPED: {CardDebitState.COLLECTED},
    CardDebitState.CANCELLED: set(),
    CardDebitState.COLLECTED: set(),
}
CARD_DEBIT_LABELS = {
    CardDebitState.ANNOUNCED: "Annoncé",
    CardDebitState.COLLECTED: "Encaissé",
    CardDebitState.STOPPED: "Refusé, à reprendre",
    CardDebitState.CANCELLED: "Annulé",
}


class RefundSource(StrEnum):
    """What a refund gives back."""

    OVERPAYMENT = "overpayment"
    """What an order received beyond its price."""
    CREDIT_NOTE = "credit_note"
    """What the client has not spent of a credit note."""


class RefundState(StrEnum):
    TO_PAY = "to_pay"
    PAID = "paid"
    CANCELLED = "cancelled"


REFUND_TRANSITIONS: dict[RefundState, set[RefundState]] = {
    RefundState.TO_PAY: {RefundState.PAID, RefundState.CANCELLED},
    RefundState.PAID: set(),
    RefundState.CANCELLED: set(),
}
REFUND_LABELS = {
    RefundState.TO_PAY: "À payer",
    RefundState.PAID: "Payé",
    RefundState.CANCELLED: "Abandonné",
}
REFUND_METHODS = (PaymentMethod.TRANSFER, PaymentMethod.CARD)


class GivenUp(StrEnum):
    """Why something due is no longer asked."""

    BAD_DEBT = "bad_debt"
    """It will never be paid (créance irrécouvrable)."""
    SMALL_DIFFERENCE = "small_difference"
    """A few cents, not worth a letter."""
