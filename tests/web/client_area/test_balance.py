"""A client's account: what it owes, the statement exact to the ledger, mandate, paper copy."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice, PaperCopy
from marketingconnect.invoices.services import issue_file_fee
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import balance_of_client
from marketingconnect.ledger.statement import statement_of
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.services import record_invoice_receipt
from marketingconnect.payments.services.mandates import propose_mandate
from marketingconnect.payments.states import MandateState, PaymentMethod
from marketingconnect.web.client_area.home.next_things import next_things
from tests.cast import logged_in
from tests.sale import CLERK, NOON, Shop
from tests.web.client_area.test_orders import paid_order

pytestmark = pytest.mark.django_db
TODAY = paris_date(NOON)


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


def test_a_statement_leads_from_its_opening_to_its_closing_as_the_ledger_does(shop: Shop) -> None:
    paid_order(shop)
    company = shop.cast.bakery.pk

    end = clock.today()
    whole = statement_of(company, starts_on=TODAY, ends_on=end)
    later = statement_of(
        company, starts_on=end + timedelta(days=1), ends_on=end + timedelta(days=9)
    )

    assert whole.movements
    assert whole.opening == Money.zero
    assert whole.closing == whole.movements[-1].balance == balance_of_client(company)
    assert Money.total(one.amount for one in whole.movements) == whole.closing
    assert later.opening == whole.closing
    assert not statement_of(shop.cast.garage.pk, starts_on=TODAY, ends_on=TODAY).movements


def test_a_client_reads_its_balance_and_takes_its_statement_away(shop: Shop, alice: Client) -> None:
    paid_order(shop)
    invoice = Invoice.objects.get()
    days = {"du": TODAY.isoformat(), "au": clock.today().isoformat()}

    assert "Rien à régler" in alice.get(reverse("client_area:balance")).text
    page = alice.get(reverse("client_area:statement"), days).text
    sheet = alice.get(reverse("client_area:statement_csv"), days).text.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))

    assert invoice.number in page
    assert [invoice.number in row for row in rows].count(True) == 1
    assert rows[0] == ["Date", "Opération", "Pièce", "Montant", "Solde"]
    assert rows[1][-1] == rows[-1][-1] == "0,00"
    theirs = logged_in(shop.cast.charlie).get(reverse("client_area:statement"), days).text
    assert invoice.number not in theirs
    wrong = alice.get(reverse("client_area:statement"), {"du": days["au"], "au": days["du"]}).text
    assert "Ce jour précède le premier" in wrong


def test_a_mandate_is_revoked_by_its_owner_once_confirmed(shop: Shop, alice: Client) -> None:
    mandate = propose_mandate(
        shop.cast.bakery.pk,
        iban="FR7630006000011234567890189",
        debtor="Boulangerie Nadia",
        actor=CLERK,
        now=NOON,
    )
    page = reverse("client_area:debit_mandate_revoke", args=[mandate.pk])

    assert logged_in(shop.cast.charlie).get(page).status_code == 404
    assert mandate.reference in alice.get(reverse("client_area:balance")).text
    assert "Cochez la case" in alice.post(page).text
    alice.post(page, {"sure": "on"})

    assert DebitMandate.objects.get().state == MandateState.REVOKED
    assert alice.get(page).status_code == 404
    assert mandate.reference not in alice.get(reverse("client_area:balance")).text


def test_a_paper_copy_is_asked_once_and_by_its_client_alone(shop: Shop, alice: Client) -> None:
    paid_order(shop)
    page = reverse("client_area:invoice_paper", args=[Invoice.objects.get().number])

    assert logged_in(shop.cast.charlie).post(page).status_code == 404
    assert alice.post(page).status_code == alice.post(page).status_code == 302

    assert "espace" in PaperCopy.objects.get().request


def test_the_list_of_invoices_says_what_is_owed_now(shop: Shop, alice: Client) -> None:
    """Not what was owed on the day of the document."""
    paid_order(shop)
    order = Invoice.objects.get().order
    fee = issue_file_fee(order.pk, reason="Contenu refusé", cause="essai", now=NOON)

    def owed() -> str:
        page = alice.get(reverse("client_area:invoices")).text
        rows = page.split(fee.number)[1].split("Reste à payer")[1]
        return rows.split(">")[1].split("<")[0].replace("\u00a0", " ").replace("\u202f", " ")

    before = owed()
    record_invoice_receipt(
        fee.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(108_00),
        reference="V-1",
        payer="Boulangerie",
        received_on=fee.issued_on,
        validated_on=fee.issued_on,
        actor=CLERK,
        now=clock.now(),
    )
    assert (before, owed()) == ("108,00 €", "0,00 €")


def test_what_is_to_pay_now_and_what_is_late_come_first(shop: Shop) -> None:
    def sentences(today: date) -> list[str]:
        to_do, _ = next_things(shop.cast.bakery.pk, today=today)
        return [one.sentence.replace("\u00a0", " ").replace("\u202f", " ") for one in to_do]

    order = shop.order(method="transfer")
    waiting = sentences(TODAY)
    paid_order(shop)
    invoice = Invoice.objects.get()
    fee = issue_file_fee(invoice.order.pk, reason="x", cause="essai", now=NOON)
    on_the_last_day, late = (sentences(fee.due_on + timedelta(days=n)) for n in (0, 1))

    expected = f"Réglez la facture {fee.number}, échue : il reste 108,00 €."
    assert f"Faites votre virement de {order.total_cents // 100},00 €." in waiting
    assert (expected in on_the_last_day, expected in late) == (False, True)
