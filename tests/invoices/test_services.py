import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from marketingconnect import storage
from marketingconnect.accounts.models import Company
from marketingconnect.invoices.models import Invoice, InvoiceCounter
from marketingconnect.invoices.pdf import document, render
from marketingconnect.invoices.services import issue_invoice, make_pdf
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db
YEAR_END = datetime(2026, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC)
NEW_YEAR_IN_PARIS = datetime(2026, 12, 31, 23, tzinfo=UTC)


def issue(order: Order, *, paid: int = 0, now: datetime = NOON) -> Invoice:
    return issue_invoice(order.pk, paid=Money(paid), payment_method="card", now=now)


def test_an_invoice_freezes_figures_and_parties(shop: Shop) -> None:
    order = shop.order()

    invoice = issue(order, paid=360_00)

    assert invoice.number == "FA-2026-000001"
    assert (invoice.net_cents, invoice.vat_cents, invoice.total_cents) == (300_00, 60_00, 360_00)
    assert invoice.vat_lines == [{"rate": "20", "net_cents": 300_00, "vat_cents": 60_00}]
    assert invoice.due_cents == 0
    assert invoice.buyer["siren"] == shop.cast.bakery.siren
    assert invoice.seller["siret"] == "00042004200012"
    assert [line.net_cents for line in invoice.lines.all()] == [174_00, 126_00]


def test_an_order_is_invoiced_once(shop: Shop) -> None:
    order = shop.order()

    assert issue(order) == issue(order)
    assert InvoiceCounter.objects.get().last == 1


def test_numbers_start_again_with_the_year_of_paris(shop: Shop) -> None:
    moments = (YEAR_END, YEAR_END, NEW_YEAR_IN_PARIS, NEW_YEAR_IN_PARIS)
    issued = [issue(shop.order(), now=now) for now in moments]

    assert [(one.number, one.issued_on) for one in issued] == [
        ("FA-2026-000001", date(2026, 12, 31)),
        ("FA-2026-000002", date(2026, 12, 31)),
        ("FA-2027-000001", date(2027, 1, 1)),
        ("FA-2027-000002", date(2027, 1, 1)),
    ]


def test_a_transaction_that_fails_gives_its_number_back(shop: Shop) -> None:
    order = shop.order()
    with transaction.atomic():
        given = issue(order).number
        transaction.set_rollback(True)

    assert not Invoice.objects.filter(number=given).exists()
    assert issue(order).number == "FA-2026-000001"


def test_an_issued_invoice_cannot_be_changed_or_deleted(shop: Shop) -> None:
    invoice = issue(shop.order())

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(net_cents=1, total_cents=60_01)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        invoice.lines.update(label="autre chose")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk)._raw_delete("default")


def test_an_invoice_keeps_the_client_s_old_name(shop: Shop) -> None:
    invoice = issue(shop.order())

    Company.objects.filter(pk=shop.cast.bakery.pk).update(legal_name="Fournil Nadia")

    invoice.refresh_from_db()
    assert document(invoice)["buyer"]["name"] == "Boulangerie Nadia"


def test_an_invoice_without_vat_says_why(shop: Shop) -> None:
    Company.objects.filter(pk=shop.cast.bakery.pk).update(territory="guyane")

    invoice = issue(shop.order())

    assert (invoice.vat_cents, invoice.total_cents) == (0, 300_00)
    assert "TVA non applicable, art. 294, 1 du CGI." in invoice.mentions


def test_the_pdf_is_made_once_kept_and_mailed_once(shop: Shop) -> None:
    invoice = issue(shop.order(), paid=360_00)

    first = make_pdf(invoice.pk, now=NOON)
    again = make_pdf(invoice.pk, now=NOON)

    assert first.pdf_path == again.pdf_path
    with storage.open(first.pdf_path) as kept:
        content = kept.read()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == first.pdf_sha256
    assert len(content) == first.pdf_size
    notice = Notice.objects.get(key=f"invoice:{invoice.number}")
    assert notice.attachments[0]["path"] == first.pdf_path


def test_the_same_invoice_gives_the_same_bytes(shop: Shop) -> None:
    invoice = issue(shop.order(), paid=360_00)
    invoice.refresh_from_db()

    pdf = render(invoice)

    assert pdf == render(Invoice.objects.get(pk=invoice.pk))
    assert b"pdfaid:part>3<" in pdf
    assert b"pdfaid:conformance>B<" in pdf
    assert b"/Lang" in pdf
    assert b"/MarkInfo" in pdf


def test_a_printed_invoice_says_what_remains_due(shop: Shop) -> None:
    unpaid = document(issue(shop.order()))
    paid = document(issue(shop.order(), paid=360_00))

    assert unpaid["is_due"]
    assert unpaid["due"] == "360,00\u00a0€"
    assert not paid["is_due"]
    assert paid["lines"][0]["quantity"] == "6\u202f000"
    assert paid["lines"][0]["vat_rate"] == "20\u00a0%"
    assert ["Échéance", "23\u00a0novembre\u00a02026"] in paid["facts"]
    assert issue(shop.order()).issued_on == date(2026, 11, 23)


def test_a_document_begun_before_midnight_bears_the_day_of_the_one_before_it(shop: Shop) -> None:
    before, after = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (22, 23))
    late, new_year = shop.order(), shop.order()
    issue(shop.order(), now=after)
    issue(shop.order(), now=NEW_YEAR_IN_PARIS)

    second = issue(late, now=before)
    third = issue(new_year, now=YEAR_END)

    assert (second.number, second.issued_on) == ("FA-2026-000002", date(2026, 11, 24))
    assert second.due_on == date(2026, 11, 24) + timedelta(30)
    assert (third.number, third.issued_on) == ("FA-2026-000003", date(2026, 12, 31))


def test_the_database_refuses_an_earlier_day_and_an_emptied_table(shop: Shop) -> None:
    invoice = issue(shop.order())
    other = shop.order()
    invoice.pk, invoice.order, invoice.sequence = None, other, 2
    invoice.number, invoice.issued_on = "FA-2026-000002", date(2026, 11, 22)

    with pytest.raises(IntegrityError, match="dated before"), transaction.atomic():
        invoice.save(force_insert=True)
    with connection.cursor() as cursor:
        for table in ("invoice", "invoiceline", "invoicecounter"):
            cursor.execute(
                f"set constraints all immediate; alter table invoices_{table} enable trigger user"
            )
            with pytest.raises(IntegrityError, match="are kept"), transaction.atomic():
                cursor.execute(f"truncate invoices_{table} cascade")


@pytest.mark.django_db(transaction=True)
def test_twenty_invoices_at_once_leave_no_gap(shop: Shop) -> None:
    orders = [shop.order() for _ in range(20)]
    barrier = threading.Barrier(20)

    def run(order: Order) -> int:
        try:
            barrier.wait(timeout=20)
            return issue(order).sequence
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        sequences = list(pool.map(run, orders))

    assert sorted(sequences) == list(range(1, 21))
    assert InvoiceCounter.objects.get().last == 20
