"""Signing in the client area, as a browser without JavaScript sees it."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.cart.models import CartLine
from marketingconnect.notices.texting import caught_texts
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.services import propose_mandate
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.services import retry_pending
from marketingconnect.signature.states import SignatureState
from tests.cast import logged_in
from tests.payments.test_credit import credit, paid_invoice
from tests.sale import CLERK, Shop
from tests.signature.desk import wrong
from tests.web.client_area.test_orders import agreement

pytestmark = pytest.mark.django_db
SIGNER = {
    "first_name": "Alice",
    "last_name": "Essai",
    "position": "Gérante",
    "email": "alice@example.org",
    "mobile": "06 39 98 00 12",
}


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


@pytest.fixture
def order(shop: Shop, signing: Path) -> Order:
    return shop.order(method="transfer", now=clock.now())


def page_of(browser: Client, order: Order) -> Any:
    return browser.get(reverse("client_area:signing", args=[order.reference]))


def act(browser: Client, step: str, order: Order, **fields: str) -> Any:
    """Post one step of the document that is to be signed now."""
    request = page_of(browser, order).context["page"].request
    address = reverse(f"client_area:signing_{step}", args=[order.reference, request.key])
    return browser.post(address, fields, follow=True)


def plain(text: str) -> str:
    """As one reads it: spaces that do not break are spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def code_in(texts: Path) -> str:
    found = re.search(r"\b\d{6}\b", caught_texts(texts)[0].body)
    assert found
    return found[0]


def sign(browser: Client, order: Order, texts: Path) -> Any:
    act(browser, "identity", order, **SIGNER)
    return act(browser, "confirm", order, code=code_in(texts))


def test_the_whole_path_from_the_page_to_the_signed_files(
    alice: Client, order: Order, signing: Path
) -> None:
    shown = page_of(alice, order)
    request = SignatureRequest.objects.get()
    terms = f"Version {order.terms.number}"
    for expected in (request.title, "Boulangerie Nadia", terms, "A.1.1", "Qui signe"):
        assert expected in shown.text
    assert request.signer_id == order.placed_by_id
    pdf = alice.get(reverse("client_area:signing_document", args=[order.reference, request.key]))
    assert pdf.getvalue().startswith(b"%PDF-")
    assert pdf["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in pdf["Content-Security-Policy"]

    asked = plain(act(alice, "identity", order, **SIGNER).text)
    for expected in (
        "06 •• •• •• 12",
        plain(request.wording),
        'autocomplete="one-time-code"',
        "5 essais restants",
        "Un autre code pourra être demandé dans",
    ):
        assert expected in asked, expected
    done = act(alice, "confirm", order, code=code_in(signing))

    order.refresh_from_db()
    assert order.state == OrderState.FIRM
    assert all(words in done.text for words in ("C’est signé", "Voir comment payer"))
    files = {
        name: alice.get(reverse(f"client_area:{name}", args=[order.reference, request.key]))
        for name in ("signed_document", "signature_evidence")
    }
    assert b"/ByteRange" in files["signed_document"].getvalue()
    proof = zipfile.ZipFile(io.BytesIO(files["signature_evidence"].getvalue()))
    assert "manifest.json" in proof.namelist()
    kinds = [event.kind for event in request.events.order_by("number")]
    assert kinds[:2] == ["proposed", "opened"]
    assert kinds[-2:] == ["downloaded", "downloaded"]
    event = request.events.get(kind="consent_given")
    assert (event.user, event.ip_address) == (order.placed_by, "127.0.0.1")


def test_checkout_leads_to_the_signature_then_to_the_bank(
    shop: Shop, alice: Client, signing: Path
) -> None:
    order = shop.order(method="card", now=clock.now())

    shown = alice.get(reverse("client_area:order", args=[order.reference])).text
    assert "Lire et signer" in shown
    assert "Essayer une autre carte" not in shown
    refused = alice.post(reverse("client_area:pay", args=[order.reference]))
    assert refused["Location"] == reverse("client_area:signing", args=[order.reference])

    assert "Payer par carte" in sign(alice, order, signing).text


def test_five_wrong_codes_and_the_right_one_no_longer_opens(
    alice: Client, order: Order, signing: Path
) -> None:
    act(alice, "identity", order, **SIGNER)
    code = code_in(signing)

    tries = [act(alice, "confirm", order, code=wrong(code)) for _ in range(5)]

    assert [answer.status_code for answer in tries] == [400] * 5
    assert "Il reste 4 essais." in tries[0].text
    last = act(alice, "confirm", order, code=code)
    assert last.status_code == 400
    assert "demandez un autre code" in last.text
    assert SignatureRequest.objects.get().state == SignatureState.CODE_SENT
    assert act(alice, "code", order).text.count("Un autre code pourra être demandé") >= 1


def test_only_the_designated_person_signs_and_others_read(
    shop: Shop, alice: Client, order: Order, signing: Path
) -> None:
    page_of(alice, order)
    act(alice, "identity", order, **SIGNER)
    request = SignatureRequest.objects.get()
    bob, vera, charlie, marc = (
        logged_in(person)
        for person in (shop.cast.bob, shop.cast.vera, shop.cast.charlie, shop.cast.marc)
    )
    confirm = reverse("client_area:signing_confirm", args=[order.reference, request.key])
    pdf = reverse("client_area:signing_document", args=[order.reference, request.key])
    code = {"code": code_in(signing)}

    shown = page_of(bob, order).text
    assert "Alice Essai" in shown
    assert "Votre code" not in shown
    answer = bob.post(confirm, code)
    assert answer.status_code == 400
    assert "Seule la personne désignée" in answer.text
    assert vera.post(confirm, code).status_code == 403
    assert vera.get(pdf).status_code == 200
    assert charlie.get(pdf).status_code == 404
    assert charlie.post(confirm, code).status_code == 404
    assert page_of(charlie, order).status_code == 404
    assert marc.post(confirm, code).status_code in {302, 403}
    request.refresh_from_db()
    assert request.state == SignatureState.CODE_SENT


def test_what_is_wrong_about_the_signer_is_said_beside_the_field(
    alice: Client, order: Order
) -> None:
    answer = act(alice, "identity", order, **{**SIGNER, "mobile": "01 99 00 12 34", "position": ""})

    assert answer.status_code == 400
    assert "Indiquez votre fonction" in answer.text
    answer = act(alice, "identity", order, **{**SIGNER, "mobile": "01 99 00 12 34"})
    assert "Indiquez un numéro de mobile" in answer.text


def test_a_refusal_is_kept_and_another_document_may_be_prepared(
    alice: Client, order: Order
) -> None:
    assert act(alice, "refuse", order, reason="").status_code == 400
    shown = act(alice, "refuse", order, reason="Le prix n’est pas le bon")

    assert "Le prix n’est pas le bon" in shown.text
    assert SignatureRequest.objects.get().state == SignatureState.REFUSED
    again = alice.post(reverse("client_area:signing_again", args=[order.reference]), follow=True)
    assert "Qui signe" in again.text
    assert SignatureRequest.objects.count() == 2


def test_a_code_that_cannot_leave_lets_an_order_on_line_be_paid_all_the_same(
    shop: Shop, alice: Client, signing: Path, settings: LazySettings
) -> None:
    order = shop.order(method="card", now=clock.now())
    settings.TEXT_GATEWAY = "none"

    shown = act(alice, "identity", order, **SIGNER)

    assert "Le code n’est pas parti" in shown.text
    assert "tient lieu de signature" in shown.text
    settings.BANK_URL, settings.BANK_SECRET = "http://127.0.0.1:9", "x"
    paid = alice.post(reverse("client_area:pay", args=[order.reference]))
    assert paid["Location"] == reverse("client_area:order", args=[order.reference])
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE)
    first = alice.post(reverse("client_area:pay", args=[order.reference]))
    assert first["Location"] == reverse("client_area:signing", args=[order.reference])


