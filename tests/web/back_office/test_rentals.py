"""Staff read samples, stop misuse, settle quantities and answer claims, each by its role."""

import pytest
from django.test import Client

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.claims.models import Claim, ReturnBatch, Settlement
from marketingconnect.claims.services import check_returns, open_claim, receive_typed_returns
from marketingconnect.offers.list_rental.models import Delivery, ListRental
from tests.cast import Cast, logged_in
from tests.offers.list_rental.conftest import renter
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import CLIENT, Renter
from tests.web.reading import page
from tests.web.rented import delivered, references

__all__ = ["renter"]
LETTER = {"number": "1A 234", "posted_on": "2026-11-25", "received_on": "2026-11-26"}


@pytest.fixture
def paul(cast: Cast) -> Client:
    return logged_in(cast.paul)


@pytest.fixture
def ines(cast: Cast) -> Client:
    return logged_in(cast.ines)


def where(rental: ListRental, rest: str = "") -> str:
    return f"/gestion/locations/{rental.pk}/{rest}"


def claimed(renter: Renter, delivery: Delivery, mails: int = 5) -> Claim:
    if mails:
        batch = receive_typed_returns(
            company_id=renter.company.pk,
            text="\n".join(references(delivery, mails)),
            user_id=renter.user.pk,
            actor=CLIENT,
            now=NOW,
        )
        check_returns(batch.pk, now=NOW)
    return open_claim(delivery.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)


def test_a_sample_is_read_beside_its_checklist_then_decided(
    renter: Renter, paul: Client, cast: Cast
) -> None:
    sample = renter.sample(renter.compose())
    address = f"/gestion/moderation/exemplaires/{sample.pk}/"
    assert "courrier.pdf" in page(paul.get("/gestion/moderation/"))
    assert "Exemplaires de fichiers loués" in page(paul.get("/gestion/"))
    assert "Votre décision" in page(paul.get(address))
    framed = paul.get(f"{address}fichier")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert framed.getvalue() == b"%PDF-1.7 essai"

    unsaid = paul.post(address, {"decision": "changes_asked"})
    assert unsaid.status_code == 400
    paul.post(address, {"decision": "approved"})
    sample.refresh_from_db()
    assert sample.state == "approved"
    assert paul.post(address, {"decision": "approved"}).status_code == 409
    assert logged_in(cast.ines).get(address).status_code == 403
    assert paul.get("/gestion/moderation/exemplaires/999999/").status_code == 404


def test_a_text_shows_as_text_and_is_never_a_page(renter: Renter, paul: Client) -> None:
    sample = renter.sample(
        renter.compose(), b"Bonjour, <script>alert(1)</script> ici la boulangerie."
    )
    address = f"/gestion/moderation/exemplaires/{sample.pk}/"

    shown = page(paul.get(address))

    assert "&lt;script&gt;" in shown
    given = paul.get(f"{address}fichier")
    assert given.headers["Content-Type"].startswith("text/plain")
    assert "attachment" in given.headers["Content-Disposition"]
    assert given.getvalue().startswith(b"Bonjour")


def test_a_refused_message_cancels_the_order_and_says_why(renter: Renter, paul: Client) -> None:
    rental = renter.compose()
    sample = renter.sample(rental)
    renter.order(rental)
    address = f"/gestion/moderation/exemplaires/{sample.pk}/"

    paul.post(address, {"decision": "refused", "reason": "misleading", "comment": "Prix faux"})

    rental.refresh_from_db()
    assert rental.state == "cancelled"
    assert "Prix faux" in page(paul.get(where(rental)))


def test_a_misuse_suspends_then_cancels_a_rental(renter: Renter, paul: Client, cast: Cast) -> None:
    rental = delivered(renter).rental
    assert paul.post(where(rental, "suspendre"), {"reason": ""}).status_code == 400

    paul.post(where(rental, "suspendre"), {"reason": "Plainte d’une personne"})
    assert "Plainte d’une personne" in page(paul.get(where(rental)))
    paul.post(where(rental, "reprendre"))
    rental.refresh_from_db()
    assert rental.state == "delivered"
    assert paul.post(where(rental, "reprendre")).status_code == 409

    paul.post(where(rental, "annuler"), {"reason": "Fichier revendu"})
    rental.refresh_from_db()
    assert rental.state == "cancelled"
    assert logged_in(cast.marc).get(where(rental, "annuler")).status_code == 403
    entries = JournalEntry.objects.filter(subject=f"list_rental:{rental.pk}")
    assert {"rental.suspended", "rental.resumed", "rental.cancelled"} <= set(
        entries.values_list("action", flat=True)
    )


def test_an_advisor_proposes_an_amendment_that_the_client_answers(
    renter: Renter, cast: Cast
) -> None:
    rental = delivered(renter).rental
    marc = logged_in(cast.marc)
    same = marc.post(where(rental, "avenant"), {"uses": ["direct_mail"], "times": "10"})
    assert "ne change rien" in page(same)

    marc.post(where(rental, "avenant"), {"uses": ["direct_mail"], "times": "12"})

    assert "Attend le client" in page(marc.get(where(rental)))
    assert "attend votre réponse" in page(
        logged_in(cast.alice).get(f"/espace/campagnes/locations/{rental.pk}/")
    )


