"""Staff on signatures: what waits, the proof, and the texts of the demonstration."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.services import retry_pending
from tests.cast import logged_in
from tests.sale import Shop
from tests.signature.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(shop: Shop, signing: Path, settings: Settings, tmp_path: Path) -> Desk:
    return Desk(shop.order(method="transfer", now=clock.now()), shop.cast, tmp_path, settings)


def waiting(desk: Desk) -> SignatureRequest:
    """The consent is given, and no certificate can be made."""
    request, code = desk.ready(now=clock.now())
    desk.stop_keys()
    return desk.type(request, code, now=clock.now())


def test_what_waits_is_queued_then_signed_and_its_proof_is_taken_and_noted(desk: Desk) -> None:
    request = waiting(desk)
    ines = logged_in(desk.cast.ines)

    assert "Signatures en attente" in ines.get(reverse("back_office:home")).text
    shown = ines.get(reverse("back_office:signatures")).text
    assert request.title in shown
    assert "pas de certificat" in shown
    proof = reverse("back_office:signature_evidence", args=[request.pk])
    assert ines.get(proof).status_code == 404

    desk.start_keys()
    assert retry_pending(clock.now()) == 1

    assert ines.get(proof).getvalue().startswith(b"PK")
    page = ines.get(reverse("back_office:signature", args=[request.pk])).text
    assert "Document signé ou preuve téléchargés" in page
    assert "06 •• •• •• 12".replace(" ", "\u00a0") in page
    assert "06\u00a039" not in page
    record = reverse("back_office:payment_order", args=[desk.order.reference])
    assert "Documents à signer" in ines.get(record).text


@pytest.mark.parametrize(
    ("who", "status"),
    [("ines", 200), ("sofia", 200), ("admin", 200), ("marc", 403), ("paul", 403), ("alice", 403)],
)
def test_the_proof_is_for_accounting_the_dpo_and_administrators(
    desk: Desk, who: str, status: int
) -> None:
    request = desk.propose(now=clock.now())
    browser = logged_in(getattr(desk.cast, who))

    for name, place in (("signatures", []), ("signature", [request.pk])):
        assert browser.get(reverse(f"back_office:{name}", args=place)).status_code == status


def test_the_contract_shows_its_documents_to_an_advisor_without_their_proof(desk: Desk) -> None:
    request = desk.propose(now=clock.now())
    page = reverse("back_office:contract", args=[Order.objects.get().reference])

    assert reverse("back_office:signature", args=[request.pk]) not in (
        shown := logged_in(desk.cast.marc).get(page).text
    )
    assert request.title in shown


def test_texts_are_shown_in_the_demonstration_alone(desk: Desk, settings: LazySettings) -> None:
    _, code = desk.ready(now=clock.now())
    marc, page = logged_in(desk.cast.marc), reverse("back_office:texts")

    assert marc.get(page).status_code == 404
    settings.MODE = "demo"
    shown = marc.get(page).text
    assert code in shown
    assert re.search(r"06\s39\s98\s00\s12", shown)
    assert logged_in(desk.cast.alice).get(page).status_code == 403
