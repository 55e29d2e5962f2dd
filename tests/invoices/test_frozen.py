"""What a document says follows from the day it was issued, not from what is known since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.invoices.factur_x.schema import InvalidXmlError
from marketingconnect.invoices.models import EInvoice, Invoice
from marketingconnect.invoices.pdf import document, render
from marketingconnect.invoices.platforms.base import Deposit, PlatformUnavailableError, Status
from marketingconnect.invoices.queries import invoices_without_pdf
from marketingconnect.invoices.rules import invoice_law, mentions
from marketingconnect.invoices.services import (
    issue_credit_note,
    issue_invoice,
    issue_supplement,
    make_pdf,
)
from marketingconnect.invoices.services.e_invoicing import apply_status, settle_doubts, transmit
from marketingconnect.invoices.states import EInvoiceState, InvoiceKind
from marketingconnect.invoices.tasks import print_forgotten
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import find_vat_rate
from marketingconnect.terms.law import Fact, shipped_law, vat_rates_of
from marketingconnect.terms.services import set_legal_fact
from tests.invoices.test_credit_notes import line
from tests.invoices.test_e_invoicing import LATER, StubbornPlatform
from tests.sale import NOON, Shop


def invoiced(shop: Shop, *, now: datetime = NOON) -> Invoice:
    order = shop.order(now=now)
    return issue_invoice(order.pk, paid=Money(order.total_cents), payment_method="card", now=now)


@pytest.mark.django_db
def test_a_credit_note_keeps_the_rate_of_its_invoice_when_the_law_is_entered_late(
    shop: Shop,
) -> None:
    invoice = invoiced(shop)
    set_legal_fact(
        key="vat_rate.metropole",
        value={"percent": "21", "mention": ""},
        in_force_from=NOON.date() - timedelta(days=2),
        source="Saisie tardive",
        by=shop.cast.admin,
        now=NOON,
    )

    credit = issue_credit_note(invoice, [line(100_00)], reason="Avoir.", cause="claim:1", now=NOON)

    assert credit.vat_lines == [{"rate": "20", "net_cents": -100_00, "vat_cents": -20_00}]
    assert credit.lines.get().vat_rate == Decimal(20)


@pytest.mark.django_db
def test_the_day_of_an_order_is_that_of_paris(shop: Shop) -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)

    facts = dict(document(invoiced(shop, now=late))["facts"])

    assert facts["Date d’émission"] == facts["Commande du"] == "1er\u00a0décembre\u00a02026"


def test_an_invoice_announces_the_penalties_that_the_ledger_computes() -> None:
    day = date(2026, 11, 23)
    chosen: Sequence[Fact] = [
        replace(fact, value="legal") if fact.key == "late_penalty_basis" else fact
        for fact in shipped_law()
    ]

    said = mentions(
        kind=InvoiceKind.INVOICE,
        vat=find_vat_rate(day, Territory.METROPOLE, vat_rates_of(chosen)),
        vat_on_debits=False,
        law=invoice_law(on=day, facts=chosen),
    )

    penalties = next(one.text for one in said if "PMD" in one.codes)
    assert "trois fois le taux d’intérêt légal" in penalties
    assert "Banque centrale" not in penalties


class HastyPlatform(StubbornPlatform):
    """Its news of a document comes before its answer, or without one."""

    news: EInvoiceState = EInvoiceState.DEPOSITED

    def deposit(self, document: Deposit) -> str:
        self.known[document.key] = 1
        apply_status(Status(document.key, self.news, NOON, ""), now=NOON)
        if self.loses_answers:
            raise PlatformUnavailableError
        return "P-1"


@pytest.mark.django_db
@pytest.mark.parametrize("news", [EInvoiceState.DEPOSITED, EInvoiceState.REFUSED])
@pytest.mark.parametrize("loses_answers", [False, True])
def test_news_that_come_before_the_answer_of_a_deposit_are_not_lost(
    shop: Shop, settings: Settings, tmp_path: Path, news: EInvoiceState, loses_answers: bool
) -> None:
    settings.COMPANY_SIZE, settings.FILES_ROOT = "large", tmp_path
    make_pdf(invoiced(shop).pk, now=NOON)
    hasty = HastyPlatform(loses_answers=loses_answers)
    hasty.news = news

    sent = transmit(EInvoice.objects.get().pk, platform=hasty, now=lambda: NOON)
    settle_doubts(platform=hasty, now=LATER)

    sent.refresh_from_db()
    assert sent.state == news
    assert sent.platform_ref == ("" if loses_answers else "P-1")


@pytest.mark.django_db
def test_penalties_name_no_day_of_a_service(shop: Shop) -> None:
    invoice = invoiced(shop)
    asked = issue_supplement(
        invoice.order_id,
        [line(40_00)],
        reason="Retard.",
        cause=f"penalty:{invoice.pk}:1",
        now=NOON,
        outside_vat="Pénalités de retard hors du champ de la TVA",
    )

    assert "Date de la prestation" in dict(document(invoice)["facts"])
    assert "Date de la prestation" not in dict(document(asked)["facts"])


@pytest.mark.django_db
def test_what_was_received_before_the_payment_is_validated_is_printed(shop: Shop) -> None:
    order = shop.order(method="transfer")

    partly = issue_invoice(order.pk, paid=Money(50_00), payment_method="card", now=NOON)

    assert partly.paid_on is None
    shown = document(partly)["paid"].replace("\u00a0", " ")
    assert shown == "50,00 € reçus par carte bancaire, déjà déduits"


@pytest.mark.django_db
def test_a_document_that_cannot_be_printed_stops_no_other(
    shop: Shop, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILES_ROOT = tmp_path
    first, second = invoiced(shop), invoiced(shop)

    def broken(invoice: Invoice) -> bytes:
        if invoice.pk == first.pk:
            raise InvalidXmlError("refused")
        return render(invoice)

    monkeypatch.setattr("marketingconnect.invoices.services.printing.render", broken)
    with pytest.raises(InvalidXmlError):
        print_forgotten(0)

    assert list(invoices_without_pdf()) == [first.pk]
    assert Invoice.objects.get(pk=second.pk).pdf_path
