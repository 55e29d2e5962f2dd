"""Any history of a sale leaves the ledger balanced, and equal to its documents."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bench.histories.judge import faults_of_the_ledger
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import Sale
from marketingconnect.payments.errors import (
    CreditRefusedError,
    RefundRefusedError,
    WriteOffRefusedError,
)
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import (
    Refundable,
    due_for,
    refundable,
)
from marketingconnect.payments.services import (
    agree_on_instalments,
    plan_refund,
    record_refund_paid,
    settle_small_difference,
    spend_credit_on_invoice,
    spend_credit_on_order,
    take_payment_back,
    write_off,
)
from marketingconnect.payments.states import PaymentMethod
from tests.payments.selling import Clerk
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("order", "plan", "receive", "supplement", "pay", "credit", "spend"),
                *("refund", "write_off", "cents", "take_back"),
            ]
        ),
        st.integers(0, 5),
        st.sampled_from([1, 37, 50, 99, 100, 130]),
    ),
    min_size=3,
    max_size=12,
)


def play(clerk: Clerk, act: str, which: int, percent: int) -> None:
    """One act on one of the orders or invoices, for a part of what it may be for."""
    order = clerk.orders[which % len(clerk.orders)]
    invoices = list(Invoice.objects.filter(kind=InvoiceKind.INVOICE).order_by("pk"))
    invoice = invoices[which % len(invoices)]
    at_most_all = Decimal(min(percent, 100))
    if act == "order":
        clerk.order()
    elif act == "plan":
        by_instalments(clerk)
    elif act == "receive":
        clerk.receive(order, Money(order.total_cents).percent(Decimal(percent)))
    elif act == "supplement":
        clerk.supplement(invoice.order, 1_00 * percent + which)
    elif act == "pay" and (amount := due_for(invoice).percent(at_most_all)).cents:
        clerk.receive_for(invoice, amount)
    elif act == "credit" and (net := remaining_of(invoice).net.percent(at_most_all)).cents:
        clerk.credit(invoice, net)
    elif act == "spend":
        spend_credit_on_order(order.pk, actor=CLERK, now=NOON)
        with suppress(CreditRefusedError):
            spend_credit_on_invoice(invoice.pk, actor=CLERK, now=NOON)
    else:
        give_back_or_up(act, order, invoice, at_most_all)


def by_instalments(clerk: Clerk) -> None:
    order = clerk.order()
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE)
    agree_on_instalments(order.pk, count=3, first_on=NOON.date(), actor=CLERK, now=NOON)


def give_back_or_up(act: str, order: Order, invoice: Invoice, part: Decimal) -> None:
    """What accounting may do with what is too much, or will never come."""
    if act == "refund":
        for owed in refundable(order.company_id)[:1]:
            give_back(owed, max(owed.amount.percent(part), Money(1)))
    elif act == "write_off" and (amount := due_for(invoice).percent(part)).cents:
        write_off(invoice.pk, amount=amount, reason="Liquidation", actor=CLERK, now=NOON)
    elif act == "cents":
        with suppress(WriteOffRefusedError):
            settle_small_difference(order.pk, actor=CLERK, now=NOON)
    elif act == "take_back":
        received = Payment.objects.filter(order=order, credit_note=None, reversed_on=None)
        for payment in received[:1]:
            take_payment_back(payment.pk, reason="Impayé", on=NOON.date(), actor=CLERK, now=NOON)


def give_back(owed: Refundable, amount: Money) -> None:
    refund = plan_refund(
        owed.order.pk,
        amount=amount,
        method=PaymentMethod.TRANSFER,
        reason="Trop-perçu",
        iban="FR7630006000011234567890189",
        credit_note_id=owed.credit_note.pk if owed.credit_note else None,
        actor=CLERK,
        now=NOON,
    )
    with pytest.raises(RefundRefusedError):
        plan_refund(
            owed.order.pk,
            amount=owed.amount,
            method=PaymentMethod.TRANSFER,
            reason="Une seconde fois",
            iban=refund.iban,
            credit_note_id=refund.credit_note_id,
            actor=CLERK,
            now=NOON,
        )
    record_refund_paid(
        refund.pk, paid_on=NOON.date(), reference=refund.number, actor=CLERK, now=NOON
    )


def undone(act: Callable[[], None]) -> None:
    """One history, then the database as before it."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_history_leaves_the_ledger_balanced_and_equal_to_its_documents(
    shop: Shop, acts: list[tuple[str, int, int]]
) -> None:
    def history() -> None:
        clerk = Clerk(shop)
        first = clerk.order()
        clerk.receive(first, Money(first.total_cents))
        for act in acts:
            play(clerk, *act)
        assert list(faults_of_the_ledger(first.company_id)) == []

    undone(history)
