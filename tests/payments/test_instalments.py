"""An order paid by instalments: it starts on the first one, its invoice asks the rest by dates."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketingconnect.contracts.queries import open_suspension_of
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import document
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import balance_of_document, balances_of_documents
from marketingconnect.ledger.receivables import overdue_documents
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import withdraw_order
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.ledger_proof import faults
from marketingconnect.payments.queries import (
    balance_of,
    credits_of,
    due_for,
    overpaid_orders,
    paid_for,
    payable_now,
    schedule_of,
    schedules,
    unpaid_invoices,
)
from marketingconnect.payments.services import (
    agree_on_instalments,
    record_invoice_receipt,
    take_payment_back,
)
from marketingconnect.payments.services.reminding import (
    remind_of_first_payments,
    remind_of_instalments,
)
from marketingconnect.payments.states import InstalmentState, PaymentMethod
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import parameters_of
from tests.payments.selling import Clerk
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
FIRST, SECOND, THIRD = date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)
EACH = Money(120_00)


@pytest.fixture
def clerk(shop: Shop) -> Clerk:
    return Clerk(shop)


def sold(clerk: Clerk, *, sale: Sale = Sale.OFFLINE) -> Order:
    """360 € in three months, sold by an advisor."""
    order = clerk.shop.order(method="transfer")
    Order.objects.filter(pk=order.pk).update(sale=sale)
    agree_on_instalments(order.pk, count=3, first_on=FIRST, actor=CLERK, now=NOON)
    return Order.objects.get(pk=order.pk)


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def invoice_of(order: Order) -> Invoice:
    return Invoice.objects.get(order=order, kind="invoice", instalment=1)


def states(order: Order, on: date) -> list[tuple[InstalmentState, int]]:
    return [(one.state, one.paid.cents) for one in schedule_of(again(order), on)]


def check(order: Order) -> None:
    assert list(faults()) == []
    invoice = invoice_of(order)
    assert balance_of_document(order.company_id, invoice.number) == due_for(invoice)
    assert balance_of(again(order)).remaining == due_for(invoice)
    assert dict(unpaid_invoices(order.company_id)).get(invoice, Money.zero) == due_for(invoice)


def test_the_first_instalment_starts_the_order_and_invoices_it(clerk: Clerk) -> None:
    order = sold(clerk)
    assert payable_now(order, TODAY) == EACH
    clerk.receive(order, EACH - Money(1))
    assert again(order).state == OrderState.ACCEPTED
    assert payable_now(order, TODAY) == Money(1)

    clerk.receive(order, Money(1))

    assert again(order).state == OrderState.VALIDATED
    invoice = invoice_of(order)
    assert (invoice.paid_cents, invoice.due_cents, invoice.due_on) == (120_00, 240_00, THIRD)
    assert [row["due_on"] for row in invoice.schedule] == ["2026-12-01", "2027-01-01", "2027-02-01"]
    printed = document(invoice)["schedule"]
    assert [row["received"].replace("\u00a0", " ") for row in printed] == ["120,00 €", "", ""]
    told = Notice.objects.get(key=f"order-paid:{order.pk}")
    assert "240,00" in told.text
    assert "échéancier" in told.text
    assert states(order, TODAY)[0] == (InstalmentState.PAID, 120_00)
    check(order)


def test_what_comes_next_lowers_what_the_invoice_asks(clerk: Clerk) -> None:
    order = sold(clerk)
    clerk.receive(order, EACH)
    invoice = invoice_of(order)
    assert payable_now(order, TODAY) == EACH
    assert payable_now(order, THIRD) == Money(240_00)

    clerk.receive(order, Money(50_00))
    assert due_for(invoice) == Money(190_00)
    assert states(order, date(2027, 1, 2))[1:] == [
        (InstalmentState.OVERDUE, 50_00),
        (InstalmentState.DUE, 0),
    ]
    check(order)
    # Named by its invoice, the money is the order's all the same.
    payment = record_invoice_receipt(
        invoice.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(70_00),
        reference="V 70",
        payer="Nadia",
        received_on=TODAY,
        validated_on=TODAY,
        actor=CLERK,
        now=NOON,
    )
    assert payment.invoice is None
    check(order)

    clerk.receive(order, Money(130_00))
    assert paid_for(invoice) == Money(360_00)
    assert (due_for(invoice), balance_of(again(order)).excess) == (Money.zero, Money(10_00))
    assert [one.order for one in overpaid_orders()] == [order]
    assert {state for state, _ in states(order, date(2028, 1, 1))} == {InstalmentState.PAID}
    assert payable_now(again(order), THIRD) == Money.zero
    assert balances_of_documents(order.company_id)[order.reference] == Money(-10_00)
    check(order)
    assert Notice.objects.filter(key__startswith="instalment-paid:").count() == 2


def test_an_order_sold_on_line_waits_for_all(clerk: Clerk) -> None:
    online = sold(clerk, sale=Sale.ONLINE)
    clerk.receive(online, EACH)
    assert again(online).state == OrderState.ACCEPTED

    clerk.receive(online, Money(240_00))
    assert again(online).state == OrderState.VALIDATED
    assert invoice_of(online).schedule == []
    check(online)


def test_terms_may_make_it_wait_for_all(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = sold(clerk)
    assert parameters_of(order.terms).starts_on_first_instalment
    stored = {**order.terms.parameters, "starts_on_first_instalment": False}
    waiting = TermsParameters.from_json(stored)
    monkeypatch.setattr(schedules, "parameters_of", lambda version: waiting)

    clerk.receive(order, EACH)
    assert again(order).state == OrderState.ACCEPTED


def test_terms_stored_before_the_parameter_let_it_start() -> None:
    stored = TermsParameters().to_json()
    del stored["starts_on_first_instalment"]

    assert TermsParameters.from_json(stored).starts_on_first_instalment


def test_a_late_instalment_bears_penalties_from_its_own_date(clerk: Clerk) -> None:
    order = sold(clerk)
    clerk.receive(order, EACH)
    number, client = invoice_of(order).number, order.company_id

    assert overdue_documents(SECOND, company_id=client) == []
    [late] = overdue_documents(SECOND + timedelta(10), company_id=client)
    # 120 x 12.15 % x 10 / 365 = 0.39945…
    assert (late.document, late.due_on, late.days) == (number, SECOND, 10)
    assert (late.unpaid, late.penalty, late.indemnity) == (EACH, Money(40), Money(40_00))
    [later] = overdue_documents(THIRD + timedelta(1), company_id=client)
    assert (later.due_on, later.unpaid) == (SECOND, Money(240_00))


def test_an_instalment_late_is_asked_for_once(clerk: Clerk) -> None:
    order, silent = sold(clerk), sold(clerk)
    clerk.receive(order, EACH)
    on_its_day = datetime(2027, 1, 1, 11, 0, tzinfo=UTC)
    for now in (on_its_day, on_its_day + timedelta(1), on_its_day + timedelta(2)):
        remind_of_instalments(order.pk, now=now)
        remind_of_instalments(silent.pk, now=now)
        remind_of_first_payments(now=now)

    [reminder] = Notice.objects.filter(key__startswith="instalment-late:")
    assert reminder.key == f"instalment-late:{order.pk}:2"
    words = reminder.text.replace("\u00a0", " ").replace("\u202f", " ")
    for said in ("120,00 €", "1er janvier 2027", "motif RF", "12,15 %"):
        assert said in words
    [first] = Notice.objects.filter(key__startswith="first-payment-late:")
    assert first.key == f"first-payment-late:{silent.pk}"
    assert again(order).state == OrderState.VALIDATED


def test_money_taken_back_stops_the_work_only_when_it_is_late(clerk: Clerk) -> None:
    order = sold(clerk)
    first = clerk.receive(order, EACH)
    ahead = clerk.receive(order, EACH, "cheque")
    take_payment_back(ahead.pk, reason="Sans provision", on=TODAY, actor=CLERK, now=NOON)
    assert again(order).state == OrderState.VALIDATED
    assert due_for(invoice_of(order)) == Money(240_00)
    check(order)

    take_payment_back(first.pk, reason="Erreur", on=TODAY, actor=CLERK, now=NOON)
    assert open_suspension_of(again(order)) is not None
    assert due_for(invoice_of(order)) == Money(360_00)
    check(order)

    clerk.receive(order, EACH)
    assert again(order).state == OrderState.VALIDATED
    check(order)


def test_money_taken_back_is_that_of_the_order_whichever_paid_the_invoice(clerk: Clerk) -> None:
    """Beyond its price an order keeps money, which goes before its invoice is due again."""
    order = sold(clerk)
    clerk.receive(order, EACH)
    rest = clerk.receive(order, Money(240_00))
    clerk.receive(order, Money(60_00))
    take_payment_back(rest.pk, reason="Erreur", on=TODAY, actor=CLERK, now=NOON)

    assert due_for(invoice_of(order)) == Money(180_00)
    assert balances_of_documents(order.company_id)[order.reference] == Money.zero
    check(order)


def test_a_credit_note_lowers_what_is_still_to_pay_then_gives_credit(clerk: Clerk) -> None:
    order = sold(clerk)
    clerk.receive(order, EACH)
    invoice = invoice_of(order)
    clerk.credit(invoice, Money(50_00))
    assert due_for(invoice) == payable_now(again(order), THIRD) == Money(180_00)
    assert credits_of(order.company_id) == []
    check(order)

    clerk.receive(order, Money(240_00))
    [credit] = credits_of(order.company_id)
    assert credit.unused == Money(60_00)
    assert overpaid_orders() == []
    assert list(faults()) == []


def test_an_order_given_up_before_it_started_owes_back_what_came(clerk: Clerk) -> None:
    order = sold(clerk)
    clerk.receive(order, Money(50_00))
    withdraw_order(order.pk, actor=CLERK, at=NOON)

    assert schedule_of(again(order), TODAY) == []
    assert payable_now(again(order), TODAY) == Money.zero
    [row] = overpaid_orders()
    assert row.balance.excess == Money(50_00)
