"""Orders whose money the bank took back."""

from datetime import date

from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries.schedules import is_up_to_date


def owes_what_was_taken_back(order: Order, today: date) -> bool:
    """CGV II.2.b: it was paid, a receipt was reversed since, and what is left is too little."""
    if order.payment_validated_on is None:
        return False
    reversed_since = Payment.objects.filter(order=order, reversed_on__isnull=False)
    return reversed_since.exists() and not is_up_to_date(order, today)
