"""Accounting places the movements of the bank that no rule could."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bench.bank_files import Line, statement, written
from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import BankEntry, Payment
from marketingconnect.payments.services import import_statement
from tests.cast import logged_in
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db
QUEUE = "back_office:bank"


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer", now=clock.now())


@pytest.fixture
def entry(order: Order, tmp_path: Path) -> BankEntry:
    line = Line(100_00, f"acompte {order.reference}", "B1", clock.today())
    path = written(tmp_path, statement(line))
    import_statement(path, name=path.name, actor=CLERK, now=clock.now())
    return BankEntry.objects.get()


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


def at(name: str, entry: BankEntry) -> str:
    return reverse(f"back_office:{name}", args=[entry.pk])


def test_the_queue_says_what_a_movement_may_pay(
    entry: BankEntry, order: Order, ines: Client
) -> None:
    page = ines.get(reverse(QUEUE))

    assert "Partiel" in page.text
    assert order.reference in page.text
    assert "son numéro est dans le libellé" in page.text
    assert "il resterait 260,00" in page.text
    assert "data-queue-act" in page.text
    assert at("bank_entry", entry) in page.text
    assert reverse(QUEUE) in ines.get(reverse("back_office:home")).text
    assert reverse(QUEUE) in ines.get(reverse("back_office:payments")).text


def test_a_movement_is_assigned_to_the_document_it_names(
    entry: BankEntry, order: Order, ines: Client
) -> None:
    page = ines.get(at("bank_entry", entry))
    assert page.context["best"].due.number == order.reference
    assert "son numéro est dans le libellé" in page.text
    assert "ne s’annule pas" in page.text

    answer = ines.post(at("bank_assign", entry), {"number": order.reference}, follow=True)

    payment = Payment.objects.get()
    assert (payment.order, payment.cents) == (order, 100_00)
    assert payment.validated_by is not None
    assert payment.validated_by.first_name == "Inès"
    assert "Virement affecté et validé" in answer.text
    assert "Affecté" in ines.get(at("bank_entry", entry)).text


@pytest.mark.parametrize("number", ["", "BC-2026-999999", "bonjour"])
def test_a_number_that_names_nothing_is_said_by_the_field(
    entry: BankEntry, ines: Client, number: str
) -> None:
    page = ines.post(at("bank_assign", entry), {"number": number})

    assert page.status_code == 400
    assert page.context["assign_form"].errors["number"]
    assert not Payment.objects.exists()


def test_a_movement_is_set_aside_with_its_reason(entry: BankEntry, ines: Client) -> None:
    refused: list[dict[str, str]] = [{}, {"why": "other", "comment": " "}, {"why": "x"}]
    for typed in refused:
        assert ines.post(at("bank_aside", entry), typed).status_code == 400
    typed = {"why": "foreign", "comment": "loyer du voisin"}

    answer = ines.post(at("bank_aside", entry), typed, follow=True)

    assert "Aucun mouvement à affecter" in answer.text
    assert "Étranger à nos clients : loyer du voisin" in answer.text
    assert ines.post(at("bank_aside", entry), typed).status_code == 400


def test_a_document_is_found_by_what_is_typed(entry: BankEntry, order: Order, ines: Client) -> None:
    for typed in (order.reference, "360,00 €", order.company.legal_name):
        page = ines.get(at("bank_entry", entry), {"q": typed})
        assert [due.number for due in page.context["found"]] == [order.reference], typed
    assert "Aucun document ouvert" in ines.get(at("bank_entry", entry), {"q": "personne"}).text


def test_the_queue_is_read_by_pages(entry: BankEntry, ines: Client) -> None:
    assert [line.entry for line in ines.get(reverse(QUEUE)).context["lines"]] == [entry]
    assert ines.get(reverse(QUEUE), {"apres": entry.pk}).context["lines"] == []


@pytest.mark.parametrize("who", ["marc", "paul", "lea", "sofia", "alice"])
def test_only_accounting_opens_it(shop: Shop, entry: BankEntry, who: str) -> None:
    browser = logged_in(getattr(shop.cast, who))

    assert browser.get(reverse(QUEUE)).status_code == 403
    assert browser.get(at("bank_entry", entry)).status_code == 403
    assert browser.post(at("bank_assign", entry), {"number": "x"}).status_code == 403
    assert browser.post(at("bank_aside", entry), {"reason": "x"}).status_code == 403


def test_a_movement_that_does_not_exist_is_404(shop: Shop, ines: Client) -> None:
    assert ines.get(reverse("back_office:bank_entry", args=[999])).status_code == 404
