"""Move lines on: ask the offer what is missing, hand the work over, follow its progress."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.offers.contract import Offer, OrderFacts
from marketingconnect.offers.registry import offer_for
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.queries import facts_of
from marketingconnect.orders.rules import line_state, may_be_worked_on, order_state_after
from marketingconnect.orders.services.transitions import change_state
from marketingconnect.orders.states import LineState, OrderState

ADVANCER = Actor.system("Suivi des commandes")


@transaction.atomic
def advance_line(line_id: int, *, now: datetime) -> LineState:
    """CGV II.1.b, III.a: launch a line that lacks nothing, else note how far it has come.

    Safe to call at any time and from several places: the order is locked meanwhile.
    """
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    line = OrderLine.objects.select_related("order__terms").get(pk=line_id)
    reached = _reached(line, order, now)
    if reached is not LineState(line.state):
        _write(line, reached, now)
    _advance_order(order, now)
    return reached


def _reached(line: OrderLine, order: Order, now: datetime) -> LineState:
    current = LineState(line.state)
    may_work = may_be_worked_on(state=OrderState(order.state))
    if not line.offer or line.item_id is None or not may_work:
        return current
    offer = offer_for(line.offer)
    facts = facts_of(line)
    offer.validated(line.item_id, facts, now=now)
    missing = [one.code for one in offer.missing(line.item_id, facts)]
    progress = offer.progress(line.item_id).state
    if progress == "waiting" and not missing:
        progress = _launch(offer, line.item_id, facts, now)
    return line_state(current=current, missing=missing, progress=progress)


def _launch(offer: Offer, item_id: int, facts: OrderFacts, now: datetime) -> str:
    offer.launch(item_id, facts, now=now)
    return offer.progress(item_id).state


def _write(line: OrderLine, new: LineState, now: datetime) -> None:
    old = line.state
    OrderLine.objects.filter(pk=line.pk, state=old).update(state=new)
    record(
        action=f"order_line.{new}",
        actor=ADVANCER,
        company_id=line.order.company_id,
        subject=f"order:{line.order_id}",
        at=now,
        before={"line": line.number, "state": old},
        after={"line": line.number, "state": new},
    )


def _advance_order(order: Order, now: datetime) -> None:
    states = [LineState(state) for state in _worked_lines(order)]
    reached = order_state_after(state=OrderState(order.state), lines=states)
    if reached is OrderState(order.state):
        return
    if order.state == OrderState.VALIDATED:
        change_state(order, OrderState.IN_EXECUTION, actor=ADVANCER, at=now, started_at=now)
    if reached is OrderState.EXECUTED:
        change_state(order, OrderState.EXECUTED, actor=ADVANCER, at=now, executed_at=now)


def _worked_lines(order: Order) -> list[str]:
    """States of the lines that sell work; the minimum-billing line sells none."""
    return list(order.lines.exclude(offer="").values_list("state", flat=True))
