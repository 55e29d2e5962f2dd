"""The pages of basket, checkout, orders and invoices, as a browser without JavaScript sees them."""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.cart.models import CartLine
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import make_pdf
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import receive_signed
from marketingconnect.payments.models import Payment, PaymentAttempt, WebhookEvent
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod
from tests.cast import logged_in
from tests.contracts.card_providers import SECRET, Ear, post_form, sandbox_provider
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


@pytest.fixture(scope="module")
def bank_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real sandbox bank; its callbacks are played by the tests themselves."""
    nobody = Ear(url="http://127.0.0.1:9/rappel")
    with sandbox_provider(tmp_path_factory.mktemp("bank"), nobody) as provider:
        yield provider.address


@pytest.fixture
def bank(settings: LazySettings, bank_address: str) -> str:
    settings.CARD_GATEWAY = "sandbox"
    settings.BANK_URL = bank_address
    settings.BANK_SECRET = SECRET
    return bank_address


def agreement(page: "object", **changes: str) -> dict[str, str]:
    """The checkout form as shown, every box ticked."""
    form = page.context["form"]  # type: ignore[attr-defined]
    hidden = ("request_uuid", "terms_sha256", "shown_total_cents")
    values = {name: str(form[name].value()) for name in hidden}
    ticked = {"accept_terms": "on", "attest_own_file_lawful": "on", "attest_content_mine": "on"}
    return {**values, **ticked, "payment_method": "transfer", **changes}


def paid_order(shop: Shop) -> Order:
    now = clock.now()
    order = shop.order(method="transfer", now=now)
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(360_00),
        reference=f"VIR {order.pk}",
        payer="",
        received_on=clock.paris_date(now),
        actor=CLERK,
        now=now,
    )
    validate_offline(payment.pk, validated_on=clock.paris_date(now), actor=CLERK, now=now)
    order.refresh_from_db()
    return order


def signed(order: Order) -> Order:
    """Its form was signed: it may be paid."""
    return receive_signed(order.pk, form_signed_at=clock.now(), actor=CLERK, at=clock.now())


def test_an_empty_basket_says_what_to_do(alice: Client) -> None:
    page = alice.get(reverse("client_area:cart"))

    assert page.status_code == 200
    assert "Votre panier est vide" in page.text


def test_the_basket_shows_the_minimum_line_and_its_article(shop: Shop, alice: Client) -> None:
    shop.fill_cart()

    page = alice.get(reverse("client_area:cart")).text

    for expected in ("174,00", "126,00", "Complément au minimum", "II.1.b", "360,00", "Tarif"):
        assert expected in page or expected.lower() in page


def test_an_item_is_added_and_removed_by_plain_forms(shop: Shop, alice: Client) -> None:
    item = shop.offer.add(shop.cast.bakery)
    alice.post(reverse("client_area:cart_add"), {"offer": "email", "item_id": item})
    line = CartLine.objects.get()

    answer = alice.post(reverse("client_area:cart_remove", args=[line.pk]))

    assert answer.status_code == 302
    assert not CartLine.objects.exists()


def test_another_company_s_item_cannot_be_added(shop: Shop, alice: Client) -> None:
    item = shop.offer.add(shop.cast.garage)

    answer = alice.post(reverse("client_area:cart_add"), {"offer": "email", "item_id": item})

    assert answer.status_code == 404


def test_the_checkout_binds_the_agreement_and_places_the_order(shop: Shop, alice: Client) -> None:
    shop.fill_cart()
    page = alice.get(reverse("client_area:checkout"))

    answer = alice.post(
        reverse("client_area:checkout"), agreement(page, purchase_reference="ACHAT 7")
    )

    order = Order.objects.get()
    assert answer["Location"] == reverse("client_area:signing", args=[order.reference])
    assert order.purchase_reference == "ACHAT 7"
    assert order.acceptance.sha256 == order.terms.sha256
    shown = alice.get(reverse("client_area:order", args=[order.reference])).text
    assert "FR14\u00a02004" in shown
    assert "II.1.b" in shown


def test_the_same_checkout_form_twice_leads_to_the_same_order(shop: Shop, alice: Client) -> None:
    shop.fill_cart()
    form = agreement(alice.get(reverse("client_area:checkout")))

    answers = [alice.post(reverse("client_area:checkout"), form)["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert Order.objects.count() == 1


@pytest.mark.parametrize("box", ["accept_terms", "attest_own_file_lawful", "payment_method"])
def test_what_is_missing_is_said_by_the_field_and_what_was_typed_is_kept(
    shop: Shop, alice: Client, box: str
) -> None:
    shop.fill_cart()
    form = agreement(alice.get(reverse("client_area:checkout")), purchase_reference="ACHAT 7")
    del form[box]

    answer = alice.post(reverse("client_area:checkout"), form)

    assert answer.status_code == 400
    assert answer.context["form"].errors[box]
    assert "ACHAT 7" in answer.text
    assert not Order.objects.exists()


def test_prices_changed_since_shown_are_409_with_the_new_total(shop: Shop, alice: Client) -> None:
    item = shop.fill_cart()
    form = agreement(alice.get(reverse("client_area:checkout")), purchase_reference="ACHAT 7")
    shop.offer.change(item, quantity=100_000)

    answer = alice.post(reverse("client_area:checkout"), form)

    assert answer.status_code == 409
    assert "1\u202f020,00\u00a0€" in answer.text
    assert "ACHAT 7" in answer.text
    assert not Order.objects.exists()


def test_a_changed_version_of_the_terms_is_409(shop: Shop, alice: Client) -> None:
    shop.fill_cart()
    form = agreement(alice.get(reverse("client_area:checkout")), terms_sha256="0" * 64)

    assert alice.post(reverse("client_area:checkout"), form).status_code == 409


@pytest.mark.parametrize("who", ["vera", "marc"])
def test_viewers_and_staff_do_not_reach_the_checkout(shop: Shop, who: str) -> None:
    shop.fill_cart()
    page = logged_in(getattr(shop.cast, who)).get(reverse("client_area:checkout"))

    assert page.status_code in {302, 403}
    assert not Order.objects.exists()


def test_charlie_gets_404_for_everything_of_the_bakery(shop: Shop) -> None:
    order = paid_order(shop)
    invoice = make_pdf(Invoice.objects.get().pk, now=clock.now())
    shop.fill_cart()
    line = CartLine.objects.get()
    charlie, key = logged_in(shop.cast.charlie), uuid.uuid4()

    pages = [
        reverse("client_area:order", args=[order.reference]),
        reverse("client_area:order_state", args=[order.reference]),
        reverse("client_area:card_fields", args=[order.reference, key]),
        reverse("client_area:payment_return", args=[order.reference, key]),
        reverse("client_area:invoice_pdf", args=[invoice.number]),
    ]
    posts = [
        reverse("client_area:pay", args=[order.reference]),
        reverse("client_area:payment_method", args=[order.reference]),
        reverse("client_area:cart_remove", args=[line.pk]),
    ]

    assert {charlie.get(page).status_code for page in pages} == {404}
    assert {charlie.post(page).status_code for page in posts} == {404}


def test_orders_and_invoices_are_listed_and_the_pdf_downloads(shop: Shop, alice: Client) -> None:
    order = paid_order(shop)
    invoice = make_pdf(Invoice.objects.get().pk, now=clock.now())

    assert order.reference in alice.get(reverse("client_area:orders")).text
    assert invoice.number in alice.get(reverse("client_area:invoices")).text
    answer = alice.get(reverse("client_area:invoice_pdf", args=[invoice.number]))
    content = answer.getvalue()
    assert answer["Content-Type"] == "application/pdf"
    assert hashlib.sha256(content).hexdigest() == invoice.pdf_sha256


def test_an_invoice_not_printed_yet_is_not_found(shop: Shop, alice: Client) -> None:
    paid_order(shop)

    number = Invoice.objects.get().number
    assert alice.get(reverse("client_area:invoice_pdf", args=[number])).status_code == 404
    assert "En préparation" in alice.get(reverse("client_area:invoices")).text


def test_an_order_says_what_is_missing(shop: Shop, alice: Client) -> None:
    order = paid_order(shop)
    shop.offer.change(1, lacks=("proof",))

    page = alice.get(reverse("client_area:order", args=[order.reference])).text

    assert "Il manque : proof." in page
    assert "Règlement validé par la comptabilité" in page


def test_a_card_is_paid_at_the_bank_and_the_return_asks_it(
    shop: Shop, alice: Client, bank: str
) -> None:
    shop.fill_cart()
    page = alice.get(reverse("client_area:checkout"))
    alice.post(reverse("client_area:checkout"), agreement(page, payment_method="card"))
    order = signed(Order.objects.get())
    page = alice.get(reverse("client_area:signing", args=[order.reference]))
    assert bank in page["Content-Security-Policy"]

    answer = alice.post(reverse("client_area:pay", args=[order.reference]))

    attempt = PaymentAttempt.objects.get()
    assert answer["Location"] == attempt.page_url
    post_form(attempt.page_url, scenario="no_answer", truth="succeeded")
    back = alice.get(reverse("client_area:payment_return", args=[order.reference, attempt.key]))
    assert "Validée" in alice.get(back["Location"]).text
    assert Payment.objects.get().cents == 360_00


def test_coming_back_without_paying_validates_nothing(shop: Shop, alice: Client, bank: str) -> None:
    order = signed(shop.order(now=clock.now()))
    alice.post(reverse("client_area:pay", args=[order.reference]))
    attempt = PaymentAttempt.objects.get()

    back = alice.get(reverse("client_area:payment_return", args=[order.reference, attempt.key]))

    assert "Reprendre le paiement" in alice.get(back["Location"]).text
    assert not Payment.objects.exists()


def test_a_refused_card_proposes_another_card_or_a_transfer(
    shop: Shop, alice: Client, bank: str
) -> None:
    order = signed(shop.order(now=clock.now()))
    alice.post(reverse("client_area:pay", args=[order.reference]))
    attempt = PaymentAttempt.objects.get()
    post_form(attempt.page_url, scenario="refused", reason="insufficient_funds")
    alice.get(reverse("client_area:payment_return", args=[order.reference, attempt.key]))

    page = alice.get(reverse("client_area:order", args=[order.reference])).text

    for expected in ("provision", "Essayer une autre carte", "Payer par virement"):
        assert expected in page
    other = reverse("client_area:payment_method", args=[order.reference])
    alice.post(other, {"method": "transfer"})
    order.refresh_from_db()
    assert order.payment_method == "transfer"


def test_a_silent_bank_is_said_and_nothing_is_guessed(
    shop: Shop, alice: Client, settings: LazySettings
) -> None:
    settings.BANK_URL, settings.BANK_SECRET = "http://127.0.0.1:9", SECRET
    order = signed(shop.order(now=clock.now()))

    alice.post(reverse("client_area:pay", args=[order.reference]))

    page = alice.get(reverse("client_area:order", args=[order.reference])).text
    assert "Nous interrogeons la banque" in page
    assert PaymentAttempt.objects.get().state == "unknown"


def event(attempt: PaymentAttempt, **changes: object) -> bytes:
    payment = {
        "id": attempt.provider_ref,
        "status": "succeeded",
        "amount_cents": attempt.cents,
        "idempotency_key": str(attempt.key),
        "refusal": None,
        **changes,
    }
    content = {"id": "evt_1", "type": "payment.succeeded", "data": {"payment": payment}}
    return json.dumps(content).encode()


def call_back(body: bytes, *, secret: str = SECRET, age: int = 0) -> int:
    stamp = int(time.time()) - age
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return (
        Client(enforce_csrf_checks=True)
        .post(
            reverse("webhooks:sandbox"),
            body,
            content_type="application/json",
            headers={"Sandbox-Bank-Signature": f"t={stamp},v1={mac}"},
        )
        .status_code
    )


@pytest.fixture
def attempt(shop: Shop, alice: Client, bank: str) -> PaymentAttempt:
    order = signed(shop.order(now=clock.now()))
    alice.post(reverse("client_area:pay", args=[order.reference]))
    return PaymentAttempt.objects.select_related("order").get()


def test_a_genuine_callback_pays_once_however_often_it_comes(attempt: PaymentAttempt) -> None:
    body = event(attempt)

    assert [call_back(body) for _ in range(3)] == [200, 200, 200]

    assert Payment.objects.count() == 1
    assert Invoice.objects.count() == 1
    assert WebhookEvent.objects.get().times_received == 3


@pytest.mark.parametrize("forgery", [{"secret": "wrong"}, {"age": 400}])
def test_a_forged_or_replayed_callback_changes_nothing_and_alerts(
    attempt: PaymentAttempt, forgery: dict[str, str | int]
) -> None:
    assert call_back(event(attempt), **forgery) == 400  # type: ignore[arg-type]

    assert not Payment.objects.exists()
    assert WebhookEvent.objects.get().verdict == "forged"
    assert JournalEntry.objects.filter(action="payment.webhook_forged").exists()


def test_a_callback_for_another_amount_changes_nothing_and_alerts(attempt: PaymentAttempt) -> None:
    assert call_back(event(attempt, amount_cents=1)) == 200

    assert not Payment.objects.exists()
    assert WebhookEvent.objects.get().verdict == "conflict"
    assert JournalEntry.objects.filter(action="payment.conflict").exists()


def test_an_enormous_callback_is_refused(bank: str, db: None) -> None:
    assert call_back(b"x" * 300_000) == 413


def test_stripe_s_domain_is_allowed_on_its_page_alone(
    shop: Shop, alice: Client, attempt: PaymentAttempt, settings: LazySettings
) -> None:
    PaymentAttempt.objects.update(page_url="", client_secret="pi_1_secret_2")
    settings.CARD_GATEWAY = "stripe"
    page = alice.get(
        reverse("client_area:card_fields", args=[attempt.order.reference, attempt.key])
    )
    other = alice.get(reverse("client_area:order", args=[attempt.order.reference]))

    assert "https://js.stripe.com" in page["Content-Security-Policy"]
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert "stripe" not in other["Content-Security-Policy"]


def test_templates_hold_no_inline_script_or_style() -> None:
    folder = Path("marketingconnect/web/client_area/templates/client_area/orders")

    for template in folder.glob("*.html"):
        text = template.read_text()
        assert " style=" not in text, template
        assert " onclick=" not in text, template
