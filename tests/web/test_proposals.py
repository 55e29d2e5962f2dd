"""A proposal from the advisor's screen to the client's answer; each side has its own buttons."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.models import Order
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import make_pdf
from tests.cast import logged_in
from tests.proposals.selling import Desk
from tests.sale import NOON, Leaflet, Shop
from tests.web.proposal_forms import client_forms
from tests.web.reading import page

CLIENT, STAFF = "/espace/propositions/", "/gestion/propositions/"
AGREED = {
    "payment_method": "debit",
    "instalments": "3",
    "first_due_on": "2026-12-10",
    "validity_days": "10",
    "message": "Comme convenu.",
}


@pytest.fixture(autouse=True)
def _noon(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILES_ROOT = tmp_path
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


@pytest.fixture
def marc(shop: Shop) -> Client:
    return logged_in(shop.cast.marc)


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


def draft_of_alice(shop: Shop) -> int:
    """A campaign that Alice began: the tests' own offer prices it."""
    begun = EmailCampaign.objects.create(
        company=shop.cast.bakery,
        name="Galette des rois",
        created_by=shop.cast.alice,
        created_at=NOON,
    )
    shop.offer.items[begun.pk] = Leaflet(shop.cast.bakery.pk, label="Galette des rois")
    return begun.pk


def begin(shop: Shop, marc: Client) -> str:
    """The address of a draft begun from the client's page."""
    begun = marc.post(f"{STAFF}client/{shop.cast.bakery.reference}")
    return begun.headers["Location"]


