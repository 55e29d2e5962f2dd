"""What a movement of the bank may pay: the reasons that speak for a document, and a search."""

from pathlib import Path

import pytest

from bench.bank_files import Line, statement, written
from marketingconnect import clock
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import Sale
from marketingconnect.payments.likeness import are_alike
from marketingconnect.payments.matching import Proposal, Why, best_of, dues_found, proposals_for
from marketingconnect.payments.models import BankEntry
from marketingconnect.payments.services import (
    agree_on_instalments,
    assign_entry,
    import_statement,
)
from marketingconnect.payments.states import Match
from tests.sale import CLERK, NOON, Shop

DAY = clock.paris_date(NOON)


@pytest.mark.parametrize(
    ("payer", "client", "alike"),
    [
        ("BOULANGERIE NADIA", "Boulangerie Nadia", True),
        ("SARL BOULANGERIE NADIA ET FILS", "Boulangerie Nadia", True),
        ("CREPERIE DE L ETOILE", "Crêperie de l’Étoile", True),
        ("NADIA", "Boulangerie Nadia", True),
        ("BOULANGERIE DUPRE", "Boulangerie Nadia", False),
        ("SARL", "Sarl", False),
        ("", "Boulangerie Nadia", False),
        ("A B C", "A B C", False),
    ],
)
def test_names_are_alike_when_every_word_of_the_shorter_stands_in_the_other(
    payer: str, client: str, alike: bool
) -> None:
    assert are_alike(payer, client) is alike
    assert are_alike(client, payer) is alike


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer")


def entry(folder: Path, *lines: Line) -> BankEntry:
    path = written(folder, statement(*lines))
    import_statement(path, name=path.name, actor=CLERK, now=NOON)
    return BankEntry.objects.latest("pk")


def proposed(one: BankEntry) -> list[Proposal]:
    return proposals_for([one], on=DAY)[one.pk]


@pytest.mark.django_db
def test_each_reason_speaks_for_a_document_and_the_likeliest_comes_first(
    shop: Shop, order: Order, tmp_path: Path
) -> None:
    other = shop.order(method="transfer")
    words = f"acompte {other.reference}"
    one = entry(tmp_path, Line(100_00, words, "B1", DAY, payer="BOULANGERIE DU FOUR"))

    first, *others = proposed(one)

    assert first.due.number == other.reference
    assert Why.NUMBER in first.reasons
    assert (first.left, first.excess) == (Money(260_00), Money.zero)
    assert best_of([first, *others]) == first
    assert all(Why.NUMBER not in each.reasons for each in others)


@pytest.mark.django_db
def test_two_documents_as_likely_leave_the_choice_to_a_person(
    shop: Shop, order: Order, tmp_path: Path
) -> None:
    shop.order(method="transfer")
    payer = shop.cast.bakery.legal_name.upper()
    one = entry(tmp_path, Line(360_00, "facture", "B1", DAY, payer=payer))

    found = proposed(one)

    assert {each.reasons for each in found} == {(Why.AMOUNT, Why.NAME)}
    assert best_of(found) is None


@pytest.mark.django_db
def test_a_name_alone_proposes_nothing_and_a_known_account_does(
    shop: Shop, order: Order, tmp_path: Path
) -> None:
    payer = shop.cast.bakery.legal_name.upper()
    one = entry(tmp_path, Line(12_00, "divers", "B1", DAY, payer=payer))
    assert [each.reasons for each in proposed(one)] == [(Why.NAME,)]
    assert best_of(proposed(one)) is None

    BankEntry.objects.update(counterparty_iban="FR7612345678901234567890123")
    assign_entry(one.pk, number=order.reference, actor=CLERK, now=NOON)
    later = entry(tmp_path, Line(20_00, "suite", "B2", DAY, payer="AUTRE NOM"))
    BankEntry.objects.update(counterparty_iban="FR7612345678901234567890123")
    later.refresh_from_db()

    best = best_of(proposed(later))
    assert best is not None
    assert (best.due.number, best.reasons) == (order.reference, (Why.ACCOUNT,))
    assert best.due.remaining == Money(348_00)


@pytest.mark.django_db
def test_an_instalment_paid_exactly_is_recorded_by_itself_also_once_the_order_started(
    shop: Shop, order: Order, tmp_path: Path
) -> None:
    """The first starts the order; another sum, or two at once, is left to a person."""
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE)
    agree_on_instalments(order.pk, count=3, first_on=DAY, actor=CLERK, now=NOON)

    def told(cents: int, reference: str) -> str:
        return entry(tmp_path, Line(cents, order.reference, reference, DAY)).match

    assert told(119_99, "B1") == Match.PARTIAL
    assert told(120_00, "B2") == Match.EXACT
    order.refresh_from_db()
    assert order.state == "validated"
    assert told(120_00, "B3") == Match.EXACT
    unnamed = entry(tmp_path, Line(120_00, "merci", "B4", DAY))
    assert [each.reasons for each in proposed(unnamed)] == [(Why.AMOUNT, Why.NAME)]
    assert told(120_01, "B5") == Match.OVERPAID
    assert told(120_00, "B6") == Match.EXACT
    assert told(120_00, "B7") == Match.OVERPAID


@pytest.mark.django_db
def test_documents_are_found_by_number_by_amount_and_by_client(shop: Shop, order: Order) -> None:
    def numbers(typed: str, amount: Money | None = None) -> list[str]:
        return [due.number for due in dues_found(typed, amount)]

    assert numbers(order.reference.lower()) == [order.reference]
    assert numbers("360", Money(360_00)) == [order.reference]
    assert numbers("359", Money(359_00)) == []
    assert numbers(shop.cast.bakery.reference) == [order.reference]
    assert numbers(shop.cast.bakery.legal_name.upper()) == [order.reference]
    assert numbers("personne") == []
