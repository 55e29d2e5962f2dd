"""Let a paused campaign go on, unless its order stands still (CGV III.g, III.h)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.contracts.errors import ContractError
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import resume_campaign


@transaction.atomic
def resume_sending(campaign_id: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """CGV III.g, III.h: nothing of a suspended order leaves, whoever paused it first.

    Raises ContractError, and the errors of `resume_campaign`.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    order = Order.objects.select_for_update().filter(reference=campaign.order_reference).first()
    if order is not None and order.state == OrderState.SUSPENDED:
        raise ContractError(
            "La commande de cette campagne est suspendue : levez d’abord la suspension.",
            article="III.g",
        )
    resume_campaign(campaign_id, actor=actor, reason=reason, now=now)
