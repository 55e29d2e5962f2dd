"""Schedules of orders, the first payment, and clients who must pay by transfer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from marketingconnect.cart.queries import cart_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import AgreementError
from marketingconnect.payments.models import Instalment, TransferRequirement
from marketingconnect.payments.queries import (
    card_is_refused,
    late_instalments,
    orders_without_first_payment,
    transfer_applies,
)
from marketingconnect.payments.services import agree_on_instalments, set_transfer_requirement
from tests.payments.line_to_the_bank import actions
from tests.payments.test_statements import typed
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
LAST_DAY = date(2026, 12, 23)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer")


def agree(order: Order, count: int = 3, first_on: date = LAST_DAY) -> list[Instalment]:
    return agree_on_instalments(order.pk, count=count, first_on=first_on, actor=CLERK, now=NOON)


def require(shop: Shop, *, applies: bool, day: date = TODAY, reason: str = "Fraude") -> None:
    set_transfer_requirement(
        shop.cast.bakery.pk,
        applies=applies,
        reason=reason,
        in_force_from=day,
        actor=CLERK,
        now=NOON,
    )


def test_a_schedule_is_agreed_once(order: Order) -> None:
    instalments = agree(order)

    assert [(one.due_on, one.cents) for one in instalments] == [
        (LAST_DAY, 120_00),
        (date(2027, 1, 23), 120_00),
        (date(2027, 2, 23), 120_00),
    ]
    assert agree(order) == instalments
    with pytest.raises(AgreementError, match="déjà"):
        agree(order, count=2)
    assert actions().count("order.schedule_agreed") == 1


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_its_first_date_is_within_a_month_of_the_order(order: Order, day: date) -> None:
    with pytest.raises(AgreementError, match="23/12/2026"):
        agree(order, first_on=day)
    with pytest.raises(AgreementError, match="échéances"):
        agree(order, count=0)


def test_an_order_without_any_payment_is_late_after_a_month(shop: Shop) -> None:
    order, paying = shop.order(method="transfer"), shop.order(method="transfer")
    typed(paying, 1_00, "V1")
    after = LAST_DAY + timedelta(days=1)

    assert orders_without_first_payment(LAST_DAY) == []
    assert orders_without_first_payment(after) == [(order, LAST_DAY)]

    agree(order, first_on=TODAY)
    assert orders_without_first_payment(TODAY + timedelta(days=1)) == [(order, TODAY)]


def test_the_first_payment_after_the_end_of_january(shop: Shop) -> None:
    order = shop.order(method="transfer", now=datetime(2028, 1, 31, 11, 0, tzinfo=UTC))

    assert orders_without_first_payment(date(2028, 2, 29)) == []
    assert orders_without_first_payment(date(2028, 3, 1)) == [(order, date(2028, 2, 29))]


def test_late_instalments_are_those_whose_day_has_passed(order: Order) -> None:
    agree(order, first_on=TODAY)

    assert late_instalments(order, TODAY) == Money.zero
    assert late_instalments(order, TODAY + timedelta(days=1)) == Money(120_00)
    assert late_instalments(order, date(2026, 12, 24)) == Money(240_00)


def test_a_client_may_be_freed_from_the_transfer_from_a_day_on(shop: Shop) -> None:
    company = shop.cast.bakery.pk
    require(shop, applies=False, day=TODAY + timedelta(days=1), reason="Client ancien")
    require(shop, applies=True, day=TODAY + timedelta(days=5), reason="Impayé")

    days = [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=4), TODAY + timedelta(days=5)]
    assert [transfer_applies(company, day, default=True) for day in days] == [
        True,
        False,
        False,
        True,
    ]
    assert transfer_applies(shop.cast.garage.pk, TODAY, default=False) is False


def test_an_order_follows_the_rule_of_the_day_it_was_accepted(shop: Shop) -> None:
    shop.fill_cart(quantity=2_000_000)
    cart = cart_of(shop.cast.bakery.pk, TODAY)
    assert cart.total > Money(5_000_00)
    assert cart.methods == ("transfer",)

    require(shop, applies=False, reason="Client ancien")
    assert "card" in cart_of(shop.cast.bakery.pk, TODAY).methods
    order = shop.check_out(method="card")
    require(shop, applies=True, day=TODAY + timedelta(days=1))

    assert not card_is_refused(order)


def test_a_requirement_has_a_reason_and_never_rewrites_the_past(shop: Shop) -> None:
    with pytest.raises(AgreementError, match="pourquoi"):
        require(shop, applies=True, reason=" ")
    with pytest.raises(AgreementError, match="passé"):
        require(shop, applies=True, day=TODAY - timedelta(days=1))
    require(shop, applies=True)
    with pytest.raises(AgreementError, match="déjà"):
        require(shop, applies=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        TransferRequirement.objects.update(reason="")
    assert "transfer_requirement.set" in actions()
