"""The contract stops, goes on, ends; the work is done; time passes."""

from datetime import timedelta
from typing import Any, Final

from bench.histories.by_card import bad_line
from bench.histories.stage import CLERK
from bench.histories.world import NothingError, World
from marketingconnect.claims.services import credit_undone, keep_undone
from marketingconnect.claims.undone_queries import ENDED, undone_of
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import lines_to_advance
from marketingconnect.orders.services import advance_line
from marketingconnect.payments.queries import (
    attempts_to_ask_again,
    orders_to_remind,
)
from marketingconnect.payments.services import (
    ask_provider,
)
from marketingconnect.payments.services.reminding import (
    expire_mandates,
    remind_of_first_payments,
    remind_of_instalments,
)

JUMPS: Final = tuple(
    timedelta(**one)
    for one in (
        {"minutes": 3},
        {"hours": 5},
        {"days": 1},
        {"days": 3},
        {"days": 16},
        {"days": 33},
    )
)


def _by(world: World) -> dict[str, Any]:
    return {"user_id": world.stage.user.pk, "actor": CLERK, "now": world.now}


def suspend(world: World) -> None:
    sold = world.any_of(Order.objects.exclude(state__in=ENDED))
    suspend_order(sold.pk, ground=Ground.CONTENT, reason="x", **_by(world))


def resume(world: World) -> None:
    sold = world.any_of(Order.objects.filter(state="suspended"))
    resume_order(sold.pk, reason="x", **_by(world))


def terminate(world: World) -> None:
    sold = world.any_of(Order.objects.exclude(state__in=ENDED))
    ground = world.draw.choice((Ground.CONTENT, Ground.NON_PAYMENT))
    terminate_order(sold.pk, ground=ground, reason="x", **_by(world))


def give_back_undone(world: World) -> None:
    sold = world.any_of(Order.objects.filter(state__in=ENDED))
    undone = undone_of(sold)
    if undone is None:
        raise NothingError
    if undone.proposed.cents:
        fee = world.draw.random() < 0.3
        credit_undone(sold.pk, net=undone.proposed, with_file_fee=fee, reason="x", **_by(world))
    else:
        keep_undone(sold.pk, reason="x", **_by(world))


def work(world: World) -> None:
    """Campaigns launched start and end; the minute's job launches what lacks nothing."""
    items = world.stage.offer.items
    if launched := sorted(place for place, one in items.items() if one.launches):
        state = world.draw.choice(("running", "done"))
        world.stage.offer.change(world.draw.choice(launched), state=state)
    for line_id in list(lines_to_advance()):
        advance_line(line_id, now=world.now)


def time_passes(world: World) -> None:
    """And the jobs of the day are done, as the worker does them."""
    world.now += world.draw.choice(JUMPS)
    for attempt_id in list(attempts_to_ask_again(world.now)):
        with bad_line(world):
            ask_provider(attempt_id, now=world.now)
    remind_of_first_payments(now=world.now)
    expire_mandates(now=world.now)
    for order_id in orders_to_remind(world.today):
        remind_of_instalments(order_id, now=world.now)
    work(world)
