"""A client's documents in one list, and a problem of signature told."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import make_pdf
from marketingconnect.notices.models import Notice
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.web.client_area.documents import listing
from tests.cast import logged_in
from tests.sale import NOON, Shop
from tests.signature.desk import Desk
from tests.web.client_area.test_orders import paid_order

pytestmark = pytest.mark.django_db
PAGE = "client_area:documents"


@pytest.fixture
def desk(shop: Shop, signing: Path, settings: Settings, tmp_path: Path) -> Desk:
    return Desk(shop.order(method="transfer"), shop.cast, tmp_path, settings)


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


def test_what_was_signed_and_invoiced_stands_in_one_list_for_its_client_alone(
    desk: Desk, shop: Shop, alice: Client
) -> None:
    request = desk.sign()
    paid_order(shop)
    invoice = make_pdf(Invoice.objects.get().pk, now=NOON)

    every = alice.get(reverse(PAGE)).text
    assert request.title in every
    for name in ("Fichier de preuve (ZIP)", "Document signé (PDF)", invoice.number):
        assert name in every
    assert invoice.number not in alice.get(reverse(PAGE), {"type": "bon-de-commande"}).text
    assert request.title not in alice.get(reverse(PAGE), {"type": "facture"}).text
    assert "Aucun document de cette sorte" in alice.get(reverse(PAGE), {"type": "avoir"}).text
    charlie = logged_in(shop.cast.charlie).get(reverse(PAGE)).text
    assert request.title not in charlie
    assert "Aucun document pour l’instant" in charlie


def test_pages_follow_each_other_without_a_hole_even_at_one_instant(
    desk: Desk, shop: Shop, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS", 1)
    desk.sign()
    desk.order = shop.order(method="transfer")
    desk.sign()
    paid_order(shop)
    assert SignatureRequest.objects.values("signed_at").distinct().count() == 1

    seen, after = [], ""
    while True:
        rows, after = listing.documents_of(
            shop.cast.bakery.pk, kind="", after=listing.key_in(after)
        )
        seen += [row.title for row in rows]
        if not after:
            break

    assert len(seen) == len(set(seen)) == 3
    assert alice.get(reverse(PAGE), {"apres": "99999999999999999-1-1"}).status_code == 200
    assert alice.get(reverse(PAGE), {"apres": "n’importe quoi"}).status_code == 200


def test_a_problem_of_signature_reaches_the_operator_and_the_journal_once(
    desk: Desk, alice: Client
) -> None:
    form = {"reference": desk.order.reference, "words": "Le code n’arrive pas."}
    page = reverse("client_area:signature_incident")

    for _ in range(2):
        answer = alice.post(page, form)
        assert answer["Location"] == reverse(PAGE)

    notice = Notice.objects.get(template="signature_incident")
    assert notice.to_email == "comptabilite@atelier-postal.example.org"
    assert "Le code n’arrive pas." in notice.text
    assert desk.order.reference in notice.text
    assert JournalEntry.objects.filter(action="signature_incident.reported").count() == 2
    assert alice.post(page, {"words": ""}).status_code == 400
    refused = alice.post(page, {**form, "reference": "BC-2026-999999"})
    assert refused.status_code == 400
    assert "pas une des vôtres" in refused.text
