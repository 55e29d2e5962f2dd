"""Money asked of one bank by two ways: a debit and a card page never both take it."""

from datetime import timedelta

import pytest

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import DebitError, StillUnknownError
from marketingconnect.payments.models import DebitMandate, DirectDebit
from marketingconnect.payments.services import (
    activate_mandate,
    announce_debit,
    collect_debit,
    export_debits,
    reject_debit,
)
from tests.payments.line_to_the_bank import LineToTheBank, start
from tests.payments.test_debits import BEFORE, DUE, announced, proposed, sent, signed
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
LATER = BEFORE + timedelta(days=3)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="card")


@pytest.fixture
def mandate(shop: Shop) -> DebitMandate:
    return activate_mandate(signed(proposed(shop.cast)).pk, actor=CLERK, now=NOON)


def test_a_card_does_not_pay_what_a_debit_asks_already(
    bank: LineToTheBank, mandate: DebitMandate, order: Order, shop: Shop
) -> None:
    debit = sent(mandate, order)

    with pytest.raises(StillUnknownError, match=r"360,00.*déjà demandé à votre banque"):
        start(order, shop, now=BEFORE)

    reject_debit(debit.pk, reason="AM04", on=DUE, actor=CLERK, now=LATER)
    assert start(order, shop, now=BEFORE).cents == 360_00


def test_a_card_pays_the_part_that_no_debit_asks(
    bank: LineToTheBank, mandate: DebitMandate, order: Order, shop: Shop
) -> None:
    announced(mandate, order, cents=359_99)
    export_debits(collected_on=DUE, actor=CLERK, now=BEFORE)

    assert start(order, shop, now=BEFORE).cents == 1


def test_a_debit_is_not_sent_while_a_card_page_may_pay_it(
    bank: LineToTheBank, mandate: DebitMandate, order: Order, shop: Shop
) -> None:
    debit = announced(mandate, order)
    assert start(order, shop, now=BEFORE).cents == 360_00

    exported = export_debits(collected_on=DUE, actor=CLERK, now=BEFORE)

    debit.refresh_from_db()
    assert (exported.file, exported.dropped, debit.state) == (None, 1, "cancelled")


def test_an_order_and_its_invoice_are_debited_as_one_debt(
    mandate: DebitMandate, order: Order
) -> None:
    first = sent(mandate, order)
    collect_debit(first.pk, received_on=DUE, actor=CLERK, now=LATER)
    reject_debit(first.pk, reason="MD06", on=DUE, actor=CLERK, now=LATER)
    invoice = Invoice.objects.get(order=order)

    announced(mandate, order, cents=359_99, now=LATER)

    def named_by_its_invoice(cents: int) -> DirectDebit:
        return announce_debit(
            mandate.pk, number=invoice.number, amount=Money(cents), actor=CLERK, now=LATER
        )

    with pytest.raises(DebitError, match="déjà en cours"):
        named_by_its_invoice(2)
    assert named_by_its_invoice(1).cents == 1
