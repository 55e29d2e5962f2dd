"""Why a card was refused, in words for the client."""

from typing import Final

_REASONS: Final = {
    "insufficient_funds": "La banque indique une provision ou un plafond insuffisant.",
    "expired_card": "La carte est expirée.",
    "do_not_honor": "La banque refuse ce paiement sans en dire la raison.",
    "generic_decline": "La banque refuse ce paiement sans en dire la raison.",
    "card_declined": "La banque refuse ce paiement.",
    "stolen_card": "La banque refuse cette carte.",
    "lost_card": "La banque refuse cette carte.",
    "incorrect_cvc": "Le cryptogramme est inexact.",
    "incorrect_number": "Le numéro de carte est inexact.",
    "authentication_required": "La banque demande que le titulaire confirme lui-même ce paiement.",
    "authentication_failed": "La confirmation demandée par la banque a échoué.",
    "payment_intent_authentication_failure": "La confirmation demandée par la banque a échoué.",
    "cancelled": "Le paiement a été abandonné.",
    "expired": "La page de paiement est restée ouverte trop longtemps.",
    "amount_conflict": "Le prestataire de paiement annonce un autre montant : nous vérifions.",
}
FINAL_REFUSALS: Final = frozenset(
    {
        "authentication_required",
        "expired_card",
        "incorrect_number",
        "invalid_account",
        "lost_card",
        "not_found",
        "pickup_card",
        "resource_missing",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "stop_payment_order",
    }
)
"""Refusals of a stored card that another try would not change."""
_OTHER: Final = "Le paiement par carte n’a pas abouti."


def reason_fr(code: str) -> str:
    """A sentence for a provider's code; a plain one for a code we do not know."""
    return _REASONS.get(code, _OTHER)
