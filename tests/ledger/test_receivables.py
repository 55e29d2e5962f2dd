"""What is late, what it costs, how old it is: all sums of the ledger on a day."""

from datetime import date, timedelta

import pytest

from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import balances_of_clients
from marketingconnect.ledger.receivables import ageing_balance, late_charges, overdue_documents
from marketingconnect.ledger.rules.late_payment import Age
from marketingconnect.ledger.services import reverse
from marketingconnect.ledger.states import Role
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast
from tests.ledger.books import NOON, credit, receive, sell

pytestmark = pytest.mark.django_db
SOLD, DUE = date(2026, 8, 1), date(2026, 8, 31)


@pytest.fixture(autouse=True)
def _law(db: None) -> None:
    ensure_terms_published(NOON)


def late(on: date) -> list[tuple[str, int, int, int, int]]:
    return [
        (one.document, one.days, one.unpaid.cents, one.penalty.cents, one.indemnity.cents)
        for one in overdue_documents(on)
    ]


def test_a_document_is_late_the_day_after_its_due_date(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", SOLD, net=1000_00, due_on=DUE)

    assert late(DUE) == []
    # 1 200 x 12.15 % / 365 = 0.39945…
    assert late(DUE + timedelta(1)) == [("FA-1", 1, 1200_00, 40, 40_00)]
    [one] = overdue_documents(DUE + timedelta(30), company_id=cast.bakery.pk)
    assert (one.company, one.total) == (cast.bakery, Money(1200_00 + 11_98 + 40_00))
    assert overdue_documents(DUE + timedelta(30), company_id=cast.garage.pk) == []


def test_money_counts_from_the_day_it_came(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", SOLD, net=1000_00, due_on=DUE)
    receive(cast.bakery, "FA-1", DUE + timedelta(10), 1200_00)

    assert late(DUE + timedelta(9)) == [("FA-1", 9, 1200_00, 3_60, 40_00)]
    assert late(DUE + timedelta(10)) == []
    charges = late_charges(cast.bakery.pk, "FA-1", DUE + timedelta(60))
    assert charges == (Money(3_99), Money(40_00))
    assert late_charges(cast.bakery.pk, "BC-1", DUE) == (Money.zero, Money.zero)


def test_what_a_credit_note_takes_back_never_bore_penalties(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", SOLD, net=1000_00, due_on=DUE)
    credit(cast.bakery, "FA-1", DUE + timedelta(20), 500_00)

    # 600 x 12.15 % x 30 / 365 = 5.99178…
    assert late(DUE + timedelta(30)) == [("FA-1", 30, 600_00, 5_99, 40_00)]


def test_an_unpaid_cheque_makes_a_document_late_again(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", SOLD, net=1000_00, due_on=DUE)
    receive(cast.bakery, "FA-1", DUE, 1200_00, source="payment:7")
    back = DUE + timedelta(8)
    reverse("payment:7", cause="payment:7:unpaid", day=back, label="Impayé", at=NOON)

    assert late(back - timedelta(1)) == []
    # A cheque that comes back was never a payment: penalties run from the due date.
    assert late(back + timedelta(2)) == [("FA-1", 10, 1200_00, 3_99, 40_00)]


def test_an_instalment_is_late_by_its_own_date(cast: Cast) -> None:
    second, third = DUE + timedelta(30), DUE + timedelta(60)
    plan = ((DUE, Money(400_00)), (second, Money(400_00)), (third, Money(400_00)))
    sell(cast.bakery, "FA-1", SOLD, net=1000_00, schedule=plan)
    receive(cast.bakery, "FA-1", DUE, 500_00)

    assert late(second) == []
    # 300 x 12.15 % x 10 / 365 = 0.99863…
    assert late(second + timedelta(10)) == [("FA-1", 10, 300_00, 1_00, 40_00)]
    # 300 for 40 days, 400 more for the last 10: 3.99 and 1.33.
    assert late(third + timedelta(10)) == [("FA-1", 40, 700_00, 5_33, 40_00)]
    [bakery] = ageing_balance(third + timedelta(10))
    assert [bakery.by_age[one].cents for one in Age] == [0, 400_00, 300_00, 0, 0]
    [bakery] = ageing_balance(DUE)
    assert [bakery.by_age[one].cents for one in Age] == [700_00, 0, 0, 0, 0]


def test_a_document_of_penalties_bears_none(cast: Cast) -> None:
    sell(cast.bakery, "FA-1", SOLD, net=1000_00, due_on=DUE, income=Role.PENALTIES)

    assert late(DUE + timedelta(30)) == [("FA-1", 30, 1200_00, 0, 0)]
    assert late_charges(cast.bakery.pk, "FA-1", DUE + timedelta(9)) == (Money.zero, Money.zero)


def test_the_ageing_balance_adds_up_to_what_clients_owe(cast: Cast) -> None:
    on = date(2026, 11, 23)
    for number, days in enumerate((-1, 0, 1, 30, 31, 60, 61, 90, 91)):
        sell(cast.bakery, f"FA-{number}", SOLD, net=10_00, due_on=on - timedelta(days))
    sell(cast.garage, "FA-20", SOLD, net=10_00, due_on=on)
    receive(cast.garage, "FA-20", SOLD, 20_00)
    sell(cast.garage, "FA-21", on + timedelta(1), net=10_00)

    bakery, garage = ageing_balance(on)

    assert [bakery.by_age[one].cents for one in Age] == [24_00, 24_00, 24_00, 24_00, 12_00]
    assert bakery.total == balances_of_clients()[cast.bakery.pk] == Money(9 * 12_00)
    assert (garage.credit, garage.total) == (Money(-8_00), Money(-8_00))
    assert [one.company for one in ageing_balance(SOLD - timedelta(1))] == []
