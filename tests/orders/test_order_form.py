"""The order form as a document to sign."""

import io
import re
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from marketingconnect.kernel.money import Money
from marketingconnect.orders.order_form import PaymentWords, render_order_form
from marketingconnect.terms.laid_out import blocks_of
from marketingconnect.terms.texts import published_texts
from tests.sale import Shop

pytestmark = pytest.mark.django_db
SCHEDULE = [(date(2026, 12, 1), Money(120_00)), (date(2027, 1, 1), Money(240_00))]
PAYMENT = PaymentWords("Virement", "Virement sur le compte d’essai.", SCHEDULE)


def squeezed(text: str) -> str:
    """Letters and digits alone: lines of a page break, and hyphenate, where they like."""
    return re.sub(r"\W", "", text.replace("ﬁ", "fi").replace("ﬀ", "ff").replace("ﬂ", "fl"))


def test_the_form_says_the_contract_and_annexes_the_whole_terms(shop: Shop) -> None:
    order = shop.order(method="transfer", options=("list.phone",), uses=2)
    type(order).objects.filter(pk=order.pk).update(purchase_reference="ACHAT 7")
    order.refresh_from_db()

    pdf = render_order_form(order, PAYMENT)

    reader = PdfReader(io.BytesIO(pdf))
    printed = squeezed(" ".join(page.extract_text() for page in reader.pages))
    for expected in (
        order.reference,
        "Boulangerie Nadia",
        "12 RUE DU FOUR",
        "ACHAT 7",
        "Portes ouvertes",
        "2 utilisations",
        str(Money(order.net_cents)),
        str(Money(order.vat_cents)),
        str(Money(order.total_cents)),
        "mardi 1er décembre 2026",
        "240,00 €",
        "Virement sur le compte d’essai.",
        order.terms.sha256,
        *order.acceptance.attestations,
        "lundi 23 novembre 2026 à 12:00",
        "alice@example.org",
    ):
        assert squeezed(expected) in printed, expected
    for block in blocks_of(order.terms.text):
        words = squeezed("".join(words for words, _ in block.runs))
        assert block.kind == "title" or words[:40] in printed, words
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]).startswith("fr")


def test_the_same_order_gives_the_same_bytes_and_another_schedule_others(shop: Shop) -> None:
    order = shop.order(method="transfer")

    again = [render_order_form(order, PAYMENT) for _ in range(2)]

    assert again[0] == again[1]
    assert render_order_form(order, PaymentWords("Virement", PAYMENT.sentence)) != again[0]


def test_no_word_of_the_terms_is_lost_when_they_are_laid_out() -> None:
    for published in published_texts():
        body = published.text.split("\n---\n", 1)[1]
        laid = "".join(words for block in blocks_of(published.text) for words, _ in block.runs)
        assert squeezed(laid) == squeezed(body)


def test_a_price_keeps_the_decimals_it_has(shop: Shop) -> None:
    order = shop.order(method="transfer")
    order.lines.filter(number=1).update(unit_price=Decimal("0.1225"))

    text = PdfReader(io.BytesIO(render_order_form(order, PAYMENT))).pages[0].extract_text()

    assert "0,1225" in text
