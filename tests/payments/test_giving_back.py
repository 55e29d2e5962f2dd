"""Money given back, debts given up, cents settled, penalties asked; the books follow each."""

import uuid
from datetime import timedelta

import pytest

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import balance_of_client
from marketingconnect.ledger.receivables import overdue_documents
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import (
    PenaltiesRefusedError,
    RefundRefusedError,
    WriteOffRefusedError,
)
from marketingconnect.payments.ledger_proof import faults
from marketingconnect.payments.models import Payment, Refund
from marketingconnect.payments.queries import (
    credit_of,
    due_for,
    overpaid_orders,
    refundable,
    refunds_to_pay,
    unpaid_invoices,
)
from marketingconnect.payments.rules import may_be_spent_on, small_difference_problem
from marketingconnect.payments.services import (
    cancel_refund,
    charge_late_penalties,
    plan_refund,
    record_refund_paid,
    settle_small_difference,
    write_off,
)
from marketingconnect.payments.states import PaymentMethod
from tests.payments.selling import Clerk
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
IBAN = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def clerk(shop: Shop) -> Clerk:
    return Clerk(shop)


def planned(order: Order, cents: int, note: Invoice | None = None, iban: str = IBAN) -> Refund:
    return plan_refund(
        order.pk,
        amount=Money(cents),
        method=PaymentMethod.TRANSFER,
        reason="Payé deux fois",
        actor=CLERK,
        now=NOON,
        iban=iban,
        credit_note_id=note.pk if note else None,
    )


def paid(refund: Refund) -> Refund:
    return record_refund_paid(refund.pk, paid_on=TODAY, reference="VIR 1", actor=CLERK, now=NOON)


def sold(clerk: Clerk, beyond: int = 0) -> Order:
    order = clerk.order()
    clerk.receive(order, Money(order.total_cents + beyond))
    return Order.objects.get(pk=order.pk)


def invoice_of(order: Order) -> Invoice:
    return Invoice.objects.get(order=order, kind="invoice", instalment=1)


def test_an_overpayment_is_given_back_once_and_no_more(clerk: Clerk) -> None:
    order = sold(clerk, beyond=50_00)
    [owed] = refundable(order.company_id)
    assert (owed.order, owed.amount) == (order, Money(50_00))
    with pytest.raises(RefundRefusedError, match="IBAN"):
        planned(order, 50_00, iban="FR00")
    refund = planned(order, 30_00)
    with pytest.raises(RefundRefusedError, match="20,00"):
        planned(order, 20_01)
    dropped = planned(order, 20_00)
    assert (overpaid_orders(), list(refunds_to_pay())) == ([], [refund, dropped])

    cancel_refund(dropped.pk, reason="Erreur", actor=CLERK, now=NOON)
    assert paid(refund) == paid(refund)
    assert balance_of_client(order.company_id) == Money(-20_00)
    with pytest.raises(RefundRefusedError):
        cancel_refund(refund.pk, reason="Erreur", actor=CLERK, now=NOON)
    paid(planned(order, 20_00))

    assert balance_of_client(order.company_id) == Money.zero
    assert (refundable(order.company_id), overpaid_orders()) == ([], [])
    assert Notice.objects.filter(key__startswith="refund-paid:").count() == 2
    assert list(faults()) == []


def test_a_credit_note_given_back_is_no_longer_spent(clerk: Clerk) -> None:
    order = sold(clerk)
    note = clerk.credit(invoice_of(order), Money(100_00))
    refund = planned(order, 90_00, note)
    assert credit_of(order.company_id) == Money(30_00)
    with pytest.raises(RefundRefusedError):
        planned(order, 30_01, note)

    paid(refund)
    assert balance_of_client(order.company_id) == Money(-30_00)
    assert list(faults()) == []


def test_a_credit_note_pays_later_invoices_only(clerk: Clerk) -> None:
    order = sold(clerk)
    earlier = clerk.supplement(order, 50_00)
    note = clerk.credit(invoice_of(order), Money(100_00))
    assert may_be_spent_on(note_issued_at=note.issued_at, invoice_issued_at=earlier.issued_at)
    before = note.issued_at - timedelta(seconds=1)
    assert not may_be_spent_on(note_issued_at=note.issued_at, invoice_issued_at=before)


