"""Accounting follows what is late, gives back, posts on paper and closes the month."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.models import EInvoice, Invoice, PaperCopy
from marketingconnect.invoices.services import issue_file_fee, request_paper_copy
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import ClosedMonth
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Refund
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod, RefundState
from tests.cast import logged_in
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db
IBAN = "FR7630006000011234567890189"
AGO = timedelta(days=70)


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer", now=clock.now())


@pytest.fixture
def late(order: Order) -> Invoice:
    """File fees that were due forty days ago."""
    day = clock.today() - AGO  # not an hour ago: summer time would move it past midnight
    then = datetime.combine(day, time(12), clock.PARIS)
    return issue_file_fee(order.pk, reason="Annulation", cause="essai:1", now=then)


def at(name: str, *keys: object) -> str:
    return reverse(f"back_office:{name}", args=keys)


def overpay(order: Order, cents: int) -> None:
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(order.total_cents + cents),
        reference="VIR 7",
        payer="Boulangerie Nadia",
        received_on=clock.today(),
        actor=CLERK,
        now=clock.now(),
    )
    validate_offline(payment.pk, validated_on=clock.today(), actor=CLERK, now=clock.now())


def test_pages_say_when_there_is_nothing(shop: Shop, ines: Client) -> None:
    said = {
        "overdue": "Aucune facture en retard",
        "refunds": "Aucun remboursement à payer",
        "paper": "Aucune facture à poster",
        "e_invoices": "Aucune facture électronique en difficulté",
        "closing": "Rien à clôturer",
    }
    for name, sentence in said.items():
        assert sentence in ines.get(at(name)).text, name
    assert ines.get(at("fec", clock.today().year)).status_code == 404


def test_what_is_late_is_asked_twice_then_by_a_formal_notice(late: Invoice, ines: Client) -> None:
    row = ines.get(at("overdue")).context["rows"][0]
    assert (row.document, row.unpaid.cents, row.days) == (late.number, late.total_cents, 40)
    assert late.number in ines.get(at("overdue_csv")).getvalue().decode()
    page = at("overdue_document", late.number)

    assert ines.post(at("overdue_remind", late.number), {"level": 2}).status_code == 400
    for level in (1, 1, 2):
        told = ines.post(at("overdue_remind", late.number), {"level": level}, follow=True)
        assert "Relance envoyée" in told.text

    assert Notice.objects.filter(key__startswith=f"invoice-late:{late.pk}:").count() == 2
    assert JournalEntry.objects.filter(action="invoice.reminded").count() == 2
    assert "Deux relances sans règlement" in ines.get(page).text
    assert at("contract", late.order.reference) in ines.get(page).text


def test_lateness_is_invoiced_once_and_a_debt_is_given_up(late: Invoice, ines: Client) -> None:
    assert "Facturer les pénalités" in ines.get(at("overdue_document", late.number)).text
    ines.post(at("overdue_charge", late.number))
    asked = Invoice.objects.get(cause__contains=late.number)
    assert asked.total_cents > 40_00
    ines.post(at("overdue_charge", late.number))
    assert Invoice.objects.filter(cause__contains=late.number).count() == 1

    url = at("overdue_write_off", late.number)
    assert ines.post(url, {"reason": ""}).status_code == 400
    assert ines.post(at("overdue_settle", late.number)).status_code == 400
    assert "passée en perte" in ines.post(url, {"reason": "Liquidation"}, follow=True).text
    assert late.number not in [one.document for one in ines.get(at("overdue")).context["rows"]]
    assert ines.post(url, {"reason": "Liquidation"}).status_code == 400


def test_money_is_given_back_once(order: Order, ines: Client) -> None:
    overpay(order, 25_00)
    new = at("refund_new", order.reference)
    assert new in ines.get(at("refunds")).text
    typed = {"amount": "25,00", "method": "transfer", "iban": IBAN, "reason": "Trop payé"}
    for wrong in ({"amount": "25,01"}, {"iban": "FR00"}, {"reason": ""}, {"amount": "x"}):
        assert ines.post(new, {**typed, **wrong}).status_code == 400, wrong
    ines.post(new, typed)
    refund = Refund.objects.get()
    assert ines.get(new).status_code == 404
    assert IBAN in ines.get(at("refunds_csv")).getvalue().decode()
    paid = {"paid_on": clock.today(), "reference": "VIR 12"}
    assert ines.post(at("refund_paid", refund.pk), {**paid, "reference": ""}).status_code == 400

    assert "payé" in ines.post(at("refund_paid", refund.pk), paid, follow=True).text

    refund.refresh_from_db()
    assert (refund.state, refund.reference) == (RefundState.PAID, "VIR 12")
    assert ines.post(at("refund_drop", refund.pk), {"reason": "x"}).status_code == 400
    assert "VIR 12" in ines.get(at("refund", refund.pk)).text


def test_copies_are_posted_and_troubles_are_shown(
    order: Order, late: Invoice, ines: Client
) -> None:
    invoice = late
    copy = request_paper_copy(invoice, request="Lettre", actor=CLERK, now=clock.now())
    EInvoice.objects.create(
        invoice=invoice, key=order.request_uuid, state="rejected", reason="SIREN inconnu",
        changed_at=clock.now(),
    )  # fmt: skip
    assert "SIREN inconnu" in ines.get(at("e_invoices")).text
    assert invoice.number in ines.get(at("e_invoices_csv")).getvalue().decode()
    assert invoice.number in ines.get(at("paper_csv")).getvalue().decode()
    assert ines.get(at("document_pdf", invoice.number)).status_code == 404
    today = clock.today()
    for wrong in ({"on": today}, {"copy": copy.pk, "on": today + timedelta(days=1)}):
        assert ines.post(at("paper"), wrong).status_code == 400

    ines.post(at("paper"), {"copy": copy.pk, "on": today})

    assert PaperCopy.objects.get().posted_on == today


def test_a_month_closes_for_ever_and_exports(late: Invoice, shop: Shop, ines: Client) -> None:
    month = (clock.now() - AGO).date().replace(day=1)
    page = ines.get(at("closing"), {"preuve": "oui"})
    assert (page.context["month"], page.context["may_close"]) == (month, True)
    assert "Documents sans PDF" in page.text
    assert page.context["faults"] == []
    typed = {"month": month, "sure": "on"}
    for wrong in ({"sure": ""}, {"month": "x"}, {"month": month.replace(year=2020)}):
        assert ines.post(at("closing"), {**typed, **wrong}).status_code == 400
    assert logged_in(shop.cast.admin).post(at("closing"), typed).status_code == 400

    assert "Mois clôturé" in ines.post(at("closing"), typed, follow=True).text

    assert ClosedMonth.objects.get().month == month
    assert late.number in ines.get(at("fec", month.year)).getvalue().decode("iso8859-15")
    assert "Inès" in ines.get(at("closing_csv")).getvalue().decode()
