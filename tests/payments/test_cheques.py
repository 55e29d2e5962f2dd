"""Cheques: in hand, at the bank by a slip, then cleared or returned unpaid."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bench.bank_files import DAY
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Entry
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import lines_to_advance
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import AlreadyPaidError, ChequeError, ReceiptRefusedError
from marketingconnect.payments.models import ChequeRemittance, Payment, RemittedCheque
from marketingconnect.payments.queries import balance_of, cheques_in_hand
from marketingconnect.payments.services import (
    note_cheque_cleared,
    note_cheque_unpaid,
    record_offline_receipt,
    remit_cheques,
    validate_offline,
)
from marketingconnect.payments.states import ChequeState, PaymentMethod
from tests.payments.line_to_the_bank import actions
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=9)
REMITTED = DAY + timedelta(days=1)
ANSWERED = DAY + timedelta(days=5)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="cheque")


def received(order: Order, number: str = "0001234", cents: int = 360_00) -> Payment:
    return record_offline_receipt(
        order.pk,
        method=PaymentMethod.CHEQUE,
        amount=Money(cents),
        reference=number,
        payer="Boulangerie Nadia",
        received_on=DAY,
        actor=CLERK,
        now=LATER,
    )


def validated(payment: Payment) -> Payment:
    return validate_offline(payment.pk, validated_on=DAY, actor=CLERK, now=LATER)


def remitted(*payments: Payment, on: date = REMITTED) -> ChequeRemittance:
    return remit_cheques([payment.pk for payment in payments], on=on, actor=CLERK, now=LATER)


def cleared(payment: Payment, on: date = ANSWERED) -> None:
    note_cheque_cleared(payment.pk, on=on, actor=CLERK, now=LATER)


def unpaid(payment: Payment, reason: str = "Sans provision") -> None:
    note_cheque_unpaid(payment.pk, reason=reason, on=ANSWERED, actor=CLERK, now=LATER)


def test_a_slip_lists_the_cheques_in_hand_once(shop: Shop) -> None:
    payments = [received(shop.order(method="cheque"), f"000{number}") for number in (1, 2)]
    assert list(cheques_in_hand()) == payments

    slip = remitted(*payments)

    assert slip.number == f"RC-{slip.pk:06d}"
    assert [cheque.payment for cheque in slip.cheques.all()] == payments
    assert not cheques_in_hand()
    with pytest.raises(ChequeError, match="déjà remis"):
        remitted(payments[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        RemittedCheque.objects.create(payment=payments[0], remittance=slip)
    assert actions().count("cheque_remittance.made") == 1


def test_a_slip_stands_by_its_day_and_its_cheques(order: Order) -> None:
    payment = received(order)

    for day in (DAY - timedelta(days=1), LATER.date() + timedelta(days=1)):
        with pytest.raises(ChequeError, match="remise"):
            remitted(payment, on=day)
    with pytest.raises(ChequeError, match="de 1 à 200"):
        remitted()


def test_a_cleared_cheque_changes_nothing_else(order: Order) -> None:
    payment = validated(received(order))
    remitted(payment)

    cleared(payment)

    order.refresh_from_db()
    assert RemittedCheque.objects.get(payment=payment).state == ChequeState.CLEARED
    assert order.state == OrderState.VALIDATED
    with pytest.raises(ChequeError, match="déjà donné"):
        cleared(payment)


@pytest.mark.parametrize("was_cleared", [False, True])
def test_an_unpaid_cheque_stops_the_work_and_is_due_again(order: Order, was_cleared: bool) -> None:
    payment = validated(received(order))
    remitted(payment)
    if was_cleared:
        cleared(payment)
    assert lines_to_advance().exists()

    unpaid(payment)

    order.refresh_from_db()
    assert order.state == OrderState.SUSPENDED
    assert not lines_to_advance().exists()
    assert balance_of(order).remaining == Money(360_00)
    reversed_sources = Entry.objects.filter(reverses__isnull=False).values_list(
        "reverses__source", flat=True
    )
    assert set(reversed_sources) == {f"payment:{payment.pk}", f"cheque:{payment.pk}"}
    assert {"cheque.unpaid", "payment.taken_back", "order.suspended"} <= set(actions())


def test_a_new_cheque_takes_the_work_up_again(order: Order) -> None:
    payment = validated(received(order))
    remitted(payment)
    unpaid(payment)

    validated(received(order, "0009999"))

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED


def test_a_cheque_returned_before_it_was_validated_never_is(order: Order) -> None:
    payment = received(order)
    remitted(payment)
    unpaid(payment)

    with pytest.raises(AlreadyPaidError, match="refusé"):
        validated(payment)

    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED
    assert balance_of(order).recorded == Money.zero


def test_an_answer_comes_after_the_slip_with_its_reason(order: Order) -> None:
    payment = validated(received(order))
    with pytest.raises(ChequeError, match="pas à la banque"):
        cleared(payment)
    remitted(payment)

    with pytest.raises(ChequeError, match="après la remise"):
        cleared(payment, on=DAY)
    with pytest.raises(ReceiptRefusedError), transaction.atomic():
        unpaid(payment, reason=" ")
