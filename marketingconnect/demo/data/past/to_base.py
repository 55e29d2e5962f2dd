"""A campaign of the bakery to its neighbours of the operator's base, sent a week ago."""

from datetime import datetime, time, timedelta
from typing import Final

from marketingconnect.accounts.models import User
from marketingconnect.clock import paris_date
from marketingconnect.demo.data.composing import approved, proved, scheduled, written
from marketingconnect.demo.data.past.course import (
    came_back,
    ended,
    first_day,
    settled,
    started,
)
from marketingconnect.demo.data.past.letters import answered
from marketingconnect.demo.data.past.servers import send_off
from marketingconnect.demo.data.past.visitors import visitors
from marketingconnect.demo.data.sales import client_actor, ordered, paid_by_transfer
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import (
    choose_measures,
    choose_message,
    start_campaign,
)
from marketingconnect.offers.email.targets import choose_target, freeze_target
from marketingconnect.orders.models import Order
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.queries import count_for

NAME: Final = "Le goûter du mercredi, aux voisins"
_LEAVES: Final = "Raphaël Essai <raphael.essai@exemple.test>"
_OPPOSES: Final = "Bonjour, ne m’écrivez plus, je n’ai rien demandé. Merci."


def load_campaign_to_the_base(target: SavedTarget, now: datetime) -> None:
    """Ordered thirteen days ago, paid the next day, sent on the first day allowed.

    No later, so that its figures bind by now; nothing where the base has nobody there.
    """
    begun = now - timedelta(days=13)
    campaign = _composed(target, begun)
    if campaign is None:
        return
    owner = target.created_by
    order = _paid_and_approved(campaign, owner, begun)
    send_at = scheduled(
        campaign,
        owner,
        order,
        on=first_day(order),
        at=time(11, 0),
        now=begun + timedelta(days=1, hours=3),
    )
    sending = started(campaign, order, send_at=send_at)
    last = send_off(sending.pk, now=send_at)
    ended(campaign, order, sending, at=last)
    visitors(sending, {"a": 0.07}).until(send_at + timedelta(days=3))
    rest = came_back(sending, bounces=3, leavers=3, complaint=False, at=last)
    settled(sending)
    answered(sending, rest[0], _LEAVES, _OPPOSES, at=now - timedelta(minutes=20))


def _composed(target: SavedTarget, now: datetime) -> EmailCampaign | None:
    owner, actor = target.created_by, client_actor(target.created_by)
    criteria = Criteria.from_json(target.criteria)
    told = count_for(
        criteria, company_id=target.company_id, user_id=owner.pk, today=paris_date(now), now=now
    )
    if not told.count:
        return None
    message = written(owner, NAME, "offre-saison", now=now, to_base=True)
    proved(message, owner, now=now)
    campaign = start_campaign(
        company_id=target.company_id, name=NAME, user_id=owner.pk, actor=actor, now=now
    )
    choose_target(
        campaign.pk,
        criteria=criteria,
        counted=told.count,
        release=told.release,
        actor=actor,
        now=now,
    )
    choose_message(campaign.pk, message_id=message.pk, actor=actor, now=now)
    choose_measures(campaign.pk, tracks_clicks=True, opens=Opens.AGGREGATE, actor=actor, now=now)
    campaign.refresh_from_db()
    return campaign


def _paid_and_approved(campaign: EmailCampaign, owner: User, begun: datetime) -> Order:
    """Ordered an hour after it was begun, its rows arrested; paid, then approved the next day."""
    assert campaign.message is not None  # noqa: S101  composed with it
    order = ordered(owner, "email", campaign.pk, now=begun + timedelta(hours=1))
    freeze_target(campaign.pk, now=begun + timedelta(hours=1))
    paid_by_transfer(order, now=begun + timedelta(days=1))
    approved(campaign.message, now=begun + timedelta(days=1, hours=2))
    campaign.refresh_from_db()
    return order
