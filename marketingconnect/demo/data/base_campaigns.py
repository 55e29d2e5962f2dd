"""A campaign to the operator's base that a client of the demo has composed and not ordered yet."""

from datetime import datetime, timedelta

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.clock import paris_date
from marketingconnect.demo.data.people import BAKERY
from marketingconnect.demo.data.rentals import kept_target
from marketingconnect.demo.data.sales import client_actor, company_of
from marketingconnect.geography.places import commune
from marketingconnect.messages.services import DraftChanges, create_message, save_content
from marketingconnect.messages.services.drafts import kept_mentions
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import choose_message, start_campaign
from marketingconnect.offers.email.targets import choose_target
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.queries import count_for

_NAME = "Portes ouvertes, aux voisins par e-mail"


@transaction.atomic
def load_base_campaigns(now: datetime) -> bool:
    """The story once; False when it is told already."""
    if EmailCampaign.objects.filter(criteria__isnull=False).exists():
        return False
    then = now - timedelta(hours=20)
    lyon = commune("69383").position
    near = {"zone": int(lyon.zone), "x": lyon.x, "y": lyon.y, "metres": 8000, "label": "Lyon 3e"}
    name = "Voisins de la boulangerie, par e-mail"
    target = kept_target(
        BAKERY.email, name, "consumers", [{"near": near}], then, channel="email", use="sending"
    )
    owner = target.created_by
    company, actor = company_of(owner), client_actor(owner)
    campaign = start_campaign(
        company_id=company.pk, name=_NAME, user_id=owner.pk, actor=actor, now=then
    )
    _counted(campaign, target, then)
    message_id = _message_to_the_base(owner, then)
    choose_message(campaign.pk, message_id=message_id, actor=actor, now=then)
    return True


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


def _message_to_the_base(owner: User, now: datetime) -> int:
    company, actor = company_of(owner), client_actor(owner)
    message = create_message(
        company_id=company.pk,
        user_id=owner.pk,
        name="Portes ouvertes, pour des voisins",
        template="portes-ouvertes",
        actor=actor,
        now=now,
    )
    mentions = {**message.content["legal"], "sent_to": "base"}
    legal = kept_mentions(mentions, on=paris_date(now))
    save_content(
        message.pk,
        company_id=company.pk,
        revision=message.revision,
        changes=DraftChanges(content={**message.content, "legal": legal}),
        actor=actor,
        now=now,
    )
    return message.pk