def test_a_debt_given_up_is_a_loss_until_it_is_paid_after_all(clerk: Clerk) -> None:
    order = sold(clerk)
    invoice = clerk.supplement(order, 100_00)
    with pytest.raises(WriteOffRefusedError):
        write_off(invoice.pk, reason=" ", actor=CLERK, now=NOON)
    row = write_off(invoice.pk, reason="Liquidation", actor=CLERK, now=NOON)

    assert (row.cents, row.vat_cents) == (120_00, 20_00)
    assert (due_for(invoice), unpaid_invoices()) == (Money.zero, [])
    assert overdue_documents(TODAY + timedelta(90)) == []
    assert balance_of_client(order.company_id) == Money.zero
    with pytest.raises(WriteOffRefusedError):
        write_off(invoice.pk, reason="Liquidation", actor=CLERK, now=NOON)

    clerk.receive_for(invoice, Money(30_00))
    recovered = invoice.write_offs.last()
    assert recovered is not None
    assert (recovered.cents, recovered.vat_cents) == (-30_00, -5_00)
    assert balance_of_client(order.company_id) == due_for(invoice) == Money.zero
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("difference", "received", "stands"),
    [(100, 1, True), (101, 1, False), (0, 1, False), (100, 0, False)],
)
def test_small_difference_problem(difference: int, received: int, stands: bool) -> None:
    problem = small_difference_problem(
        difference=Money(difference), received=Money(received), most=Money(100)
    )

    assert (problem == "") is stands


@pytest.mark.parametrize("cents", [-1_00, 1_00])
def test_an_order_short_or_over_by_a_euro_is_paid(clerk: Clerk, cents: int) -> None:
    order = sold(clerk, beyond=cents)
    settle_small_difference(order.pk, actor=CLERK, now=NOON)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert due_for(invoice_of(order)) == Money.zero
    assert (overpaid_orders(), unpaid_invoices()) == ([], [])
    assert balance_of_client(order.company_id) == Money.zero
    with pytest.raises(WriteOffRefusedError):
        settle_small_difference(order.pk, actor=CLERK, now=NOON)
    assert list(faults()) == []


def test_a_larger_difference_is_not_settled(clerk: Clerk) -> None:
    order = sold(clerk, beyond=-1_01)

    with pytest.raises(WriteOffRefusedError, match="dépasse"):
        settle_small_difference(order.pk, actor=CLERK, now=NOON)
    assert order.state == OrderState.ACCEPTED


def test_penalties_are_asked_once_outside_vat(clerk: Clerk) -> None:
    order = sold(clerk)
    late = clerk.supplement(order, 1000_00)
    day = late.due_on + timedelta(30)
    now = NOON + timedelta(days=100)

    def charge(on: object = day) -> Invoice:
        return charge_late_penalties(order.company_id, late.number, on=on, actor=CLERK, now=now)  # type: ignore[arg-type]

    asked = charge()
    # 1 200 x 12.15 % x 30 / 365 = 11.98.
    assert (asked.total_cents, asked.vat_cents) == (51_98, 0)
    assert charge() == asked
    assert charge(day + timedelta(1)).total_cents == 40
    with pytest.raises(PenaltiesRefusedError):
        charge_late_penalties(order.company_id, asked.number, on=day, actor=CLERK, now=now)
    assert list(faults()) == []


def test_a_basket_paid_whole_by_credit_is_validated_at_once(clerk: Clerk) -> None:
    order = sold(clerk)
    clerk.credit(invoice_of(order), Money(order.net_cents))
    clerk.shop.fill_cart(quantity=6_000)

    bought = clerk.shop.check_out(method="transfer", request_uuid=uuid.uuid4(), spend_credit=True)

    assert bought.state == OrderState.VALIDATED
    assert Payment.objects.get(order=bought).method == PaymentMethod.CREDIT
    assert not Notice.objects.filter(key__startswith=f"how-to-pay:{bought.pk}:").exists()
    assert list(faults()) == []
