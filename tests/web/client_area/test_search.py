"""One box finds anything of the company, and nothing of another."""

import pytest

from tests.cast import Cast, logged_in
from tests.offers.list_rental.conftest import renter
from tests.offers.list_rental.factories import Renter
from tests.web.reading import page
from tests.web.rented import delivered

__all__ = ["renter"]


def test_a_name_or_a_number_finds_its_page(renter: Renter, cast: Cast) -> None:
    delivery = delivered(renter)
    alice = logged_in(cast.alice)

    by_name = page(alice.get("/espace/recherche/?q=lyon"))
    assert f"/espace/campagnes/locations/{delivery.rental_id}/" in by_name
    by_number = page(alice.get(f"/espace/recherche/?q={delivery.reference.lower()}"))
    assert f"/espace/campagnes/locations/livraisons/{delivery.reference}/" in by_number
    order = delivery.rental.order_reference
    assert f"/espace/commandes/{order}/" in page(alice.get(f"/espace/recherche/?q={order}"))


def test_others_find_nothing_of_it(renter: Renter, cast: Cast) -> None:
    delivery = delivered(renter)

    shown = page(logged_in(cast.charlie).get(f"/espace/recherche/?q={delivery.reference}"))

    assert "Rien de ce nom" in shown


@pytest.mark.parametrize("words", ["", "   ", "x" * 200])
def test_no_words_find_nothing(words: str, cast: Cast) -> None:
    answer = logged_in(cast.alice).get("/espace/recherche/", {"q": words})

    assert answer.status_code == 200
    assert answer.context["groups"] == []
