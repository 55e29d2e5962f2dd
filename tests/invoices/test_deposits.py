import pytest
from django.db import DatabaseError, transaction

from marketingconnect.invoices.errors import DepositRefusedError
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import document
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_deposit,
    issue_invoice,
)
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db


def deposit(order: Order, net: int, cause: str = "deposit:1") -> Invoice:
    return issue_deposit(
        order.pk, Money(net), paid=Money.zero, payment_method="", cause=cause, now=NOON
    )


def final(order: Order) -> Invoice:
    return issue_invoice(order.pk, paid=Money.zero, payment_method="", now=NOON)


def test_a_deposit_asks_for_part_of_the_price_with_its_vat(shop: Shop) -> None:
    order = shop.order()

    asked = deposit(order, 100_00)

    assert (asked.number, asked.is_deposit, asked.instalment) == ("FA-2026-000001", True, 2)
    assert (asked.net_cents, asked.vat_cents, asked.due_cents) == (100_00, 20_00, 120_00)
    assert document(asked)["title"] == "Facture d’acompte"
    assert first_invoice_of(order) is None


def test_the_same_cause_gives_the_same_deposit(shop: Shop) -> None:
    order = shop.order()

    assert deposit(order, 100_00) == deposit(order, 100_00)


def test_the_documents_of_an_order_add_up_to_its_price(shop: Shop) -> None:
    order = shop.order()
    deposit(order, 100_00)
    deposit(order, 33_33, "deposit:2")

    invoice = final(order)

    assert [line.net_cents for line in invoice.lines.all()][-2:] == [-100_00, -33_33]
    assert sum(one.net_cents for one in Invoice.objects.all()) == order.net_cents
    printed = document(invoice)["lines"][-1]
    assert printed["label"] == "Acompte facturé FA-2026-000002 du 23/11/2026, déduit"
    assert printed["net"] == "\u221233,33\u00a0€"


def test_what_was_credited_of_a_deposit_is_asked_again(shop: Shop) -> None:
    order = shop.order()
    asked = deposit(order, 100_00)
    back = DocumentLine(
        label="Acompte rendu",
        quantity=1,
        unit="flat",
        unit_price=Money(40_00).to_decimal(),
        net=Money(40_00),
    )
    issue_credit_note(asked, [back], reason="Acompte rendu.", cause="credit:1", now=NOON)

    assert final(order).net_cents == order.net_cents - 60_00


def test_a_deposit_of_the_whole_price_leaves_nothing_to_pay(shop: Shop) -> None:
    order = shop.order()
    deposit(order, order.net_cents)

    assert final(order).total_cents == 0


def test_a_deposit_comes_before_the_invoice_and_within_the_price(shop: Shop) -> None:
    order = shop.order()
    deposit(order, 200_00)
    with pytest.raises(DepositRefusedError, match="dépasse"):
        deposit(order, 100_01, "deposit:2")
    final(order)

    with pytest.raises(DepositRefusedError, match="déjà facturée"):
        deposit(order, 1_00, "deposit:3")


def test_the_database_knows_what_a_deposit_is(shop: Shop) -> None:
    invoice = final(shop.order())
    copied = {
        field.attname: getattr(invoice, field.attname)
        for field in Invoice._meta.concrete_fields
        if field.attname != "id"
    }
    changed = {"number": "FA-2026-9", "sequence": 9, "instalment": 9, "is_deposit": True}

    with pytest.raises(DatabaseError, match="a_deposit_is_a_further_invoice"), transaction.atomic():
        Invoice.objects.create(**{**copied, **changed})
