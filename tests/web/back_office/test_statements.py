"""Accounting hands in files of the bank and reads what their movements became."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bench.bank_files import Line, statement
from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.payments.camt import LARGEST
from marketingconnect.payments.models import BankEntry, BankStatement
from tests.cast import logged_in
from tests.sale import Shop

pytestmark = pytest.mark.django_db
NEW = "back_office:statement_new"


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer", now=clock.now())


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


def handed_in(browser: Client, text: str | bytes, name: str = "releve.xml") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return browser.post(reverse(NEW), {"file": SimpleUploadedFile(name, content)}, follow=True)


def lines(order: Order) -> tuple[Line, ...]:
    day = clock.today()
    return (
        Line(360_00, order.reference, "B1", day),
        Line(12_00, "loyer", "B2", day),
        Line(99_00, "papeterie", "B3", day, direction="DBIT"),
    )


def test_a_file_shows_what_it_brought_and_comes_back_when_handed_in_again(
    order: Order, ines: Client
) -> None:
    text = statement(*lines(order))

    page = handed_in(ines, text)

    kept = BankStatement.objects.get()
    assert page.redirect_chain[-1][0] == reverse("back_office:statement", args=[kept.pk])
    assert "2\u00a0nouveaux mouvements, 1\u00a0dépense ignorée" in page.text
    assert dict(page.context["figures"]) == {
        "Reconnus seuls": 1,
        "Probables": 0,
        "Partiels": 0,
        "Trop-perçus": 0,
        "Inconnus": 1,
        "Rejets": 0,
    }
    order.refresh_from_db()
    assert order.state == "validated"

    again = handed_in(ines, text, "copie.xml")
    assert "déjà importé" in again.text
    assert again.context["statement"] == kept
    other = handed_in(ines, statement(*lines(order), kind="camt.054"))
    assert "2\u00a0déjà connus" in other.text
    assert "Aucun mouvement nouveau" in other.text
    listed = ines.get(reverse("back_office:statements"))
    assert [row.told for row in listed.context["rows"]] == [0, 2]
    assert BankEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "vide"),
        (b"Date;Montant\n1;2\n", "XML lisible"),
        (b"<html><body/></html>", "camt.053"),
        ("", "aucun mouvement"),
        ("FR7630001007941234567890185", "n’est pas un compte"),
    ],
)
def test_a_refused_file_says_what_is_wrong_by_the_field(
    shop: Shop, ines: Client, text: str | bytes, why: str
) -> None:
    if isinstance(text, str):
        told = [Line(1_00, "x", "B1", clock.today())] if text else []
        text = statement(*told, iban=text)

    page = handed_in(ines, text)

    assert page.status_code == 400
    assert why in "".join(page.context["form"].errors["file"])
    assert not BankStatement.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(ines: Client) -> None:
    answer = ines.generic(
        "POST",
        reverse(NEW),
        data=b"-",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(LARGEST * 2),
    )
    assert answer.status_code == 413
    assert "64\u00a0Mo" in answer.text or "64 Mo" in answer.text


def test_the_movements_of_a_file_are_exported(order: Order, ines: Client) -> None:
    handed_in(ines, statement(*lines(order)))
    kept = BankStatement.objects.get()

    answer = ines.get(reverse("back_office:statement_csv", args=[kept.pk]))

    assert answer.headers["Content-Type"].startswith("text/csv")
    written = answer.getvalue().decode().splitlines()
    assert len(written) == 3
    assert f";360,00;Exact;Reconnu;{order.reference};" in written[1]


def test_only_accounting_opens_them(shop: Shop) -> None:
    for who in (shop.cast.marc, shop.cast.sofia, shop.cast.alice):
        browser = logged_in(who)
        assert browser.get(reverse("back_office:statements")).status_code == 403
        assert browser.get(reverse(NEW)).status_code == 403
        assert browser.get(reverse("back_office:statement", args=[1])).status_code == 403
    ines = logged_in(shop.cast.ines)
    assert ines.get(reverse("back_office:statement", args=[999])).status_code == 404
