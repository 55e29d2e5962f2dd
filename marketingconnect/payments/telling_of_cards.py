"""What cards kept for instalments tell clients by mail."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from marketingconnect.kernel.money import Money
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import CardDebit, StoredCard


def tell_card_is_kept(card: StoredCard, *, at: datetime) -> None:
    """CGV II.2.b: once a card: the very words the client agreed to, and how to take it back."""
    _queue(
        card.order,
        key=f"card-kept:{card.pk}",
        template="card_kept",
        at=at,
        card=card,
    )


def tell_card_is_over(card: StoredCard, *, at: datetime) -> None:
    """Once a card: it expires before the next instalment, which the client is asked to pay."""
    _queue(
        card.order,
        key=f"card-over:{card.pk}",
        template="card_over",
        at=at,
        card=card,
    )


def tell_card_debit_is_coming(debit: CardDebit, *, at: datetime) -> None:
    """CGV II.2.b: once a debit: its amount, its day and its card, before it is made."""
    _queue(
        debit.card.order,
        key=f"card-debit-announced:{debit.pk}",
        template="card_debit_announced",
        at=at,
        debit=debit,
        amount=Money(debit.cents),
    )


def tell_card_debit_is_refused(debit: CardDebit, again_on: date | None, *, at: datetime) -> None:
    """Once a refusal: why, and the day of the next try; without one, the client is asked to pay."""
    _queue(
        debit.card.order,
        key=f"card-debit-refused:{debit.pk}:{debit.times_refused}",
        template="card_debit_refused",
        at=at,
        debit=debit,
        amount=Money(debit.cents),
        again_on=again_on,
    )


def _queue(order: Order, *, key: str, template: str, at: datetime, **context: Any) -> None:
    queue_notice(
        key=key,
        template=template,
        to_email=order.placed_by.email,
        company_id=order.company_id,
        at=at,
        context={
            "order": order,
            "first_name": order.placed_by.first_name,
            "action_url": settings.BASE_URL + reverse("client_area:order", args=[order.reference]),
            "action_text": "Voir la commande",
            **context,
        },
    )
