from datetime import date, timedelta

import pytest

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import (
    AlreadyPaidError,
    ConflictingReplayError,
    ReceiptRefusedError,
)
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import balance_of, payments_awaited
from marketingconnect.payments.services import (
    record_offline_receipt,
    validate_offline,
)
from marketingconnect.payments.states import PaymentMethod
from tests.cast import Cast
from tests.payments.line_to_the_bank import actions
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def receive(
    order: Order, cast: Cast, cents: int, reference: str = "VIR 1", day: date = TODAY
) -> Payment:
    return record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(cents),
        reference=reference,
        payer="Boulangerie Nadia",
        received_on=day,
        actor=CLERK,
        now=NOON + timedelta(days=3),
    )


def validate(payment: Payment, day: date) -> Payment:
    return validate_offline(payment.pk, validated_on=day, actor=CLERK, now=NOON + timedelta(days=3))


def test_a_transfer_validates_only_when_accounting_says_so(shop: Shop) -> None:
    order = shop.order(method="transfer")
    payment = receive(order, shop.cast, 360_00)
    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED

    validate(payment, date(2026, 11, 25))

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert order.payment_received_on == TODAY
    assert order.payment_validated_on == date(2026, 11, 25)
    assert Invoice.objects.get().paid_on == date(2026, 11, 25)
    assert {n.key.partition(":")[0] for n in Notice.objects.all()} == {
        "how-to-pay",
        "payment-received",
        "order-paid",
    }


def test_a_partial_transfer_validates_nothing_until_the_rest_comes(shop: Shop) -> None:
    order = shop.order(method="transfer")
    validate(receive(order, shop.cast, 200_00), TODAY)

    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED
    assert balance_of(order).remaining == Money(160_00)
    assert [row.order for row in payments_awaited()] == [order]
    assert "160,00" in Notice.objects.get(key__startswith="payment-partial").text

    validate(receive(order, shop.cast, 160_00, "VIR 2"), TODAY)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert payments_awaited() == []


def test_too_much_money_validates_and_is_flagged(shop: Shop) -> None:
    order = shop.order(method="transfer")

    validate(receive(order, shop.cast, 400_00), TODAY)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert balance_of(order).excess == Money(40_00)
    assert "payment.overpaid" in actions()


def test_a_receipt_is_recorded_once(shop: Shop) -> None:
    order, other = shop.order(method="transfer"), shop.order(method="transfer")

    assert receive(order, shop.cast, 360_00) == receive(order, shop.cast, 360_00)
    with pytest.raises(ConflictingReplayError):
        receive(order, shop.cast, 1_00)
    with pytest.raises(ConflictingReplayError, match=order.reference):
        receive(other, shop.cast, 360_00)

    assert Payment.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 27)])
def test_a_receipt_before_the_order_or_in_the_future_is_refused(shop: Shop, day: date) -> None:
    order = shop.order(method="transfer")

    with pytest.raises(ReceiptRefusedError) as refusal:
        receive(order, shop.cast, 360_00, day=day)

    assert list(refusal.value.problems) == ["received_on"]


def test_a_receipt_is_validated_once(shop: Shop) -> None:
    payment = receive(shop.order(method="transfer"), shop.cast, 360_00)
    validate(payment, TODAY)

    with pytest.raises(AlreadyPaidError):
        validate(payment, TODAY)

    assert Invoice.objects.count() == 1
