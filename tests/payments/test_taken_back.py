"""Money that the bank took back: no hand makes an unpaid order go on (CGV II.2.b, III.g)."""

import pytest

from marketingconnect.contracts.errors import ContractError
from marketingconnect.contracts.queries import open_suspension_of
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.models import Payment
from marketingconnect.payments.services import take_payment_back
from tests.payments.selling import Clerk
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db


def paid(clerk: Clerk) -> tuple[Order, Payment]:
    order = clerk.order()
    return order, clerk.receive(order, Money(order.total_cents), "cheque")


def take_back(payment: Payment) -> None:
    take_payment_back(payment.pk, reason="Sans provision", on=NOON.date(), actor=CLERK, now=NOON)


def resume(order: Order, shop: Shop) -> Order:
    by = {"user_id": shop.cast.paul.pk, "actor": CLERK, "now": NOON}
    return resume_order(order.pk, reason="Promesse du client", **by)  # type: ignore[arg-type]


def ground_of(order: Order) -> str:
    suspension = open_suspension_of(order)
    return suspension.ground if suspension else ""


def test_an_order_suspended_for_its_money_goes_on_by_being_paid_only(shop: Shop) -> None:
    clerk = Clerk(shop)
    order, payment = paid(clerk)
    take_back(payment)

    with pytest.raises(ContractError, match="reprendra d’elle-même"):
        resume(order, shop)
    clerk.receive(order, Money(order.total_cents - 1))
    assert ground_of(order) == Ground.NON_PAYMENT
    clerk.receive(order, Money(1))

    order.refresh_from_db()
    assert (order.state, ground_of(order)) == (OrderState.VALIDATED, "")


def test_what_was_taken_back_while_it_stood_still_keeps_it_still(shop: Shop) -> None:
    clerk = Clerk(shop)
    order, payment = paid(clerk)
    by = {"user_id": shop.cast.paul.pk, "actor": CLERK, "now": NOON}
    suspend_order(order.pk, ground=Ground.CONTENT, reason="Photo", **by)  # type: ignore[arg-type]
    take_back(payment)

    resumed = resume(order, shop)

    assert (resumed.state, ground_of(order)) == (OrderState.SUSPENDED, Ground.NON_PAYMENT)
    clerk.receive(order, Money(order.total_cents))
    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
