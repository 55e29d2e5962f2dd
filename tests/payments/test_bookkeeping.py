"""The ledger follows the documents, whatever happens to them, and says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, remaining_of
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_supplement,
)
from marketingconnect.invoices.services.bookkeeping import book_document, book_missing_documents
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Entry, Line
from marketingconnect.ledger.queries import (
    balance_of_client,
    balances_of_accounts,
    balances_of_clients,
    balances_of_documents,
)
from marketingconnect.ledger.services import reverse
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.ledger_proof import faults
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import balance_of, due_for, paid_for
from marketingconnect.payments.services import (
    ask_provider,
    record_invoice_receipt,
    record_offline_receipt,
    spend_credit_on_invoice,
    spend_credit_on_order,
    validate_offline,
)
from marketingconnect.payments.services.bookkeeping import book_missing_payments, book_payment
from marketingconnect.payments.states import PaymentMethod
from tests.payments.line_to_the_bank import LineToTheBank, start
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def line(cents: int) -> DocumentLine:
    return DocumentLine(
        label="Essai", quantity=1, unit="flat", unit_price=Decimal(1), net=Money(cents)
    )


@dataclass
class Clerk:
    """Sells, credits and receives; every reference is used once."""

    shop: Shop
    orders: list[Order] = field(default_factory=list)
    acts: int = 0

    def order(self) -> Order:
        self.orders.append(self.shop.order(method="transfer", quantity=100_000))
        return self.orders[-1]

    def receive(self, order: Order, amount: Money, method: str = "transfer") -> Payment:
        self.acts += 1
        payment = record_offline_receipt(
            order.pk,
            method=PaymentMethod(method),
            amount=amount,
            reference=f"R {self.acts}",
            payer="Nadia",
            received_on=TODAY,
            actor=CLERK,
            now=NOON,
        )
        return validate_offline(payment.pk, validated_on=TODAY, actor=CLERK, now=NOON)

    def receive_for(self, invoice: Invoice, amount: Money) -> Payment:
        self.acts += 1
        return record_invoice_receipt(
            invoice.pk,
            method=PaymentMethod.CHEQUE,
            amount=amount,
            reference=f"C {self.acts}",
            payer="Nadia",
            received_on=TODAY,
            validated_on=TODAY,
            actor=CLERK,
            now=NOON,
        )

    def credit(self, invoice: Invoice, net: Money, cause: str = "") -> Invoice:
        self.acts += 1
        cause = cause or f"settlement:{self.acts}"
        return issue_credit_note(invoice, [line(net.cents)], reason="x", cause=cause, now=NOON)

    def supplement(self, order: Order, cents: int, cause: str = "") -> Invoice:
        self.acts += 1
        cause = cause or f"amendment:{self.acts}"
        return issue_supplement(order.pk, [line(cents)], reason="x", cause=cause, now=NOON)


@pytest.fixture
def clerk(shop: Shop) -> Clerk:
    return Clerk(shop)


def invoice_of(order: Order) -> Invoice:
    invoice = first_invoice_of(order)
    assert invoice is not None
    return invoice


def booked(source: str) -> list[tuple[str, int, str]]:
    lines = Line.objects.filter(entry__source=source)
    return [(one.account, one.debit_cents - one.credit_cents, one.document) for one in lines]


def test_an_order_paid_in_two_parts_is_a_deposit_then_an_invoice(clerk: Clerk) -> None:
    order = clerk.order()
    total = Money(order.total_cents)
    first = clerk.receive(order, Money(100_00))
    assert balances_of_documents(order.company_id) == {order.reference: Money(-100_00)}

    second = clerk.receive(order, total - Money(100_00), "cheque")
    invoice = invoice_of(order)

    assert booked(f"payment:{first.pk}")[0] == ("512000", 100_00, "")
    assert booked(f"payment:{second.pk}")[0] == ("511200", total.cents - 100_00, "")
    assert booked(f"invoice:{invoice.pk}") == [
        ("411000", invoice.total_cents, invoice.number),
        ("706000", -invoice.net_cents, ""),
        ("445711", -invoice.vat_cents, ""),
        ("419100", invoice.total_cents, order.reference),
        ("411000", -invoice.total_cents, invoice.number),
    ]
    assert balance_of_client(order.company_id) == Money.zero
    assert list(faults()) == []


def test_a_card_payment_is_booked_with_its_invoice(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    attempt = start(order, shop)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    ask_provider(attempt.pk, now=NOON)
    ask_provider(attempt.pk, now=NOON)

    payment = Payment.objects.get()
    assert booked(f"payment:{payment.pk}") == [
        ("512000", order.total_cents, ""),
        ("419100", -order.total_cents, order.reference),
    ]
    assert Entry.objects.count() == 2
    assert list(faults()) == []


def test_what_is_received_too_much_stays_a_deposit_to_give_back(clerk: Clerk) -> None:
    order = clerk.order()
    clerk.receive(order, Money(order.total_cents + 7_00))

    assert balances_of_documents(order.company_id) == {
        order.reference: Money(-7_00),
        invoice_of(order).number: Money.zero,
    }
    assert balance_of(order).excess == Money(7_00)


def test_an_unpaid_cheque_makes_the_invoice_due_again_and_paying_again_settles_it(
    clerk: Clerk,
) -> None:
    order = clerk.order()
    total = Money(order.total_cents)
    clerk.receive(order, Money(100_00))
    cheque = clerk.receive(order, total, "cheque")
    invoice = invoice_of(order)
    client = order.company_id
    assert balances_of_documents(client) == {
        order.reference: Money(-100_00),
        invoice.number: Money.zero,
    }

    reverse(
        f"payment:{cheque.pk}",
        cause=f"payment:{cheque.pk}:unpaid",
        day=TODAY,
        label="Chèque impayé",
        at=NOON,
    )
    assert booked(f"payment:{cheque.pk}:unpaid") == [
        ("511200", -total.cents, ""),
        ("419100", 100_00, order.reference),
        ("411000", total.cents - 100_00, invoice.number),
    ]
    assert balance_of_client(client) == total - Money(100_00)
    assert list(faults()) == []

    clerk.receive(order, total)
    assert balances_of_documents(client) == {
        order.reference: Money(-100_00),
        invoice.number: Money.zero,
    }
    assert list(faults()) == []


def test_a_claim_is_a_rebate_that_pays_the_file_fees(clerk: Clerk) -> None:
    order = clerk.order()
    clerk.receive(order, Money(order.total_cents))
    invoice = invoice_of(order)
    note = clerk.credit(invoice, Money(100_00), "claim:1")
    fee = clerk.supplement(order, 50_00, "rental:1:fee")

    assert booked(f"invoice:{note.pk}") == [
        ("709600", 100_00, ""),
        ("445711", 20_00, ""),
        ("411000", -120_00, invoice.number),
    ]
    assert booked(f"invoice:{fee.pk}")[1] == ("708800", -50_00, "")
    spend_credit_on_invoice(fee.pk, actor=CLERK, now=NOON)
    spent = Payment.objects.get(credit_note=note)
    assert booked(f"payment:{spent.pk}") == [
        ("411000", 60_00, invoice.number),
        ("411000", -60_00, fee.number),
    ]
    assert balances_of_documents(order.company_id) == {
        order.reference: Money.zero,
        invoice.number: Money(-60_00),
        fee.number: Money.zero,
    }
    assert list(faults()) == []


def test_nothing_is_booked_twice(clerk: Clerk) -> None:
    order = clerk.order()
    payment = clerk.receive(order, Money(order.total_cents))
    before = Entry.objects.count()

    book_document(invoice_of(order), at=NOON)
    book_payment(payment, at=NOON)

    assert Entry.objects.count() == before == 2


def test_the_database_refuses_what_is_not_booked(clerk: Clerk) -> None:
    order = clerk.order()
    payment = clerk.receive(order, Money(100_00))
    facts = {"order": order, "method": "transfer", "provider": "transfer", "cents": 5_00}
    dates = {"received_on": TODAY, "validated_on": TODAY, "recorded_at": NOON}

    with refused():
        Payment.objects.create(**facts, **dates, provider_ref="x")
    forget_the_ledger()
    with refused():
        Payment.objects.filter(pk=payment.pk).update(validated_on=TODAY)


@contextmanager
def refused() -> Iterator[None]:
    """What the transaction says when it would commit."""
    with transaction.atomic():
        before = transaction.savepoint()
        yield
        with pytest.raises(DatabaseError, match="is not booked"):
            connection.check_constraints()
        transaction.savepoint_rollback(before)


@contextmanager
def without_triggers() -> Iterator[CursorWrapper]:
    """As the owner of the database could."""
    with connection.cursor() as cursor:
        for change in ("disable", "enable"):
            connection.check_constraints()
            for table in ("ledger_entry", "ledger_line"):
                cursor.execute(f"alter table {table} {change} trigger user")
            if change == "disable":
                yield cursor


def forget_the_ledger() -> None:
    with without_triggers() as cursor:
        cursor.execute("delete from ledger_line")
        cursor.execute("delete from ledger_entry")


def test_what_came_before_the_ledger_is_booked_once(clerk: Clerk) -> None:
    order = clerk.order()
    clerk.receive(order, Money(order.total_cents))
    clerk.credit(invoice_of(order), Money(100_00))
    clerk.supplement(order, 30_00)
    spend_credit_on_order(clerk.order().pk, actor=CLERK, now=NOON)

    def lines() -> list[tuple[object, ...]]:
        of_act = Line.objects.order_by("entry__source", "position")
        return list(
            of_act.values_list(
                "entry__source", "account", "document", "debit_cents", "credit_cents", "due_on"
            )
        )

    before = lines()
    forget_the_ledger()
    assert len(list(faults())) == 3

    call_command("book_missing", stdout=StringIO())

    assert lines() == before
    assert (book_missing_documents(at=NOON), book_missing_payments(at=NOON)) == (0, 0)
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("update ledger_line set debit_cents = 1 where debit_cents > 0", "ne s’équilibre pas"),
        ("delete from ledger_line", "n’a aucune ligne"),
        (
            "update ledger_line set debit_cents = debit_cents * 2, credit_cents = credit_cents * 2",
            "n’a pas le montant de son document",
        ),
        ("update ledger_entry set source = 'invoice:0' where kind = 'invoice'", "plus de document"),
        ("update ledger_entry set source = 'other:' || id", "n’est pas comptabilisé"),
        (
            "update ledger_line set company_id = (select max(id) from accounts_company)"
            " where company_id is not null and entry_id = (select max(id) from ledger_entry)",
            "d’après ses documents",
        ),
    ],
)
def test_tampered_accounts_are_told_with_the_reason(clerk: Clerk, sql: str, reason: str) -> None:
    order = clerk.order()
    clerk.receive(order, Money(100_00))
    clerk.receive(order, Money(order.total_cents - 100_00))
    with without_triggers() as cursor:
        cursor.execute(sql)

    with pytest.raises(CommandError, match=reason) as failure:
        call_command("verify_ledger")
    assert failure.value.returncode == 1


def test_the_command_says_that_the_accounts_hold(clerk: Clerk) -> None:
    order = clerk.order()
    clerk.receive(order, Money(order.total_cents))
    output = StringIO()

    call_command("verify_ledger", stdout=output)

    assert "Comptes en équilibre : 2 écriture(s)" in output.getvalue()
    assert "1 client(s)" in output.getvalue()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["order", "receive", "supplement", "pay", "credit", "spend"]),
        st.integers(0, 5),
        st.sampled_from([1, 37, 50, 99, 100, 130]),
    ),
    min_size=3,
    max_size=10,
)


def play(clerk: Clerk, act: str, which: int, percent: int) -> None:
    """One act on one of the orders or invoices, for a part of what it may be for."""
    order = clerk.orders[which % len(clerk.orders)]
    invoices = list(Invoice.objects.filter(kind=InvoiceKind.INVOICE).order_by("pk"))
    invoice = invoices[which % len(invoices)]
    at_most_all = Decimal(min(percent, 100))
    if act == "order":
        clerk.order()
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
        spend_credit_on_invoice(invoice.pk, actor=CLERK, now=NOON)


def check_everything(company_id: int) -> None:
    connection.check_constraints()
    assert list(faults()) == []
    assert sum(balance.cents for balance in balances_of_accounts().values()) == 0
    assert balances_of_clients().get(company_id, Money.zero) == documents_of(company_id)
    by_document = balances_of_documents(company_id)
    for invoice in Invoice.objects.filter(kind=InvoiceKind.INVOICE):
        spent = sum(use.cents for note in invoice.credit_notes.all() for use in note.uses.all())
        due = remaining_of(invoice).total - paid_for(invoice) + Money(spent)
        assert by_document[invoice.number] == due
    for series in ("FA", "AV"):
        numbers = Invoice.objects.filter(series=series).order_by("sequence")
        found = list(numbers.values_list("sequence", flat=True))
        assert found == list(range(1, len(found) + 1))


def documents_of(company_id: int) -> Money:
    """What the documents say, added up one by one."""
    issued = sum(one.total_cents for one in Invoice.objects.filter(company_id=company_id))
    received = sum(
        one.cents
        for one in Payment.objects.filter(order__company_id=company_id, credit_note=None)
        if one.validated_on
    )
    return Money(issued - received)


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
        check_everything(first.company_id)

    undone(history)