def test_what_waits_for_a_certificate_says_so_and_is_signed_later(
    alice: Client, order: Order, signing: Path, settings: LazySettings
) -> None:
    act(alice, "identity", order, **SIGNER)
    kept, settings.AUTHORITY_PASSPHRASE = settings.AUTHORITY_PASSPHRASE, "une autre"

    shown = act(alice, "confirm", order, code=code_in(signing))

    assert "il manque votre certificat" in shown.text
    assert 'hx-trigger="every 4s"' in shown.text
    settings.AUTHORITY_PASSPHRASE = kept
    retry_pending(clock.now())
    state = reverse("client_area:signing_state", args=[order.reference])
    assert "C’est signé" in alice.get(state).text


def test_form_then_mandate_one_code_each(alice: Client, order: Order, signing: Path) -> None:
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE, payment_method="debit")
    propose_mandate(
        order.company_id,
        iban="FR76 3000 6000 0112 3456 7890 189",
        debtor="Boulangerie Nadia",
        order_id=order.pk,
        actor=CLERK,
        now=clock.now(),
    )

    assert "Document 1 sur 2" in page_of(alice, order).text
    second = sign(alice, order, signing)

    assert "FR76\u00a03000" in second.text
    assert second.context["signer_form"].initial["position"] == "Gérante"
    waits = act(alice, "identity", order, **SIGNER)
    assert "Un autre code pourra être demandé dans" in waits.text
    assert DebitMandate.objects.get().state == "proposed"


def test_a_credit_note_pays_first_and_a_whole_one_leaves_nothing_to_sign(
    shop: Shop, alice: Client, signing: Path
) -> None:
    paid = paid_invoice(shop)
    page, address = checkout_of(shop, alice)
    assert "spend_credit" not in page.context["form"].fields
    credit(paid, 100_00, "claim:1")
    page, _ = checkout_of(shop, alice)
    assert "Utiliser mon avoir de 120,00 €" in plain(page.text)

    placed = alice.post(address, agreement(page, spend_credit="on"))

    order = Order.objects.latest("pk")
    assert placed["Location"] == reverse("client_area:signing", args=[order.reference])
    assert "Il reste à payer 240,00 €" in plain(sign(alice, order, signing).text)
    credit(paid, 300_00, "claim:2")
    page, _ = checkout_of(shop, alice)
    whole = alice.post(address, agreement(page, spend_credit="on"))
    order = Order.objects.latest("pk")
    assert order.state == OrderState.VALIDATED
    assert whole["Location"] == reverse("client_area:order", args=[order.reference])


def checkout_of(shop: Shop, browser: Client) -> tuple[Any, str]:
    """The checkout of a basket with one campaign, its address too."""
    address = reverse("client_area:checkout")
    CartLine.objects.all().delete()
    shop.fill_cart()
    return browser.get(address), address