def answer(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    """What Alice's form sends at noon."""
    return {**client_forms(proposal.reference)["proposal_accept"], **changes}


def test_marc_composes_from_alice_s_drafts_and_sends(shop: Shop, marc: Client) -> None:
    item, bakery = draft_of_alice(shop), shop.cast.bakery
    where = begin(shop, marc)
    assert "Galette des rois" in page(marc.get(where))

    line = {"offer": "email", "item_id": item}
    composed = page(marc.post(f"{where}lignes", line, follow=True))
    for words in ("174,00", "126,00", "360,00", "Enregistrer et relire"):
        assert words in composed
    bad = marc.post(
        f"{where}conditions",
        {"payment_method": "card", "instalments": "3", "validity_days": "0"},
    )
    assert bad.status_code == 400
    assert "Au moins 1" in page(bad)
    live = page(marc.get(f"{where}echeancier", AGREED))
    assert "10 décembre 2026" in live
    assert "10 février 2027" in live
    kept = page(marc.post(f"{where}conditions", {**AGREED, "then": "send"}, follow=True))
    assert "Relire, puis envoyer" in kept
    nothing = marc.post(f"{begin(shop, marc)}envoyer")
    assert nothing.status_code == 409
    assert "au moins une prestation" in page(nothing)
    preview = page(marc.get(f"{where}apercu"))
    assert "Comme convenu." in preview
    sent = page(marc.post(f"{where}envoyer", follow=True))

    assert "Proposition envoyée" in sent
    assert "attend sa réponse dans" in page(marc.get(begin(shop, marc)))
    assert Proposal.objects.earliest("pk").valid_until == date(2026, 12, 3)
    for shown in (preview, sent):
        for verb in ("Accepter", "Signer", "Payer"):
            assert f">{verb}" not in shown
    listed = page(marc.get(STAFF, {"state": "proposed", "mine": "on"}))
    assert "PR-2026-000001" in listed
    assert "PR-2026-000001" in page(marc.get(f"{STAFF}sans-reponse"))
    assert "PR-2026-000001" in page(marc.get(f"/gestion/clients/{bakery.reference}/"))
    lines = b"".join(marc.get(f"{STAFF}propositions.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "PR-2026-000001;C-000001;Boulangerie Nadia;Marc Essai;Envoyée;2026-11-23" in lines


def test_alice_finds_it_first_reads_it_and_accepts(desk: Desk, alice: Client) -> None:
    proposal = desk.sent(
        payment_method="debit", instalments=3, first_due_on=date(2026, 11, 23), message="Bonjour."
    )
    where = f"{CLIENT}{proposal.reference}/"
    assert "Répondez à notre proposition" in page(alice.get("/espace/"))
    read = page(alice.get(where))
    for words in ("Bonjour.", "7 décembre 2026", "Relire et accepter", "23 décembre 2026"):
        assert words in read
    asked = page(alice.get(f"{where}accepter"))
    for words in ("IBAN du compte", "mandat de prélèvement SEPA", "huit semaines", "version"):
        assert words in asked

    unread = alice.post(f"{where}accepter", {"request_uuid": "non"})
    assert unread.status_code == 400
    wrong = alice.post(
        f"{where}accepter", answer(proposal, iban="FR00", shown_first_due_on="2026-12-07")
    )
    assert wrong.status_code == 400
    assert "zone SEPA" in page(wrong)
    older = alice.post(f"{where}accepter", answer(proposal, shown_first_due_on="2026-12-06"))
    assert older.status_code == 409
    assert "relisez" in page(older)
    form = answer(proposal, shown_first_due_on="2026-12-07")
    done = alice.post(f"{where}accepter", form)
    again = alice.post(f"{where}accepter", form)

    order = Order.objects.get()
    assert done.status_code == again.status_code == 302
    assert order.reference in done.headers["Location"] == again.headers["Location"]
    assert "Vous l’avez acceptée" in page(alice.get(where))
    assert order.reference in page(alice.get(CLIENT))


def test_nobody_else_answers(desk: Desk, alice: Client, marc: Client) -> None:
    """Marc's post to the client's address is turned away, and writes nothing."""
    proposal = desk.sent()
    where, cast = f"{CLIENT}{proposal.reference}/", desk.shop.cast
    before = JournalEntry.objects.count()
    form = answer(proposal, shown_first_due_on="")

    for staff in cast.staff:
        for verb in ("accepter", "refuser", "redemander"):
            sent = logged_in(staff).post(f"{where}{verb}", {**form, "reason": "Non"})
            assert sent.headers["Location"] == "/gestion/"
    charlie, vera = logged_in(cast.charlie), logged_in(cast.vera)
    for verb in ("", "accepter", "refuser", "proposition.pdf"):
        assert charlie.get(f"{where}{verb}").status_code == 404
    assert charlie.post(f"{where}accepter", form).status_code == 404
    assert vera.post(f"{where}accepter", form).status_code == 403
    assert "Relire et accepter" not in page(vera.get(where))
    assert "propriétaire ou un éditeur" in page(vera.get(where))

    assert JournalEntry.objects.count() == before
    assert not Order.objects.exists()
    assert alice.get(f"{CLIENT}{desk.draft().reference}/").status_code == 404


def test_alice_refuses_with_her_reason(desk: Desk, alice: Client, marc: Client) -> None:
    proposal = desk.sent()
    where = f"{CLIENT}{proposal.reference}/"
    assert alice.post(f"{where}refuser", {"reason": ""}).status_code == 400

    shown = page(alice.post(f"{where}refuser", {"reason": "Trop tard."}, follow=True))

    assert "Vous l’avez refusée" in shown
    assert "Trop tard." in page(marc.get(f"{STAFF}{proposal.reference}/"))
    assert alice.get(f"{where}accepter").status_code == 302


def test_an_expired_one_says_what_to_do(
    desk: Desk, alice: Client, marc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = desk.sent()
    monkeypatch.setattr(clock, "_system_now", lambda: NOON + timedelta(days=31))
    where = f"{CLIENT}{proposal.reference}/"
    shown = page(alice.get(where))
    assert "Cette proposition a expiré" in shown
    assert "Relire et accepter" not in shown

    asked = page(alice.post(f"{where}redemander", follow=True))

    assert "Demande envoyée" in asked
    assert Notice.objects.filter(to_email="marc@example.org").count() == 1
    assert proposal.reference in page(marc.get(f"{STAFF}a-jour"))
    revised = page(marc.post(f"{STAFF}{proposal.reference}/reviser", follow=True))
    assert "Elle remplacera" in revised


def test_the_pdf_is_made_once_and_is_the_client_s(desk: Desk, alice: Client) -> None:
    proposal = desk.sent(
        payment_method="cheque",
        instalments=2,
        first_due_on=date(2026, 12, 10),
        message="Bonjour #strong[*toi*] $x$",
        purchase_reference="BC-77",
    )
    where = f"{CLIENT}{proposal.reference}/proposition.pdf"
    assert alice.get(where).status_code == 404

    made, again = make_pdf(proposal.pk), make_pdf(proposal.pk)

    assert made.pdf_path == again.pdf_path
    content = b"".join(alice.get(where).streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"%PDF-")
    assert len(content) == made.pdf_size
    assert not make_pdf(desk.draft().pk).pdf_path


def test_new_terms_are_said_before_they_are_accepted(
    desk: Desk, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = desk.sent(validity_days=60)
    monkeypatch.setattr(clock, "_system_now", lambda: NOON + timedelta(days=45))

    for place in ("", "accepter"):
        shown = page(alice.get(f"{CLIENT}{proposal.reference}/{place}"))
        assert "De nouvelles conditions sont en vigueur" in shown
