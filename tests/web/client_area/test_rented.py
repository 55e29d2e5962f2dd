"""What follows the delivery: licence and files, checks, amendments, returned mail, claims."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.claims.models import Claim, ReturnBatch
from marketingconnect.claims.services import check_returns, decide_claim, examine_claim
from marketingconnect.offers.list_rental.models import Delivery, Download
from marketingconnect.offers.list_rental.queries import licence_of
from marketingconnect.offers.list_rental.services import suspend_rental
from tests.cast import Cast, logged_in
from tests.offers.list_rental.conftest import renter
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import CLIENT, Renter
from tests.web.reading import page
from tests.web.rented import delivered, references

__all__ = ["renter"]


@pytest.fixture
def delivery(renter: Renter) -> Delivery:
    return delivered(renter)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


def where(delivery: Delivery, rest: str = "") -> str:
    return f"/espace/campagnes/locations/livraisons/{delivery.reference}/{rest}"


def take(client: Client, delivery: Delivery, format: str = "csv", **typed: str) -> Any:
    file = delivery.files.get(format=format)
    return client.post(f"/espace/campagnes/locations/fichiers/{file.pk}/", typed)


def test_the_page_of_a_delivery_says_everything_about_it(delivery: Delivery, alice: Client) -> None:
    shown = page(alice.get(where(delivery)))

    for words in ("Votre licence", "Publipostage".lower(), "Excel", "largeur fixe", "190"):
        assert words in shown, words
    assert "J’ai lu cette licence" in shown
    assert "Demander la vérification" not in shown


def test_a_file_is_taken_once_its_licence_is_accepted_and_it_is_recorded(
    delivery: Delivery, alice: Client, cast: Cast
) -> None:
    licence = licence_of(delivery).sha256

    unread = take(alice, delivery, licence=licence)
    assert unread.status_code == 400
    assert "Lisez et acceptez la licence" in page(unread)
    assert not Download.objects.exists()

    for format in ("csv", "txt_fixed", "txt_tab", "xlsx"):
        given = take(alice, delivery, format, licence=licence, accept="on")
        file = delivery.files.get(format=format)
        assert len(given.getvalue()) == file.size
        assert file.name in given.headers["Content-Disposition"]

    assert Download.objects.filter(user=cast.alice).count() == 4
    assert "Licence acceptée" in page(alice.get(where(delivery)))
    assert JournalEntry.objects.filter(action="rental.downloaded").count() == 4


def test_another_licence_than_the_one_in_force_takes_nothing(
    delivery: Delivery, alice: Client
) -> None:
    answer = take(alice, delivery, licence="0" * 64, accept="on")

    assert answer.headers["Location"] == where(delivery)
    assert "acceptez la licence" in page(alice.get(where(delivery)))


def test_others_find_nothing_and_a_viewer_takes_nothing(delivery: Delivery, cast: Cast) -> None:
    charlie, vera = logged_in(cast.charlie), logged_in(cast.vera)
    licence = licence_of(delivery).sha256

    assert charlie.get(where(delivery)).status_code == 404
    assert take(charlie, delivery, licence=licence, accept="on").status_code == 404
    assert "peut télécharger" in page(vera.get(where(delivery)))
    assert take(vera, delivery, licence=licence, accept="on").status_code == 403
    assert not Download.objects.exists()


def test_the_rental_s_page_explains_the_settlement(delivery: Delivery, alice: Client) -> None:
    shown = page(alice.get(f"/espace/campagnes/locations/{delivery.rental_id}/"))

    assert "Livré et commandé" in shown
    assert "-5 %" in shown or "−5 %" in shown
    assert "avoir" in shown
    assert delivery.reference in shown


def test_a_quantity_beyond_the_tolerance_waits_for_a_decision(
    renter: Renter, alice: Client
) -> None:
    made = delivered(renter, rows=150)

    shown = page(alice.get(f"/espace/campagnes/locations/{made.rental_id}/"))

    assert "Décision attendue" in shown
    assert "dépasse 7 %" in shown


def test_a_file_of_phones_is_checked_again_after_its_last_day(
    renter: Renter, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = delivered(renter, uses=("direct_mail", "telephone"))
    monkeypatch.setattr(clock, "_system_now", lambda: NOW)
    early = alice.post(where(made, "verifier"), follow=True)
    assert "Ce fichier est vérifié" in page(early)

    assert made.use_by is not None
    after = datetime.combine(made.use_by, time(12), tzinfo=UTC) + timedelta(days=1)
    monkeypatch.setattr(clock, "_system_now", lambda: after)
    late = page(alice.get(where(made)))
    assert "ne s’utilise plus" in late
    assert "Demander la vérification" in late
    assert "demandez sa vérification" in page(alice.get("/espace/"))

    answer = alice.post(where(made, "verifier"), follow=True)
    assert "Nous écrivons vos fichiers" in page(answer)
    assert made.rental.deliveries.filter(kind="re_delivery").count() == 1


def test_a_suspended_rental_gives_nothing(delivery: Delivery, alice: Client) -> None:
    suspend_rental(delivery.rental_id, reason="Plainte reçue", actor=CLIENT, now=NOW)

    assert "suspendue" in page(alice.get(where(delivery)))
    assert "Plainte reçue" in page(alice.get(f"/espace/campagnes/locations/{delivery.rental_id}/"))
    take(alice, delivery, licence=licence_of(delivery).sha256, accept="on")
    assert not Download.objects.exists()


def test_another_use_is_asked_priced_then_accepted(
    delivery: Delivery, alice: Client, cast: Cast
) -> None:
    address = f"/espace/campagnes/locations/{delivery.rental_id}"
    same = alice.post(f"{address}/avenant", {"uses": ["direct_mail"], "times": "10"})
    assert same.status_code == 400
    assert "ne change rien" in page(same)

    alice.post(f"{address}/avenant", {"uses": ["direct_mail"], "times": "11"})
    shown = page(alice.get(f"{address}/"))
    assert "attend votre réponse" in shown
    assert "Répondez à l’avenant" in page(alice.get("/espace/"))
    amendment = delivery.rental.amendments.get()

    charlie = logged_in(cast.charlie)
    answer = {"decision": "accept"}
    assert charlie.post(f"{address}/avenant/{amendment.pk}", answer).status_code == 404
    alice.post(f"{address}/avenant/{amendment.pk}", answer)
    alice.post(f"{address}/avenant/{amendment.pk}", answer)

    delivery.rental.refresh_from_db()
    assert delivery.rental.times == 11
    assert "Version 2" in page(alice.get(where(delivery)))


def test_returned_mail_is_handed_back_and_each_line_has_its_answer(
    delivery: Delivery, alice: Client, cast: Cast
) -> None:
    (good,) = references(delivery, 1)
    assert alice.post("/espace/campagnes/locations/plis/", {"references": ""}).status_code == 400
    typed = {"references": f"{good}\n{good}\nABC", "means": "typing"}

    answer = alice.post("/espace/campagnes/locations/plis/", typed)

    batch = ReturnBatch.objects.get()
    assert answer.headers["Location"] == f"/espace/campagnes/locations/plis/{batch.pk}/"
    assert "Contrôle en cours" in page(alice.get(answer.headers["Location"]))
    check_returns(batch.pk, now=NOW)
    shown = page(alice.get(answer.headers["Location"]))
    assert "déjà été remis" in shown
    assert "mal recopiée" in shown
    only = page(alice.get(f"{answer.headers['Location']}?motif=refuses"))
    assert good in only
    assert "Accepté</span>" not in only
    assert logged_in(cast.charlie).get(answer.headers["Location"]).status_code == 404


def test_returned_mail_is_handed_back_as_a_file(delivery: Delivery, alice: Client) -> None:
    lines = "\n".join(["référence", *references(delivery, 3)])
    empty = alice.post("/espace/campagnes/locations/plis/", {})
    assert empty.status_code == 400

    file = SimpleUploadedFile("npai.csv", lines.encode())
    alice.post("/espace/campagnes/locations/plis/", {"list_file": file})

    batch = ReturnBatch.objects.get()
    check_returns(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.accepted, batch.means) == (3, "upload")


def test_a_viewer_reads_returns_and_hands_none_back(delivery: Delivery, cast: Cast) -> None:
    vera = logged_in(cast.vera)

    assert vera.get("/espace/campagnes/locations/plis/").status_code == 200
    assert vera.post("/espace/campagnes/locations/plis/", {"references": "A"}).status_code == 403


def test_a_claim_waits_for_its_letter_then_for_its_answer(
    delivery: Delivery, alice: Client, cast: Cast
) -> None:
    text = "\n".join(references(delivery, 5))
    alice.post("/espace/campagnes/locations/plis/", {"references": text, "means": "scan"})
    check_returns(ReturnBatch.objects.get().pk, now=NOW)
    assert "Ouvrir une réclamation" in page(alice.get(where(delivery)))

    opened = alice.post(where(delivery, "reclamer"))
    claim = Claim.objects.get()
    assert opened.headers["Location"].endswith(f"/{claim.reference}/")
    assert "Notez la lettre" in page(alice.get("/espace/"))
    wrong = alice.post(opened.headers["Location"], {"number": "", "posted_on": "2099-01-01"})
    assert wrong.status_code == 400
    future = alice.post(opened.headers["Location"], {"number": "1A", "posted_on": "2099-01-01"})
    assert "dans le futur" in page(future)

    today = clock.today().isoformat()
    alice.post(opened.headers["Location"], {"number": "1A 234", "posted_on": today})
    assert "En examen" in page(alice.get("/espace/campagnes/locations/reclamations/"))
    now = clock.now()
    examine_claim(claim.pk, user_id=cast.ines.pk, actor=CLIENT, now=now)
    decide_claim(claim.pk, choice="credit_note", user_id=cast.ines.pk, actor=CLIENT, now=now)

    claim.refresh_from_db()
    assert claim.credit_note is not None
    assert claim.credit_note.number in page(alice.get(opened.headers["Location"]))
    invoices = page(alice.get("/espace/factures/"))
    assert claim.credit_note.number in invoices
    assert "Avoir" in invoices
    assert logged_in(cast.charlie).get(opened.headers["Location"]).status_code == 404


def test_home_and_campaigns_hold_the_rented_file(delivery: Delivery, alice: Client) -> None:
    assert "Téléchargez votre fichier." in page(alice.get("/espace/"))
    shown = page(alice.get("/espace/campagnes/"))
    assert "Fichier loué" in shown
    assert "Fichier à télécharger" in shown
    assert "Fichier loué" not in page(alice.get("/espace/campagnes/?apres=1"))


def test_empty_lists_say_how_to_begin(cast: Cast) -> None:
    charlie = logged_in(cast.charlie)

    assert "Aucun fichier livré" in page(charlie.get("/espace/campagnes/locations/plis/"))
    assert "Aucune réclamation" in page(charlie.get("/espace/campagnes/locations/reclamations/"))
