"""Reads of cards kept for instalments, and of their debits (CGV II.2.b)."""

from datetime import date

from django.db.models import QuerySet

from marketingconnect.orders.models import Order
from marketingconnect.payments.models import CardDebit, PaymentAttempt, StoredCard
from marketingconnect.payments.states import AttemptState, CardDebitState, StoredCardState


def stored_card_of(order: Order) -> StoredCard | None:
    """The card that the instalments of an order are debited from, if any."""
    return StoredCard.objects.filter(order=order, state=StoredCardState.ACTIVE).first()


def stored_cards_of(order: Order) -> QuerySet[StoredCard]:
    """The cards ever kept for an order, first to last."""
    return StoredCard.objects.filter(order=order)


def card_debits_of(order: Order) -> QuerySet[CardDebit]:
    """The debits of an order's cards, as announced, first to last."""
    return CardDebit.objects.filter(card__order=order).select_related("card", "instalment")


def cards_in_use() -> QuerySet[StoredCard, int]:
    """Ids of the cards from which instalments may be announced."""
    return StoredCard.objects.filter(state=StoredCardState.ACTIVE).values_list("pk", flat=True)


def card_debits_to_try(today: date) -> QuerySet[CardDebit, int]:
    """Ids of the announced debits whose day has come, oldest first."""
    debits = CardDebit.objects.filter(state=CardDebitState.ANNOUNCED, debit_on__lte=today)
    return debits.order_by("debit_on", "pk").values_list("pk", flat=True)


def cards_to_learn() -> QuerySet[PaymentAttempt, int]:
    """Ids of the payments made whose card was to be kept and is not known yet."""
    paid = PaymentAttempt.objects.filter(state=AttemptState.SUCCEEDED, stored_card=None)
    return paid.exclude(consent="").order_by("pk").values_list("pk", flat=True)


def card_debits_stopped() -> QuerySet[CardDebit]:
    """Debits refused for good, which a person takes over; oldest first."""
    debits = CardDebit.objects.filter(state=CardDebitState.STOPPED)
    return debits.select_related("card__order__company", "instalment").order_by("ended_on", "pk")
