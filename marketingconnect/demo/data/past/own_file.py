"""Two campaigns of the bakery to its own clients: one of the summer's end, one with a test."""

from datetime import datetime, time, timedelta
from typing import Final

from marketingconnect.accounts.models import User
from marketingconnect.clock import PARIS, paris_date
from marketingconnect.demo.data.composing import approved, changed, composed, proved, scheduled
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
from marketingconnect.demo.data.people import BAKERY
from marketingconnect.demo.data.sales import client_actor, ordered, paid_by_transfer
from marketingconnect.messages.models import Message
from marketingconnect.messages.services import DraftChanges, duplicate_message
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.pacing import choose_test
from marketingconnect.offers.email.services import choose_measures
from marketingconnect.orders.models import Order
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.services.erasing import erase_due_addresses
from marketingconnect.statistics.subject_tests import decide_due_tests, decides_at
from marketingconnect.terms.queries import parameters_of

TESTED: Final = "La lettre du fournil"
ERASED: Final = "La rentrée au fournil"
_SECOND_SUBJECT: Final = "Jeudi, l’atelier ouvre ses portes : venez voir"
_ASKS: Final = "Noémie Essai <noemie.essai@exemple.test>"
_QUESTION: Final = "Bonjour, faut-il réserver pour l’atelier, et les enfants sont-ils admis ?"


def load_own_file_campaigns(now: datetime) -> None:
    """The older one first; its addresses are erased since."""
    owner = User.objects.get(email=BAKERY.email)
    _erased_since(owner, now - timedelta(days=76))
    _tested(owner, now - timedelta(days=20), now)


def _erased_since(owner: User, begun: datetime) -> None:
    """Sent ten weeks ago, kept for as long as the terms say, then without any address."""
    campaign = composed(owner, ERASED, "rentree", rows=260, seed=1, now=begun, with_failures=False)
    _measured(campaign, owner, begun)
    order = _paid_and_approved(campaign, owner, begun)
    on = first_day(order)
    send_at = scheduled(
        campaign, owner, order, on=on, at=time(10, 0), now=begun + timedelta(days=1, hours=3)
    )
    sending = started(campaign, order, send_at=send_at)
    last = send_off(sending.pk, now=send_at)
    ended(campaign, order, sending, at=last)
    visitors(sending, {"a": 0.12}).until(send_at + timedelta(days=3))
    came_back(sending, bounces=2, leavers=1, complaint=False, at=send_at)
    settled(sending)
    kept = timedelta(days=parameters_of(order.terms).contact_file_retention_days)
    day = paris_date(last) + kept
    erase_due_addresses(today=day, now=datetime.combine(day, time(4, 20), PARIS))


def _tested(owner: User, begun: datetime, now: datetime) -> None:
    """Two subjects tried on a part of the file; the better one went to the rest."""
    campaign = composed(
        owner, TESTED, "lettre-information", rows=1250, seed=1, now=begun, with_failures=False
    )
    _measured(campaign, owner, begun)
    second = _second_message(campaign, owner, begun)
    choose_test(
        campaign.pk,
        message_id=second.pk,
        percent=50,
        hours=4,
        actor=client_actor(owner),
        now=begun,
    )
    order = _paid_and_approved(campaign, owner, begun)
    approved(second, now=begun + timedelta(days=1, hours=2))
    send_at = scheduled(
        campaign,
        owner,
        order,
        on=first_day(order),
        at=time(8, 30),
        now=begun + timedelta(days=1, hours=3),
    )
    _sent_and_answered(campaign, order, send_at, now)


def _sent_and_answered(
    campaign: EmailCampaign, order: Order, send_at: datetime, now: datetime
) -> None:
    sending = started(campaign, order, send_at=send_at)
    send_off(sending.pk, now=send_at)
    decision = decides_at(sending)
    tried = visitors(sending, {"a": 0.08, "b": 0.21}).until(decision)
    decide_due_tests(now=decision + timedelta(seconds=20))
    sending.refresh_from_db()
    last = send_off(sending.pk, now=decision + timedelta(seconds=25))
    ended(campaign, order, sending, at=last)
    tried.until(send_at + timedelta(days=3))
    visitors(sending, {sending.winner: 0.17}, since=decision).until(send_at + timedelta(days=3))
    rest = came_back(sending, bounces=5, leavers=6, complaint=True, at=last)
    settled(sending)
    answered(sending, rest[0], _ASKS, _QUESTION, at=now - timedelta(hours=7))


def _measured(campaign: EmailCampaign, owner: User, now: datetime) -> None:
    """Clicks, and openings by person: these clients consented to it."""
    choose_measures(
        campaign.pk, tracks_clicks=True, opens=Opens.INDIVIDUAL, actor=client_actor(owner), now=now
    )


def _second_message(campaign: EmailCampaign, owner: User, now: datetime) -> Message:
    """The same letter under another subject."""
    assert campaign.message is not None  # noqa: S101  composed with it
    second = duplicate_message(
        campaign.message.pk,
        company_id=campaign.company_id,
        user_id=owner.pk,
        actor=client_actor(owner),
        now=now,
    )
    changed(second, owner, DraftChanges(subject=_SECOND_SUBJECT), now=now)
    proved(second, owner, now=now)
    return second


def _paid_and_approved(campaign: EmailCampaign, owner: User, begun: datetime) -> Order:
    """Ordered an hour after it was begun; paid, then approved the next day."""
    assert campaign.message is not None  # noqa: S101  composed with it
    order = ordered(owner, "email", campaign.pk, now=begun + timedelta(hours=1))
    paid_by_transfer(order, now=begun + timedelta(days=1))
    approved(campaign.message, now=begun + timedelta(days=1, hours=2))
    return order
