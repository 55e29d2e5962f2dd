"""The client answers when guarantees are asked of it, and says whether it may be cited."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect.audit.models import JournalEntry
from marketingconnect.contracts.errors import InvalidFieldsError, StaleContractError
from marketingconnect.contracts.models import ReferenceOpposition, SolvencyCheck
from marketingconnect.contracts.queries import guarantees_awaited, guarantees_offered
from marketingconnect.contracts.rules.solvency import answer_problems
from marketingconnect.contracts.services.solvency import (
    ask_guarantees,
    decline_performance,
    note_guarantees,
    note_silence,
    offer_guarantee,
)
from marketingconnect.contracts.states import SolvencyState
from marketingconnect.orders.models import Order
from tests.cast import logged_in
from tests.contracts.living import at, paid
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
ANSWER_BY = date(2026, 12, 4)


@pytest.fixture
def order(shop: Shop) -> Order:
    return paid(shop.order())


@pytest.fixture
def check(order: Order, shop: Shop) -> SolvencyCheck:
    return ask_guarantees(
        order.pk,
        guarantees=["deposit", "transfer"],
        reason="Deux impayés chez d’autres",
        answer_by=ANSWER_BY,
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )


def offered(
    check: SolvencyCheck, guarantee: str = "deposit", now: datetime = NOON
) -> SolvencyCheck:
    return offer_guarantee(
        check.pk, guarantee=guarantee, words="Virement du 2 décembre", actor=CLERK, now=now
    )


@pytest.mark.parametrize(
    ("guarantee", "words", "wrong"),
    [
        ("deposit", "demain", []),
        ("prepayment", "demain", ["guarantee"]),
        ("deposit", " ", ["words"]),
        ("", "", ["guarantee", "words"]),
    ],
)
def test_answer_problems(guarantee: str, words: str, wrong: list[str]) -> None:
    asked = ["deposit", "transfer"]

    assert list(answer_problems(guarantee=guarantee, asked=asked, words=words)) == wrong


def test_what_the_client_offers_waits_for_accounting_and_no_day_decides_alone(
    check: SolvencyCheck,
) -> None:
    assert list(guarantees_offered()) == []
    offered(check)

    after = ANSWER_BY + timedelta(days=1)
    assert list(guarantees_awaited(after)) == []
    assert list(guarantees_offered()) == [check]
    assert not note_silence(check.pk, now=at(after))
    note_guarantees(check.pk, provided=False, actor=CLERK, now=at(after))
    assert list(guarantees_offered()) == []
    assert offered(check, "transfer", at(after) + timedelta(hours=1)).offered == "transfer"
    assert list(guarantees_offered()) == [check]
    assert JournalEntry.objects.filter(action="solvency.offered").count() == 2
    decline_performance(check.pk, actor=CLERK, now=at(after))
    with pytest.raises(StaleContractError):
        offered(check)


def test_silence_counts_without_an_offer_and_another_guarantee_is_refused(
    check: SolvencyCheck,
) -> None:
    with pytest.raises(InvalidFieldsError):
        offered(check, "bank_guarantee")

    after = ANSWER_BY + timedelta(days=1)
    assert list(guarantees_awaited(ANSWER_BY)) == []
    assert list(guarantees_awaited(after)) == [check.pk]


def test_the_client_answers_on_its_order(check: SolvencyCheck, order: Order, shop: Shop) -> None:
    alice, address = logged_in(shop.cast.alice), _address(order)
    assert "Répondre" in alice.get(_order_page(order)).content.decode()
    assert "Dépôt de garantie" in alice.get(address).content.decode()

    missing = alice.post(address, {"guarantee": "deposit", "words": ""})
    assert missing.status_code == 400
    assert "comment et quand" in missing.content.decode()
    assert alice.post(address, {"guarantee": "deposit", "words": "Demain"}).status_code == 302
    assert "Vous avez annoncé" in alice.get(_order_page(order)).content.decode()
    ines = logged_in(shop.cast.ines)
    contract = ines.get(reverse("back_office:contract", args=[order.reference])).content.decode()
    assert "Annoncée par le client" in contract
    assert "Pas reçues" in contract
    assert "Garanties annoncées par des clients" in _text(ines, "/gestion/")
    assert order.reference in _text(ines, reverse("back_office:contracts"))


def test_the_client_may_refuse_and_nobody_else_answers(
    check: SolvencyCheck, order: Order, shop: Shop
) -> None:
    assert logged_in(shop.cast.charlie).get(_address(order)).status_code == 404

    logged_in(shop.cast.alice).post(_address(order), {"guarantee": "refuses"})

    check.refresh_from_db()
    assert check.state == SolvencyState.NOT_PROVIDED


def test_a_client_says_whether_it_may_be_cited(order: Order, shop: Shop) -> None:
    alice = logged_in(shop.cast.alice)
    conditions, cite = (
        reverse("client_area:account_terms"),
        reverse("client_area:account_reference"),
    )
    assert "Refuser d’être cité" in _text(alice, conditions)

    alice.post(cite, {"may_cite": "no"})
    alice.post(cite, {"may_cite": "no"})
    assert "Vous avez refusé d’être cité" in _text(alice, conditions)
    assert ReferenceOpposition.objects.filter(withdrawn_at=None).count() == 1

    alice.post(cite, {"may_cite": "yes"})
    assert "Refuser d’être cité" in _text(alice, conditions)
    actions = JournalEntry.objects.filter(action__startswith="reference.")
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "reference.opposed",
        "reference.allowed",
    ]


def _text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def _address(order: Order) -> str:
    return reverse("client_area:order_guarantees", args=[order.reference])


def _order_page(order: Order) -> str:
    return reverse("client_area:order", args=[order.reference])
