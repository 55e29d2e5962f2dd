"""Claims about messages that did not arrive, from the client's page to accounting's credit note."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.claims import guaranteed
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.states import GuaranteeState
from tests.cast import logged_in
from tests.claims.test_guarantees import Lots, figures, sent, sold
from tests.sale import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def lots() -> Iterator[Lots]:
    before = dict(guaranteed._sources)
    source = Lots()
    guaranteed.register(source)
    yield source
    guaranteed._sources.clear()
    guaranteed._sources.update(before)


@pytest.fixture
def alice(shop: Shop) -> Client:
    return logged_in(shop.cast.alice)


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


def opened(alice: Client, line_id: int) -> GuaranteeClaim:
    alice.post(reverse("client_area:guarantee_open", args=[line_id]))
    return GuaranteeClaim.objects.latest("pk")


def test_a_claim_above_its_threshold_goes_from_the_client_to_a_credit_note(
    shop: Shop, lots: Lots, alice: Client, ines: Client
) -> None:
    today = clock.today()
    line = sent(shop, lots, figures(1_101, sent_on=today))
    page = alice.get(reverse("client_area:guarantee_line", args=[line.pk])).text
    for told in ("1\u202f101", "10\u202f%", "15,15\u00a0€", "art.\u00a0B.3"):
        assert told in page.replace("\u202f%", "\u202f%").replace("\u00a0%", "\u202f%"), told

    claim = opened(alice, line.pk)
    theirs = reverse("client_area:guarantee", args=[claim.reference])
    ours = reverse("back_office:guarantee", args=[claim.reference])
    assert logged_in(shop.cast.charlie).get(theirs).status_code == 404
    assert "Lettre attendue" in ines.get(reverse("back_office:guarantees")).text
    assert alice.post(theirs, {"number": "", "posted_on": ""}).status_code == 400
    alice.post(theirs, {"number": "1A 234", "posted_on": today.isoformat()})
    assert "En examen" in alice.get(theirs).text
    assert "0,15" in ines.get(ours).text
    ines.post(reverse("back_office:guarantee_examine", args=[claim.reference]))
    ines.post(reverse("back_office:guarantee_credit", args=[claim.reference]))

    claim.refresh_from_db()
    assert claim.state == GuaranteeState.CREDITED
    assert claim.credit_note is not None
    for reader, address in ((alice, theirs), (ines, ours)):
        assert claim.credit_note.number in reader.get(address).text
    decided = ines.get(ours)
    assert not decided.context["differing"]
    # The decision keeps its figures, whatever they would be today.
    lots.lots[line.item_id or 0] = figures(1_204, sent_on=today)
    later = ines.get(ours)
    assert later.context["steps"] == decided.context["steps"]
    assert "diffèrent de ceux de la décision" in later.text
    assert "1\u202f204 non abouties" in later.text


def test_a_claim_without_a_letter_is_refused_with_its_article(
    shop: Shop, lots: Lots, alice: Client, ines: Client
) -> None:
    line = sent(shop, lots, figures(1_101, sent_on=clock.today()))
    claim = opened(alice, line.pk)

    ines.post(reverse("back_office:guarantee_examine", args=[claim.reference]))

    claim.refresh_from_db()
    assert claim.state == GuaranteeState.INADMISSIBLE
    page = alice.get(reverse("client_area:guarantee", args=[claim.reference])).text
    assert "lettre recommandée avec avis de réception" in page
    assert "art.\u00a0B.3" in page


def test_the_clients_own_addresses_are_said_not_to_be_guaranteed(
    shop: Shop, lots: Lots, alice: Client
) -> None:
    line = sold(shop)
    assert line.item_id is not None
    page = reverse("client_area:guarantee_line", args=[line.pk])

    for lot in (None, replace(figures(5_000, sent_on=clock.today()), is_rented=False)):
        if lot is not None:
            lots.lots[line.item_id] = lot
        text = alice.get(page).text
        assert "Pas de garantie sur votre propre fichier" in text
        assert "Ouvrir une réclamation" not in text
    assert logged_in(shop.cast.charlie).get(page).status_code == 404
    assert "RC-" not in alice.get(reverse("client_area:guarantees")).text
