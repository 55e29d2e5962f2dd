"""States of what the bank moves, in the words of accounting, with the kind of their badge."""

from typing import Final

from marketingconnect.payments.matching import Why
from marketingconnect.payments.models import BankEntry
from marketingconnect.payments.states import (
    MATCH_LABELS,
    ChequeState,
    DebitState,
    EntryKind,
    EntryState,
    InstalmentState,
    MandateState,
    Match,
)
from marketingconnect.web.components import Kind

Label = tuple[str, Kind]
WHY_LABELS: Final[dict[Why, str]] = {
    Why.NUMBER: "son numéro est dans le libellé",
    Why.ACCOUNT: "compte déjà connu de ce client",
    Why.AMOUNT: "montant exact",
    Why.NAME: "nom du client",
}
_MATCHES: Final[dict[str, Kind]] = {
    Match.EXACT: "success",
    Match.PROBABLE: "info",
    Match.PARTIAL: "warning",
    Match.OVERPAID: "warning",
    Match.UNMATCHED: "neutral",
}
DECIDED: Final[dict[str, Label]] = {
    EntryState.MATCHED: ("Reconnu", "success"),
    EntryState.ASSIGNED: ("Affecté", "success"),
    EntryState.SET_ASIDE: ("Écarté", "neutral"),
}
MANDATES: Final[dict[str, Label]] = {
    MandateState.PROPOSED: ("À signer", "neutral"),
    MandateState.SIGNED: ("Signé, à vérifier", "warning"),
    MandateState.ACTIVE: ("En vigueur", "success"),
    MandateState.REVOKED: ("Révoqué", "neutral"),
    MandateState.EXPIRED: ("Caduc", "neutral"),
}
DEBITS: Final[dict[str, Label]] = {
    DebitState.ANNOUNCED: ("Annoncé", "info"),
    DebitState.EXPORTED: ("Remis à la banque", "progress"),
    DebitState.COLLECTED: ("Encaissé", "success"),
    DebitState.REJECTED: ("Rejeté", "error"),
    DebitState.CANCELLED: ("Annulé avant l’envoi", "neutral"),
}
CHEQUES: Final[dict[str, Label]] = {
    ChequeState.REMITTED: ("Remis à la banque", "progress"),
    ChequeState.CLEARED: ("Crédité", "success"),
    ChequeState.UNPAID: ("Impayé", "error"),
}
INSTALMENTS: Final[dict[str, Label]] = {
    InstalmentState.PAID: ("Payée", "success"),
    InstalmentState.DUE: ("À venir", "neutral"),
    InstalmentState.OVERDUE: ("En retard", "error"),
    InstalmentState.WRITTEN_OFF: ("Passée en perte", "neutral"),
}


def fit_of(entry: BankEntry) -> Label:
    """How a movement fits what is due."""
    if entry.kind == EntryKind.RETURN:
        return "Rejet", "error"
    return MATCH_LABELS[Match(entry.match)], _MATCHES[entry.match]


def fate_of(entry: BankEntry) -> Label:
    """What became of a movement."""
    return DECIDED.get(entry.state, ("À affecter", "warning"))
