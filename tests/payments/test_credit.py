"""A client's credit notes pay what it owes next, once, and no more than they are worth."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from bench.histories.judge import faults_of_the_ledger
from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import document
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_invoice,
    issue_supplement,
)
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.errors import (
    ConflictingReplayError,
    ReceiptRefusedError,
    StillUnknownError,
)
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import (
    balance_of,
    credit_of,
    credits_of,
    due_for,
    unpaid_invoices,
)
from marketingconnect.payments.services import (
    agree_on_instalments,
    record_invoice_receipt,
    spend_credit_on_invoice,
    spend_credit_on_order,
    start_card_payment,
)
from marketingconnect.payments.states import PaymentMethod
from tests.payments.line_to_the_bank import LineToTheBank
from tests.payments.selling import Clerk
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def line(cents: int) -> DocumentLine:
    return DocumentLine(
        label="Essai", quantity=1, unit="flat", unit_price=Decimal(1), net=Money(cents)
    )


def paid_invoice(shop: Shop) -> Invoice:
    order = shop.order(quantity=100_000)
    total = Money(order.total_cents)
    return issue_invoice(order.pk, paid=total, payment_method="card", now=NOON)


def credit(invoice: Invoice, cents: int, cause: str) -> Invoice:
    return issue_credit_note(invoice, [line(cents)], reason="Avoir", cause=cause, now=NOON)


def spend(order: Order) -> Money:
    return spend_credit_on_order(order.pk, actor=CLERK, now=NOON)


def test_credit_pays_part_of_the_next_order_oldest_first(shop: Shop) -> None:
    invoice = paid_invoice(shop)
    first, second = credit(invoice, 50_00, "claim:1"), credit(invoice, 100_00, "claim:2")
    assert credit_of(shop.cast.bakery.pk) == Money(180_00)
    assert credit_of(shop.cast.garage.pk) == Money.zero

    order = shop.order()
    assert spend(order) == Money(180_00)
    assert spend(order) == Money.zero

    assert [payment.credit_note for payment in order.payments.all()] == [first, second]
    assert balance_of(order).remaining == Money(180_00)
    assert credits_of(shop.cast.bakery.pk) == []
    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED


def test_credit_that_suffices_validates_the_order_and_keeps_its_rest(shop: Shop) -> None:
    credit(paid_invoice(shop), 400_00, "claim:1")
    order = shop.order()

    assert spend(order) == Money(360_00)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert credit_of(shop.cast.bakery.pk) == Money(120_00)
    invoice = first_invoice_of(order)
    assert invoice is not None
    assert invoice.payment_label == "credit"
    assert "reçus par avoir" in document(invoice)["paid"]
    assert JournalEntry.objects.filter(action="payment.validated").count() == 1


def test_a_card_is_asked_for_the_rest_alone(shop: Shop, bank: LineToTheBank) -> None:
    credit(paid_invoice(shop), 50_00, "claim:1")
    order = shop.order()
    spend(order)

    attempt = start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=NOON)

    assert attempt.cents == 300_00
    with pytest.raises(StillUnknownError):
        spend(order)


def test_a_credit_note_on_what_was_never_paid_gives_nothing_to_spend(shop: Shop) -> None:
    order = paid_invoice(shop).order
    fee = issue_supplement(order.pk, [line(90_00)], reason="Frais", cause="fee:1", now=NOON)

    credit(fee, 40_00, "claim:1")

    assert credit_of(shop.cast.bakery.pk) == Money.zero
    assert due_for(fee) == Money(60_00)


def test_credit_pays_a_further_invoice(shop: Shop) -> None:
    invoice = paid_invoice(shop)
    note = credit(invoice, 200_00, "sample:1")
    fee = issue_supplement(
        invoice.order_id, [line(90_00)], reason="Frais", cause="sample:1:fee", now=NOON
    )
    assert unpaid_invoices() == [(fee, Money(108_00))]

    assert spend_credit_on_invoice(fee.pk, actor=CLERK, now=NOON) == Money(108_00)

    assert unpaid_invoices(shop.cast.bakery.pk) == []
    (left,) = credits_of(shop.cast.bakery.pk)
    assert (left.note, left.unused) == (note, Money(132_00))
    assert balance_of(invoice.order).validated == Money.zero
    assert due_for(note) == Money.zero


def test_a_transfer_pays_a_further_invoice_once(shop: Shop) -> None:
    fee = issue_supplement(
        paid_invoice(shop).order_id, [line(90_00)], reason="Frais", cause="fee:1", now=NOON
    )

    def receive(cents: int, reference: str = "VIR 1") -> Payment:
        return record_invoice_receipt(
            fee.pk,
            method=PaymentMethod.TRANSFER,
            amount=Money(cents),
            reference=reference,
            payer="Boulangerie Nadia",
            received_on=TODAY,
            validated_on=TODAY,
            actor=CLERK,
            now=NOON,
        )

    with pytest.raises(ReceiptRefusedError):
        receive(200_00)
    first = receive(100_00)
    assert receive(100_00) == first
    with pytest.raises(ConflictingReplayError):
        receive(8_00)
    receive(8_00, "VIR 2")

    assert due_for(fee) == Money.zero


def test_the_database_refuses_to_spend_a_credit_note_twice(shop: Shop) -> None:
    note = credit(paid_invoice(shop), 10_00, "claim:1")
    order = shop.order()
    facts = {
        "order": order,
        "credit_note": note,
        "method": "credit",
        "provider": "credit",
        "received_on": TODAY,
        "recorded_at": NOON,
    }
    Payment.objects.create(provider_ref="a", cents=10_00, **facts)

    with pytest.raises(DatabaseError, match="beyond its amount"), transaction.atomic():
        Payment.objects.create(provider_ref="b", cents=2_01, **facts)
    with pytest.raises(DatabaseError, match="credit_is_spent"), transaction.atomic():
        Payment.objects.create(provider_ref="c", cents=1, **{**facts, "credit_note": None})


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_share_the_credit(shop: Shop) -> None:
    credit(paid_invoice(shop), 400_00, "claim:1")
    orders = [shop.order(), shop.order()]
    barrier = threading.Barrier(2)

    def run(order: Order) -> int:
        try:
            barrier.wait(timeout=20)
            return spend(order).cents
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, orders)) == [120_00, 360_00]


def test_two_credit_notes_that_start_an_order_are_each_booked_where_they_pay(shop: Shop) -> None:
    """The first one is enough for the first instalment: the invoice says what came until then."""
    clerk = Clerk(shop)
    first = clerk.order()
    clerk.receive(first, Money(first.total_cents))
    invoice = Invoice.objects.get()
    for half in (Money(invoice.net_cents // 2), Money(invoice.net_cents - invoice.net_cents // 2)):
        clerk.credit(invoice, half)
    order = clerk.order()
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE)
    agree_on_instalments(order.pk, count=3, first_on=TODAY, actor=CLERK, now=NOON)

    spent = spend_credit_on_order(order.pk, actor=CLERK, now=NOON)

    assert spent == Money(order.total_cents)
    assert list(faults_of_the_ledger(order.company_id)) == []
