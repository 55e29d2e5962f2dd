import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from marketingconnect import storage
from marketingconnect.accounts.models import Company
from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.errors import CreditTooLargeError
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import document
from marketingconnect.invoices.queries import credit_notes_of, first_invoice_of, remaining_of
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_invoice,
    issue_supplement,
    make_pdf,
)
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db
REASON = "Quantité livrée inférieure à la commande (CGV, art. CL.6)."


def invoiced(shop: Shop) -> Invoice:
    order = shop.order(quantity=100_000)
    paid = Money(order.total_cents)
    return issue_invoice(order.pk, paid=paid, payment_method="card", now=NOON)


def line(cents: int) -> DocumentLine:
    return DocumentLine(
        label="Adresses non livrées",
        quantity=120,
        unit="thousand",
        unit_price=Decimal("8.5"),
        net=Money(cents),
    )


def credit(invoice: Invoice, cents: int, cause: str = "claim:1") -> Invoice:
    return issue_credit_note(invoice, [line(cents)], reason=REASON, cause=cause, now=NOON)


def test_a_credit_note_has_its_own_series_and_names_its_invoice(shop: Shop) -> None:
    invoice = invoiced(shop)

    note = credit(invoice, 10_00)

    assert note.number == "AV-2026-000001"
    assert note.corrects == invoice
    assert (note.net_cents, note.vat_cents, note.total_cents) == (-10_00, -2_00, -12_00)
    assert [printed.net_cents for printed in note.lines.all()] == [-10_00]
    assert list(credit_notes_of(invoice.company_id)) == [note]
    assert first_invoice_of(invoice.order) == invoice
    assert JournalEntry.objects.get(action="invoice.credited").after["corrects"] == invoice.number  # type: ignore[index]


def test_a_credit_note_bears_the_vat_of_its_invoice_wherever_the_client_moved(shop: Shop) -> None:
    invoice = invoiced(shop)
    Company.objects.filter(pk=invoice.company_id).update(territory="reunion")

    assert credit(invoice, 10_00).vat_lines[0]["rate"] == "20"


def test_the_same_cause_gives_the_same_credit_note(shop: Shop) -> None:
    invoice = invoiced(shop)

    assert credit(invoice, 10_00) == credit(invoice, 10_00)
    assert remaining_of(invoice).net == Money(invoice.net_cents - 10_00)


def test_credit_notes_never_go_beyond_their_invoice(shop: Shop) -> None:
    invoice = invoiced(shop)
    credit(invoice, invoice.net_cents - 5)

    with pytest.raises(CreditTooLargeError, match="il reste"):
        credit(invoice, 6, "claim:2")
    with pytest.raises(CreditTooLargeError):
        credit(invoice, 0, "claim:2")

    credit(invoice, 5, "claim:2")
    assert remaining_of(invoice).total == Money.zero


def test_the_database_refuses_too_what_goes_beyond(shop: Shop) -> None:
    invoice = invoiced(shop)
    note = credit(invoice, 10_00)
    copied = {
        field.attname: getattr(note, field.attname)
        for field in Invoice._meta.concrete_fields
        if field.attname != "id"
    }
    changed = {"number": "AV-2026-999999", "sequence": 999999, "instalment": 99, "cause": "x"}
    beyond = {"net_cents": -invoice.net_cents, "vat_cents": 0, "total_cents": -invoice.net_cents}

    with pytest.raises(DatabaseError, match="beyond its amount"), transaction.atomic():
        Invoice.objects.create(**{**copied, **changed, **beyond})
    with pytest.raises(DatabaseError, match="corrects_and_is_negative"), transaction.atomic():
        Invoice.objects.create(**{**copied, **changed, "corrects_id": None})


def test_a_further_invoice_is_due_and_says_why(shop: Shop) -> None:
    order = invoiced(shop).order
    lines = [line(25_00)]

    extra = issue_supplement(order.pk, lines, reason="Avenant 1.", cause="amendment:1", now=NOON)
    again = issue_supplement(order.pk, lines, reason="Avenant 1.", cause="amendment:1", now=NOON)

    assert extra == again
    assert (extra.instalment, extra.number) == (2, "FA-2026-000002")
    assert extra.due_cents == 30_00
    assert document(extra)["reason"] == "Avenant 1."


def test_a_further_invoice_never_takes_the_place_of_the_first(shop: Shop) -> None:
    order = shop.order()

    fee = issue_supplement(order.pk, [line(90_00)], reason="Frais", cause="fee:1", now=NOON)

    assert fee.instalment == 2
    assert first_invoice_of(order) is None


def test_a_credit_note_is_printed_and_mailed_as_one(shop: Shop) -> None:
    note = credit(invoiced(shop), 10_00)

    printed = make_pdf(note.pk, now=NOON)
    shown = document(printed)

    assert (shown["title"], shown["is_credit"], shown["is_due"]) == ("Avoir", True, False)
    assert ["Facture rectifiée", "FA-2026-000001 du 23\u00a0novembre\u00a02026"] in shown["facts"]
    assert shown["total"] == "\u221212,00\u00a0€"
    assert shown["lines"][0]["detail"].endswith(
        "convenu entre les parties\u00a0: \u22128,98\u00a0€"
    )
    with storage.open(printed.pdf_path) as kept:
        assert kept.read(5) == b"%PDF-"
    notice = Notice.objects.get(key="invoice:AV-2026-000001")
    assert "12,00\u00a0€" in notice.text
    assert REASON in notice.text


def test_a_composed_price_is_detailed_on_the_invoice(shop: Shop) -> None:
    order = shop.order(options=("list.phone",), uses=2)

    invoice = issue_invoice(order.pk, paid=Money.zero, payment_method="card", now=NOON)

    assert "× 2 usages" in document(invoice)["lines"][0]["detail"]


@pytest.mark.django_db(transaction=True)
def test_two_credit_notes_at_once_share_what_remains(shop: Shop) -> None:
    invoice = invoiced(shop)
    barrier = threading.Barrier(2)

    def run(cause: str) -> str:
        try:
            barrier.wait(timeout=20)
            return credit(invoice, invoice.net_cents - 1, cause).number
        except CreditTooLargeError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, ["claim:1", "claim:2"])) == ["AV-2026-000001", "refused"]
