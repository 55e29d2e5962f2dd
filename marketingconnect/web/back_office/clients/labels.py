"""States of orders in the words of the staff."""

from typing import Final

from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState

_ORDER: Final = {
    OrderState.ACCEPTED: ("Attend le paiement", "warning"),
    OrderState.FIRM: ("Ferme, paiement à valider", "warning"),
    OrderState.VALIDATED: ("Validée", "success"),
    OrderState.IN_EXECUTION: ("En cours", "progress"),
    OrderState.EXECUTED: ("Exécutée", "success"),
    OrderState.CLOSED: ("Terminée", "neutral"),
    OrderState.SUSPENDED: ("Suspendue", "warning"),
    OrderState.CANCELLED: ("Annulée", "neutral"),
    OrderState.TERMINATED: ("Résiliée", "neutral"),
}


def order_label(order: Order) -> tuple[str, str]:
    """What a badge says, and its kind."""
    return _ORDER[OrderState(order.state)]