def test_a_quantity_beyond_the_tolerance_is_settled_as_agreed(
    renter: Renter, ines: Client, cast: Cast
) -> None:
    rental = delivered(renter, rows=150).rental
    assert "Quantités hors tolérance" in page(ines.get("/gestion/reclamations/"))
    assert "Quantités livrées hors tolérance" in page(ines.get("/gestion/"))
    assert "Quantité hors tolérance" in page(ines.get(where(rental)))
    wrong = ines.post(where(rental, "reglement"), {"decision": "new_agreement"})
    assert wrong.status_code == 400
    typed = {"decision": "new_agreement", "reason": "Appel de Nadia", "agreed_unit_price": "x"}
    assert "Écrivez un prix" in page(ines.post(where(rental, "reglement"), typed))

    ines.post(where(rental, "reglement"), {**typed, "agreed_unit_price": "1 900,00"})

    settlement = Settlement.objects.get()
    assert (settlement.state, settlement.reason) == ("settled", "Appel de Nadia")
    assert str(settlement.unit_price) == "1900.0000"
    assert ines.get(where(rental, "reglement")).status_code == 409
    assert logged_in(cast.paul).get(where(rental, "reglement")).status_code == 403


def test_a_claim_is_examined_by_the_rule_then_answered(
    renter: Renter, ines: Client, cast: Cast
) -> None:
    claim = claimed(renter, delivered(renter))
    address = f"/gestion/reclamations/{claim.reference}/"
    assert "Lettre attendue" in page(ines.get("/gestion/reclamations/"))
    assert ines.post(f"{address}lettre", {}).status_code == 400
    ines.post(f"{address}lettre", LETTER)
    assert "Réclamations à examiner" in page(ines.get("/gestion/"))

    ines.post(f"{address}examiner")
    assert "5 plis" in page(ines.get(address))
    assert ines.post(f"{address}decider", {}).status_code == 400
    ines.post(f"{address}decider", {"choice": "credit_note", "comment": "Avec nos excuses"})

    claim.refresh_from_db()
    assert claim.state == "credit_note"
    assert claim.credit_note is not None
    assert claim.credit_note.number in page(ines.get("/gestion/reclamations/"))
    again = ines.post(f"{address}decider", {"choice": "replacement"})
    assert again.status_code == 400
    assert "déjà été prise" in page(again)
    assert logged_in(cast.marc).get(address).status_code == 403


def test_a_claim_without_its_letter_is_inadmissible_by_its_rule(
    renter: Renter, ines: Client
) -> None:
    claim = claimed(renter, delivered(renter))
    address = f"/gestion/reclamations/{claim.reference}/"

    ines.post(f"{address}examiner")

    shown = page(ines.get(address))
    assert "Irrecevable" in shown
    assert "lettre recommandée" in shown


def test_a_counted_claim_may_still_be_refused_with_a_sentence(renter: Renter, ines: Client) -> None:
    claim = claimed(renter, delivered(renter))
    address = f"/gestion/reclamations/{claim.reference}/"
    ines.post(f"{address}lettre", LETTER)
    ines.post(f"{address}examiner")
    assert ines.post(f"{address}refuser", {"sentence": " "}).status_code == 400

    ines.post(f"{address}refuser", {"sentence": "Les plis viennent d’un autre envoi."})

    claim.refresh_from_db()
    assert (claim.state, claim.sentence) == ("refused", "Les plis viennent d’un autre envoi.")


def test_envelopes_that_came_by_post_are_entered_for_the_client(
    renter: Renter, ines: Client
) -> None:
    delivery = delivered(renter)
    claim = claimed(renter, delivery, mails=0)
    address = f"/gestion/reclamations/{claim.reference}/plis"
    day = clock.today().isoformat()
    assert ines.post(address, {"references": "", "handed_back_on": day}).status_code == 400
    future = {"references": "A", "handed_back_on": "2099-01-01"}
    assert "dans le futur" in page(ines.post(address, future))

    ines.post(address, {"references": references(delivery, 1)[0], "handed_back_on": day})

    batch = ReturnBatch.objects.get()
    assert check_returns(batch.pk, now=clock.now())
    batch.refresh_from_db()
    assert (batch.company_id, batch.accepted) == (renter.company.pk, 1)


def test_rentals_in_trouble_are_a_queue_and_say_why(renter: Renter, cast: Cast) -> None:
    rental, _ = renter.sell(counted=200)
    ListRental.objects.filter(pk=rental.pk).update(failure="Plus personne ne répond à ce ciblage.")
    marc = logged_in(cast.marc)

    assert "Plus personne" in page(marc.get("/gestion/locations/"))
    assert "qui n’avancent pas" in page(marc.get("/gestion/"))


def test_empty_queues_say_so(cast: Cast, renter: Renter, ines: Client) -> None:
    assert "Rien n’attend" in page(ines.get("/gestion/reclamations/"))
    assert "Aucune location commandée" in page(ines.get("/gestion/locations/"))
    assert ines.get("/gestion/reclamations/RC-1/").status_code == 404
    assert ines.get("/gestion/locations/99999999/").status_code == 404
