"""What claims tell clients by mail."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from marketingconnect.claims.models import Claim, GuaranteeClaim
from marketingconnect.invoices.models import Invoice
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order


def tell_claim_is_decided(claim: Claim, *, at: datetime) -> None:
    """CGV CL.6, CL.9: once a claim: what it obtained, or why nothing."""
    rental = claim.delivery.rental
    person = rental.created_by
    queue_notice(
        key=f"claim-decided:{claim.pk}",
        template="claim_decided",
        to_email=person.email,
        company_id=claim.company_id,
        at=at,
        context={
            "first_name": person.first_name,
            "claim": claim,
            "rental": rental,
            "action_url": settings.BASE_URL
            + reverse("client_area:order", args=[rental.order_reference]),
            "action_text": "Ouvrir mon espace client",
        },
    )


def tell_guarantee_is_decided(claim: GuaranteeClaim, *, at: datetime) -> None:
    """CGV B.3, CC.4: once a claim: what it obtained, or the rule that refuses it."""
    order = claim.line.order
    person = order.placed_by
    queue_notice(
        key=f"guarantee-decided:{claim.pk}",
        template="guarantee_decided",
        to_email=person.email,
        company_id=claim.company_id,
        at=at,
        context={
            "first_name": person.first_name,
            "claim": claim,
            "order": order,
            "action_url": settings.BASE_URL + reverse("client_area:order", args=[order.reference]),
            "action_text": "Ouvrir mon espace client",
        },
    )


def tell_undone_is_credited(order: Order, note: Invoice, *, at: datetime) -> None:
    """CGV III.g: once an order that ended: what is given back of it."""
    person = order.placed_by
    queue_notice(
        key=f"undone-credited:{order.pk}",
        template="undone_credited",
        to_email=person.email,
        company_id=order.company_id,
        at=at,
        context={
            "first_name": person.first_name,
            "order": order,
            "note": note,
            "action_url": settings.BASE_URL + reverse("client_area:order", args=[order.reference]),
            "action_text": "Voir ma commande",
        },
    )
