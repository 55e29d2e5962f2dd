"""What becomes of the work when its order is suspended, goes on or ends: offers are asked."""

from datetime import datetime

from marketingconnect.audit.actors import Actor
from marketingconnect.offers.contract import Interruption
from marketingconnect.offers.registry import knows, offer_for
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.services import stop_line
from marketingconnect.orders.states import LineState


def hold_lines(
    order: Order, *, article: str, reason: str, actor: Actor, now: datetime
) -> list[int]:
    """CGV III.g, III.h: stop the work under way at once; ids of the lines that this stopped."""
    return [
        line.pk
        for line in _at_work(order)
        if _interrupt(line, Interruption.HOLD, article, reason, actor, now)
    ]


def go_on_with(
    order: Order, line_ids: list[int], *, article: str, reason: str, actor: Actor, now: datetime
) -> None:
    """CGV III.g, III.h: take up again what was held, and only that."""
    for line in _at_work(order):
        if line.pk in line_ids:
            _interrupt(line, Interruption.GO_ON, article, reason, actor, now)


def end_lines(order: Order, *, article: str, reason: str, actor: Actor, now: datetime) -> None:
    """CGV III.g, III.h: end what is not done, for good; what is done stays done."""
    for line in _at_work(order):
        _interrupt(line, Interruption.END, article, reason, actor, now)
        stop_line(line, actor=actor, reason=reason, at=now)


def _at_work(order: Order) -> list[OrderLine]:
    over = [LineState.DONE, LineState.STOPPED]
    lines = order.lines.exclude(offer="").exclude(state__in=over).select_related("order")
    return [line for line in lines if line.item_id is not None and knows(line.offer)]


def _interrupt(
    line: OrderLine,
    interruption: Interruption,
    article: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> bool:
    if line.item_id is None:
        return False
    return offer_for(line.offer).interrupt(
        line.item_id, interruption, article=article, reason=reason, actor=actor, now=now
    )
