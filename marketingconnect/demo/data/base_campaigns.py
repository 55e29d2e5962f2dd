"""Campaigns to the operator's base of a client of the demo: one that was sent, one composed."""

from datetime import datetime, timedelta

from django.db import transaction

from marketingconnect.clock import paris_date
from marketingconnect.demo.data.composing import written
from marketingconnect.demo.data.past.to_base import load_campaign_to_the_base
from marketingconnect.demo.data.people import BAKERY
from marketingconnect.demo.data.rentals import kept_target
from marketingconnect.demo.data.sales import client_actor
from marketingconnect.geography.places import commune
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import choose_message, start_campaign
from marketingconnect.offers.email.targets import choose_target
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.queries import count_for

_NAME = "Portes ouvertes, aux voisins par e-mail"
_METRES = 8000


@transaction.atomic
def load_past_base_campaigns(now: datetime) -> bool:
    """The one that was sent; before the rentals, which were invoiced later. False when told."""
    if EmailCampaign.objects.filter(criteria__isnull=False).exists():
        return False
    load_campaign_to_the_base(_neighbours(now - timedelta(days=14)), now)
    return True


@transaction.atomic
def load_base_campaigns(now: datetime) -> bool:
    """The one that is composed and not ordered; False when it is there already."""
    if EmailCampaign.objects.filter(name=_NAME).exists():
        return False
    then = now - timedelta(hours=20)
    target = SavedTarget.objects.filter(criteria__channel="email").first() or _neighbours(then)
    owner = target.created_by
    actor = client_actor(owner)
    campaign = start_campaign(
        company_id=target.company_id, name=_NAME, user_id=owner.pk, actor=actor, now=then
    )
    _counted(campaign, target, then)
    message = written(
        owner, "Portes ouvertes, pour des voisins", "portes-ouvertes", now=then, to_base=True
    )
    choose_message(campaign.pk, message_id=message.pk, actor=actor, now=then)
    return True


def _neighbours(then: datetime) -> SavedTarget:
    lyon = commune("69383").position
    near = {
        "zone": int(lyon.zone),
        "x": lyon.x,
        "y": lyon.y,
        "metres": _METRES,
        "label": "Lyon 3e",
    }
    name = "Voisins de la boulangerie, par e-mail"
    return kept_target(
        BAKERY.email, name, "consumers", [{"near": near}], then, channel="email", use="sending"
    )


def _counted(campaign: EmailCampaign, target: SavedTarget, now: datetime) -> None:
    criteria, owner = Criteria.from_json(target.criteria), target.created_by
    told = count_for(
        criteria, company_id=campaign.company_id, user_id=owner.pk, today=paris_date(now), now=now
    )
    if told.count:
        choose_target(
            campaign.pk,
            criteria=criteria,
            counted=told.count,
            release=told.release,
            actor=client_actor(owner),
            now=now,
        )
