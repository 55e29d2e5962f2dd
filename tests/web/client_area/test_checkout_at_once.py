"""The same checkout form, sent again before the first sending is answered."""

from datetime import date

import pytest
from django.urls import reverse

from marketingconnect.cart.queries import Cart, cart_of
from marketingconnect.orders.models import Order
from marketingconnect.web.client_area.orders.views import checkout
from tests.cast import logged_in
from tests.sale import Shop


@pytest.mark.django_db
def test_the_form_that_comes_while_the_same_is_served_leads_to_the_same_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one empties the basket just before this one reads it."""
    shop.fill_cart()
    alice, path = logged_in(shop.cast.alice), reverse("client_area:checkout")
    form = alice.get(path).context["form"]
    names = ("request_uuid", "terms_sha256", "shown_total_cents")
    boxes = ("accept_terms", "attest_own_file_lawful", "attest_content_mine")
    sent = {name: str(form[name].value()) for name in names} | dict.fromkeys(boxes, "on")
    sent["payment_method"] = "transfer"

    def read_late(company_id: int, today: date) -> Cart:
        monkeypatch.setattr(checkout, "cart_of", cart_of)
        alice.post(path, sent)
        return cart_of(company_id, today)

    monkeypatch.setattr(checkout, "cart_of", read_late)
    answer = alice.post(path, sent)

    place = reverse("client_area:signing", args=[Order.objects.get().reference])
    assert (answer.status_code, answer.headers["Location"]) == (302, place)
