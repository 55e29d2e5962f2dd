"""The course of a campaign of the past, from its launch to the statement of its figures."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from marketingconnect.demo.data.past.letters import away, bounced, complained, left
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.rules import earliest_send_date
from marketingconnect.offers.email.services import launch_campaign, tell_sent_campaign
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import facts_of
from marketingconnect.orders.services import advance_line
from marketingconnect.sending.models import Campaign, DeliveryOutcome
from marketingconnect.sending.rules import BASE_FROZEN_BEFORE, figures_freeze_at
from marketingconnect.sending.services import freeze_audience, freeze_figures
from marketingconnect.sending.services.campaigns import finish_sent_out, start_due_campaigns
from marketingconnect.sending.states import Outcome
from marketingconnect.statements.services import make_missing_statements
from marketingconnect.statistics.domain_counting import count_domains
from marketingconnect.terms.queries import parameters_of
from marketingconnect.web.tracking.leaving import ONE_CLICK, PAGE

_LATE: Final = (
    "550 5.1.1 user unknown",
    "552 5.2.2 mailbox full, over quota",
    "550 5.1.1 no such user here",
)


def first_day(order: Order) -> date:
    """The first that the terms allow."""
    order.refresh_from_db()
    assert order.payment_validated_on is not None  # noqa: S101  paid just before
    return earliest_send_date(
        payment_validated_on=order.payment_validated_on, terms=parameters_of(order.terms)
    )


def started(campaign: EmailCampaign, order: Order, *, send_at: datetime) -> Campaign:
    """Handed over to the sender, its addresses written down, and begun at its hour."""
    line = order.lines.get(offer="email")
    before = send_at - BASE_FROZEN_BEFORE
    sending = launch_campaign(campaign.pk, facts=facts_of(line), now=before)
    freeze_audience(sending.pk, now=before)
    advance_line(line.pk, now=before)
    start_due_campaigns(now=send_at)
    advance_line(line.pk, now=send_at)
    sending.refresh_from_db()
    return sending


def ended(campaign: EmailCampaign, order: Order, sending: Campaign, *, at: datetime) -> None:
    """The last message left: the client is told, and its order is done."""
    finish_sent_out([sending.pk], now=at)
    tell_sent_campaign(campaign.pk, now=at + timedelta(minutes=1))
    advance_line(order.lines.get(offer="email").pk, now=at + timedelta(minutes=1))
    sending.refresh_from_db()


def settled(sending: Campaign) -> None:
    """The window is over: figures bind, domains are counted, the statement is sealed."""
    assert sending.finished_at is not None  # noqa: S101  ended just before
    binds = figures_freeze_at(
        finished_at=sending.finished_at, settling_hours=sending.settling_hours
    )
    freeze_figures(sending.pk, now=binds)
    sending.refresh_from_db()
    count_domains(sending)
    make_missing_statements(now=binds + timedelta(minutes=1))


def came_back(
    sending: Campaign, *, bounces: int, leavers: int, complaint: bool, at: datetime
) -> Sequence[int]:
    """Late bounces, people who leave, one who complains; gives who else has the message."""
    reached = _reached(sending)
    hours = iter(range(1, 60))
    for number in range(bounces):
        words = _LATE[number % len(_LATE)]
        bounced(sending, reached.pop(), words, at=at + timedelta(hours=next(hours)))
    for number in range(leavers):
        reason = PAGE if number % 3 else ONE_CLICK
        left(sending, reached.pop(), reason, at=at + timedelta(hours=next(hours)))
    if complaint:
        complained(sending, reached.pop(), at=at + timedelta(hours=next(hours)))
    away(sending, reached.pop(), at=at + timedelta(minutes=4))
    return reached


def _reached(sending: Campaign) -> list[int]:
    """Positions that were taken, far from one another rather than in a row."""
    taken = DeliveryOutcome.objects.filter(campaign_id=sending.pk, outcome=Outcome.ACCEPTED)
    positions = list(taken.order_by("position").values_list("position", flat=True))
    return [position for start in range(17) for position in positions[start::17]]
