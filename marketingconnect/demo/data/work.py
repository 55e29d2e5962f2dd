"""What the demo's clients have done so far: campaigns sent, one that leaves, drafts, orders.

In the order of their payments: invoices are numbered in the order of their days.
"""

from datetime import datetime, time, timedelta

from marketingconnect.accounts.models import User
from marketingconnect.clock import paris_date
from marketingconnect.contacts.models import ContactFile
from marketingconnect.demo.data.composing import approved, composed, scheduled
from marketingconnect.demo.data.past.own_file import load_own_file_campaigns
from marketingconnect.demo.data.people import BAKERY, GARAGE, RUM_SHOP
from marketingconnect.demo.data.sales import (
    client_actor,
    company_of,
    ordered,
    paid_by_transfer,
    proposed_by_marc,
)
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import choose_file, start_campaign
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line


def load_work(now: datetime) -> None:
    """Two campaigns that ended, one that leaves, one planned; orders to pay and to moderate."""
    load_own_file_campaigns(now)
    _bakery_campaign(now)
    _rum_shop_order(now)
    _planned_campaign(now)
    proposed_by_marc(_draft_campaign(now), now)
    _garage_order(now)


def _bakery_campaign(now: datetime) -> None:
    """Ordered nineteen days ago, paid by transfer, validated, approved: it leaves at once."""
    owner = User.objects.get(email=BAKERY.email)
    begun = now - timedelta(days=19)
    campaign = composed(owner, "Les fêtes au fournil", "offre-saison", rows=640, seed=1, now=begun)
    order = _paid_and_approved(campaign, owner, begun)
    # Chosen long before, for today at the first hour that the terms allow.
    scheduled(campaign, owner, order, on=paris_date(now), now=begun + timedelta(days=1, hours=3))
    _advanced(order, now)


def _planned_campaign(now: datetime) -> None:
    """Ready, and spread over a morning of next week."""
    owner = User.objects.get(email=BAKERY.email)
    begun = now - timedelta(days=16)
    campaign = composed(
        owner, "La carte de fidélité du fournil", "fidelite", rows=380, seed=4, now=begun
    )
    order = _paid_and_approved(campaign, owner, begun)
    scheduled(
        campaign,
        owner,
        order,
        on=paris_date(now) + timedelta(days=7),
        at=time(9, 0),
        spread_minutes=240,
        now=begun + timedelta(days=1, hours=3),
    )
    _advanced(order, now)


def _paid_and_approved(campaign: EmailCampaign, owner: User, begun: datetime) -> Order:
    """Ordered at once; paid, then approved the next day."""
    assert campaign.message is not None  # noqa: S101  composed with it
    order = ordered(owner, "email", campaign.pk, now=begun)
    paid = begun + timedelta(days=1)
    paid_by_transfer(order, now=paid)
    approved(campaign.message, now=paid + timedelta(hours=2))
    return order


def _advanced(order: Order, now: datetime) -> None:
    for line in order.lines.exclude(offer=""):
        advance_line(line.pk, now=now)


def _draft_campaign(now: datetime) -> EmailCampaign:
    """Begun yesterday: a file and a name, no message yet."""
    owner = User.objects.get(email=BAKERY.email)
    company = company_of(owner)
    yesterday = now - timedelta(days=1)
    campaign = start_campaign(
        company_id=company.pk,
        name="Galette des rois",
        user_id=owner.pk,
        actor=client_actor(owner),
        now=yesterday,
    )
    file = ContactFile.objects.filter(company=company).last()
    if file is not None:
        choose_file(campaign.pk, file_id=file.pk, actor=client_actor(owner), now=yesterday)
    return campaign


def _garage_order(now: datetime) -> None:
    """Ordered two days ago: accounting waits for a transfer, moderation has a message to read."""
    owner = User.objects.get(email=GARAGE.email)
    then = now - timedelta(days=2)
    campaign = composed(
        owner, "Merci de votre visite", "remerciement-avis", rows=320, seed=2, now=then
    )
    ordered(owner, "email", campaign.pk, now=then)


def _rum_shop_order(now: datetime) -> None:
    """Paid and invoiced with the VAT of La Réunion; its date is still to choose."""
    owner = User.objects.get(email=RUM_SHOP.email)
    then = now - timedelta(days=19)
    campaign = composed(owner, "Portes ouvertes", "portes-ouvertes", rows=250, seed=3, now=then)
    order = ordered(owner, "email", campaign.pk, now=then)
    paid_by_transfer(order, now=then + timedelta(days=2))
