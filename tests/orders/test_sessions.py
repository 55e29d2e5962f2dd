"""Who composed the criteria together is copied into the order that is placed from them."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.orders.order_form import PaymentWords, render_order_form
from marketingconnect.orders.queries import sessions_in_words, sessions_of
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saving import keep_target
from marketingconnect.targeting.sessions.models import LiveParticipant, LiveSession, Side
from marketingconnect.targeting.sessions.services import (
    Person,
    end_session,
    start_session,
    take_seat,
)
from tests.cast import logged_in
from tests.offers.list_rental.factories import criteria
from tests.orders.test_order_form import squeezed
from tests.sale import NOON, Shop
from tests.web.reading import page

pytestmark = pytest.mark.django_db
TOGETHER = (
    "en séance le lundi 23 novembre 2026, par Alice Essai (client) et Marc Essai (conseiller)"
)


def target_of(shop: Shop) -> SavedTarget:
    return keep_target(
        company_id=shop.cast.bakery.pk,
        name="Voisins",
        criteria=criteria(),
        user_id=shop.cast.alice.pk,
        actor=Actor.user(shop.cast.alice.pk, "Alice"),
        now=NOON,
    )


def sat(shop: Shop, target: SavedTarget, *, with_advisor: bool = True) -> LiveSession:
    alice = Person(shop.cast.alice.pk, "Alice Essai", Side.CLIENT)
    marc = Person(shop.cast.marc.pk, "Marc Essai", Side.ADVISOR)
    actor = Actor.user(alice.user_id, alice.name)
    session = start_session(
        target_id=target.pk, company_id=target.company_id, person=alice, actor=actor, now=NOON
    )
    people = (alice, marc) if with_advisor else (alice,)
    for late, person in enumerate(people):
        at = NOON + timedelta(minutes=late)
        take_seat(session.pk, person=person, actor=actor, now=at)
    return session


def test_the_names_are_copied_printed_shown_and_journaled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    target = target_of(shop)
    session = sat(shop, target)
    order = shop.order(method="transfer", criteria=target.criteria)
    LiveParticipant.objects.filter(session=session).update(name="Renommé depuis")

    assert sessions_in_words(order) == [TOGETHER]
    entry = JournalEntry.objects.get(action="order.accepted")
    assert entry.after
    assert entry.after["sessions"] == sessions_of(order)
    pdf = PdfReader(io.BytesIO(render_order_form(order, PaymentWords("Virement", "Par virement."))))
    assert squeezed(TOGETHER) in squeezed(pdf.pages[0].extract_text())
    cast = shop.cast
    for reader, address in (
        (cast.alice, reverse("client_area:order", args=[order.reference])),
        (cast.ines, reverse("back_office:contract", args=[order.reference])),
    ):
        assert TOGETHER in page(logged_in(reader).get(address))


def test_an_order_from_elsewhere_names_nobody(shop: Shop) -> None:
    target = target_of(shop)
    alone = sat(shop, target, with_advisor=False)
    assert sessions_of(shop.order(criteria=target.criteria)) == []

    marc = Person(shop.cast.marc.pk, "Marc Essai", Side.ADVISOR)
    actor = Actor.staff(marc.user_id, marc.name)
    take_seat(alone.pk, person=marc, actor=actor, now=NOON)
    other = {**target.criteria, "population": "professionals"}
    assert sessions_of(shop.order(criteria=other)) == []
    assert sessions_of(shop.order()) == []
    assert len(sessions_of(shop.order(criteria=target.criteria))) == 1

    end_session(alone.pk, person=marc, actor=actor, now=NOON)
    SavedTarget.objects.update(changed_at=NOON + timedelta(seconds=1))
    assert sessions_of(shop.order(criteria=target.criteria)) == []
