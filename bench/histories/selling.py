"""A client orders on line, or an advisor sells."""

from typing import Final

from bench.histories.stage import CLERK
from bench.histories.world import World
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import withdraw_order
from marketingconnect.orders.states import Sale
from marketingconnect.payments.services import (
    agree_on_instalments,
)

OFFLINE: Final = ("transfer", "cheque")


def order_online(world: World) -> None:
    method = world.draw.choice(("card", "card", *OFFLINE))
    world.stage.order(method, world.draw.choice((6_000, 20_000, 100_000)), world.now)


def order_by_an_advisor(world: World) -> None:
    """Signed, and paid by any means, at once or in three times."""
    method = world.draw.choice(("card", "card_debit", "card_debit", "debit", "debit", *OFFLINE))
    sold = world.stage.order("transfer", 100_000, world.now)
    facts = {"sale": Sale.OFFLINE, "payment_method": method, "form_signed_at": world.now}
    Order.objects.filter(pk=sold.pk).update(**facts)
    if method in {"card_debit", "debit"} or world.draw.random() < 0.5:
        agree_on_instalments(sold.pk, count=3, first_on=world.today, actor=CLERK, now=world.now)


def withdraw(world: World) -> None:
    sold = world.order()
    withdraw_order(sold.pk, actor=CLERK, at=world.now)
