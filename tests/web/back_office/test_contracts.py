"""Staff suspend, give notice, terminate, and keep the register of letters, each by its role."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketingconnect import clock
from marketingconnect.contracts.models import FormalNotice, RegisteredLetter, Suspension
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import mark_paid
from marketingconnect.orders.states import OrderState
from tests.cast import logged_in
from tests.sale import CLERK, NOON, Shop
from tests.web.reading import page

TODAY = "2026-11-23"


@pytest.fixture
def order(
    shop: Shop, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Order:
    settings.FILES_ROOT = tmp_path
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    placed = shop.order()
    day = clock.paris_date(NOON)
    mark_paid(placed, received_on=day, validated_on=day, actor=CLERK, at=NOON)
    return placed


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


def where(order: Order, rest: str = "") -> str:
    return f"/gestion/contrats/{order.reference}/{rest}"


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_an_order_is_suspended_and_taken_up_again(order: Order, ines: Client) -> None:
    assert "Suspendre maintenant" in page(ines.get(where(order, "suspendre")))
    missing = ines.post(where(order, "suspendre"), {"ground": "content"})
    assert missing.status_code == 400
    assert "Dites pourquoi" in page(missing)

    typed = {"ground": "content", "reason": "Marque d’autrui."}
    shown = page(ines.post(where(order, "suspendre"), typed, follow=True))
    assert "Commande suspendue." in shown
    assert "Marque d’autrui." in shown
    assert state_of(order) == OrderState.SUSPENDED
    assert order.reference in page(ines.get("/gestion/contrats/"))

    ines.post(where(order, "reprendre"), {"reason": "Corrigé."})
    assert state_of(order) == OrderState.VALIDATED
    assert Suspension.objects.get().end_reason == "Corrigé."
    assert ines.post(where(order, "reprendre")).status_code == 409


def test_a_formal_notice_is_followed_to_its_cure(order: Order, ines: Client) -> None:
    typed = {"number": "2C 001", "posted_on": TODAY, "breach": "Site hors ligne."}
    shown = page(ines.post(where(order, "mise-en-demeure"), typed, follow=True))
    notice = FormalNotice.objects.get()
    assert "la lettre n’est pas encore reçue" in shown

    address = f"/gestion/contrats/lettres/{notice.letter_id}/"
    shown = page(ines.post(f"{address}dates", {"received_on": TODAY}, follow=True))
    assert "Les dates de la lettre sont enregistrées." in shown
    assert "30 novembre 2026" in page(ines.get(where(order))).replace("lundi ", "")

    notices = f"/gestion/contrats/mises-en-demeure/{notice.pk}"
    assert ines.post(f"{notices}/corrigee", {"cured_on": ""}).status_code == 409
    assert "la commande continue" in page(
        ines.post(f"{notices}/corrigee", {"cured_on": TODAY}, follow=True)
    )
    assert ines.post(f"{notices}/retiree").status_code == 409


def test_a_termination_says_what_it_does_and_needs_its_ground(order: Order, ines: Client) -> None:
    assert "On ne peut pas revenir en arrière" in page(ines.get(where(order, "resilier")))
    refused = ines.post(where(order, "resilier"), {"ground": "force_majeure", "reason": "Crue"})
    assert refused.status_code == 400
    assert "pas encore duré" in page(refused)

    typed = {"ground": "non_payment", "reason": "Chèque impayé.", "damages": "40 €"}
    assert "Commande résiliée." in page(ines.post(where(order, "resilier"), typed, follow=True))
    assert state_of(order) == OrderState.TERMINATED
    assert "Suspendre" not in page(ines.get(where(order)))


def test_letters_are_written_down_found_and_proved(order: Order, ines: Client) -> None:
    new = "/gestion/contrats/lettres/nouvelle"
    typed = {
        "direction": "received",
        "purpose": "claim",
        "reference": "BC-1999-000001",
        "number": "1A 9",
        "posted_on": TODAY,
    }
    assert "Aucune commande ne porte ce numéro." in page(ines.post(new, typed))
    typed["reference"] = order.reference.lower()
    assert "est au registre" in page(ines.post(new, typed, follow=True))
    letter = RegisteredLetter.objects.get()
    assert "1A9" in page(ines.get("/gestion/contrats/lettres/?q=1a 9"))
    assert "1A9" not in page(ines.get("/gestion/contrats/lettres/?q=zzz"))

    address = f"/gestion/contrats/lettres/{letter.pk}/"
    wrong = SimpleUploadedFile("avis.exe", b"MZ")
    refused = ines.post(f"{address}preuves", {"kind": "receipt", "scan": wrong})
    assert refused.status_code == 400
    proof = SimpleUploadedFile("avis.pdf", b"%PDF-1.7 avis")
    ines.post(f"{address}preuves", {"kind": "receipt", "scan": proof})
    kept = letter.scans.get()
    assert ines.get(f"{address}preuves/{kept.pk}").getvalue() == b"%PDF-1.7 avis"
    assert ines.get(f"{address}preuves/{kept.pk + 1}").status_code == 404
    future = ines.post(f"{address}dates", {"received_on": "2099-01-01"})
    assert "Cette date est dans le futur." in page(future)


def test_readers_read_and_only_some_decide(order: Order, shop: Shop) -> None:
    marc, sofia = logged_in(shop.cast.marc), logged_in(shop.cast.sofia)

    for reader in (marc, sofia):
        shown = page(reader.get(where(order)))
        assert "Suspendre" not in shown
        assert "Résilier" not in shown
        assert reader.get(where(order, "suspendre")).status_code == 403
    assert logged_in(shop.cast.paul).get(where(order, "suspendre")).status_code == 200
    assert logged_in(shop.cast.charlie).get(where(order)).status_code == 403
    assert marc.get("/gestion/contrats/BC-1999-000001/").status_code == 404
    sought = marc.get(f"/gestion/contrats/?commande={order.reference.lower()}")
    assert sought.headers["Location"] == where(order)
