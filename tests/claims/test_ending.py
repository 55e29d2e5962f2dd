"""An order that ends without being performed gives back what was paid."""

from datetime import date, timedelta

import pytest

from marketingconnect.claims.errors import ClaimError, InvalidFieldsError
from marketingconnect.claims.services import cancel_for_content, decline_order
from marketingconnect.contracts.errors import ContractError
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.solvency import ask_guarantees, note_guarantees
from marketingconnect.contracts.services.suspending import suspend_order
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line
from marketingconnect.orders.states import LineState, OrderState
from marketingconnect.payments.queries import credit_of
from tests.claims.test_guarantees import TODAY, sold
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db


def at_work(shop: Shop) -> Order:
    line = sold(shop)
    advance_line(line.pk, now=NOON)
    assert line.item_id is not None
    shop.offer.change(line.item_id, state="running")
    advance_line(line.pk, now=NOON)
    return Order.objects.get(pk=line.order_id)


def cancel(order: Order, shop: Shop, reason: str = "Marque d’autrui.") -> Order:
    return cancel_for_content(
        order.pk,
        reason=reason,
        article="B.2",
        user_id=shop.cast.paul.pk,
        actor=CLERK,
        now=NOON,
    )


def test_content_against_the_terms_cancels_and_bills_file_fees_once(shop: Shop) -> None:
    order = at_work(shop)

    assert cancel(order, shop).state == OrderState.CANCELLED

    assert shop.offer.items[1].state == "stopped"
    first, *others = Invoice.objects.filter(order=order).order_by("pk")
    note, fee = others
    assert note.net_cents == -first.net_cents
    assert 0 < fee.net_cents < first.net_cents
    assert credit_of(order.company_id) == Money(first.total_cents - fee.total_cents)
    with pytest.raises(ClaimError):
        cancel(order, shop)
    with pytest.raises(InvalidFieldsError):
        cancel(order, shop, reason=" ")


def test_a_suspended_order_is_cancelled_too(shop: Shop) -> None:
    order = at_work(shop)
    suspension = suspend_order(
        order.pk,
        ground=Ground.CONTENT,
        reason="Marque d’autrui.",
        user_id=shop.cast.paul.pk,
        actor=CLERK,
        now=NOON,
    )

    cancel(order, shop)

    suspension.refresh_from_db()
    assert suspension.ended_at == NOON
    assert order.lines.get(offer="email").state == LineState.STOPPED


def test_an_order_without_guarantees_is_not_performed_and_costs_nothing(shop: Shop) -> None:
    order = at_work(shop)
    check = ask_guarantees(
        order.pk,
        guarantees=["deposit"],
        reason="Procédure collective.",
        answer_by=TODAY + timedelta(days=7),
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )

    def decline() -> Order:
        return decline_order(check.pk, user_id=shop.cast.ines.pk, actor=CLERK, now=NOON)

    with pytest.raises(ContractError):
        decline()
    note_guarantees(check.pk, provided=False, actor=CLERK, now=NOON)

    assert decline().state == OrderState.CANCELLED
    assert credit_of(order.company_id) == Money(order.total_cents)
    assert order.accepted_at.date() == date(2026, 11, 23)
