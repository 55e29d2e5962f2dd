"""The ledger follows the documents, whatever happens to them, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.invoices.services.bookkeeping import book_document, book_missing_documents
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Entry, Line
from marketingconnect.ledger.queries import (
    balance_of_client,
    balances_of_documents,
)
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.ledger_proof import faults
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries import balance_of
from marketingconnect.payments.services import (
    ask_provider,
    spend_credit_on_invoice,
    spend_credit_on_order,
    take_payment_back,
)
from marketingconnect.payments.services.bookkeeping import book_missing_payments, book_payment
from tests.payments.line_to_the_bank import LineToTheBank, start
from tests.payments.selling import TODAY, Clerk
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db


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

    take_payment_back(cheque.pk, reason="Sans provision", on=TODAY, actor=CLERK, now=NOON)
    assert booked(f"payment:{cheque.pk}:unpaid") == [
        ("419100", 100_00, order.reference),
        ("411000", total.cents - 100_00, invoice.number),
        ("511200", -total.cents, ""),
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
            "update payments_payment set reversed_on = received_on, reversal_reason = 'x'",
            "repris par la banque compte encore",
        ),
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
