"""What ListConnect tells clients by mail."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from marketingconnect.messages.rules.moderation import REASONS
from marketingconnect.notices.services import queue_notice
from marketingconnect.offers.list_rental.models import (
    Amendment,
    Delivery,
    ListRental,
    MessageSample,
)
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind


def tell_delivery_is_available(delivery: Delivery, *, at: datetime) -> None:
    """CGV CL.3: once a delivery: the file is there, with its limit when it has phones."""
    _tell(
        f"rental-available:{delivery.reference}",
        "rental_available",
        delivery.rental,
        at,
        delivery=delivery,
        is_new_check=delivery.kind == DeliveryKind.RE_DELIVERY,
        is_replacement=delivery.kind == DeliveryKind.REPLACEMENT,
    )


def tell_sample_is_decided(sample: MessageSample, *, at: datetime) -> None:
    """CGV CL.7: what moderation said of the message, and why."""
    _tell(
        f"rental-sample:{sample.pk}:{sample.state}",
        "rental_sample",
        sample.rental,
        at,
        sample=sample,
        reason=REASONS.get(sample.reason),
    )


def tell_amendment_is_proposed(amendment: Amendment, *, at: datetime) -> None:
    """CGV CL.1: an amendment waits for the client's word."""
    _tell(
        f"rental-amendment:{amendment.pk}",
        "rental_amendment",
        amendment.rental,
        at,
        amendment=amendment,
    )


def tell_rental_is_suspended(rental: ListRental, *, reason: str, at: datetime) -> None:
    """CGV CL.2: nothing more is delivered until it ends."""
    key = f"rental-suspended:{rental.pk}:{at:%Y%m%d%H%M%S}"
    _tell(key, "rental_suspended", rental, at, reason=reason)


def _tell(key: str, template: str, rental: ListRental, at: datetime, **context: Any) -> None:
    person = rental.created_by
    if rental.order_reference:
        page = reverse("client_area:order", args=[rental.order_reference])
    else:
        page = reverse("client_area:home")
    queue_notice(
        key=key,
        template=template,
        to_email=person.email,
        company_id=rental.company_id,
        at=at,
        context={
            "first_name": person.first_name,
            "rental": rental,
            "action_url": settings.BASE_URL + page,
            "action_text": "Ouvrir mon espace client",
            **context,
        },
    )
