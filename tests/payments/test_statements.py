"""Statements are taken in once; what is exact is recorded, the rest waits for accounting."""

import tempfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.bank_files import DAY, Line, statement, written
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import EntryError, PaymentError, StatementError
from marketingconnect.payments.models import BankEntry, BankStatement, Payment
from marketingconnect.payments.reconciliation import entries_waiting
from marketingconnect.payments.rules import creditor_reference
from marketingconnect.payments.services import (
    assign_entry,
    import_statement,
    record_offline_receipt,
    set_entry_aside,
    validate_offline,
)
from marketingconnect.payments.services.statements import Imported
from marketingconnect.payments.states import EntryState, Match, PaymentMethod
from tests.payments.line_to_the_bank import LineToTheBank, actions, start
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer")


def bring(folder: Path, *lines: Line, **file: Any) -> Imported:
    path = written(folder, statement(*lines, **file))
    return import_statement(path, name=path.name, actor=CLERK, now=LATER)


def assign(entry: BankEntry, number: str) -> Payment:
    return assign_entry(entry.pk, number=number, actor=CLERK, now=LATER)


def typed(order: Order, cents: int, reference: str) -> Payment:
    return record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(cents),
        reference=reference,
        payer="",
        received_on=DAY,
        actor=CLERK,
        now=LATER,
    )


def test_an_exact_transfer_validates_its_order(order: Order, tmp_path: Path) -> None:
    imported = bring(tmp_path, Line(360_00, creditor_reference(order.reference), "B1"))

    order.refresh_from_db()
    payment = Payment.objects.get()
    assert imported.matches == {Match.EXACT: 1}
    assert order.state == OrderState.VALIDATED
    assert (payment.provider_ref, payment.payer) == ("B1", "BOULANGERIE NADIA")
    assert (payment.received_on, payment.validated_on) == (DAY, date(2026, 11, 26))
    assert Invoice.objects.count() == 1
    assert {"bank_entry.matched", "bank_statement.imported"} <= set(actions())
    assert not entries_waiting()


@pytest.mark.parametrize(
    ("cents", "match"), [(359_99, Match.PARTIAL), (360_00, Match.EXACT), (360_01, Match.OVERPAID)]
)
def test_one_cent_decides(order: Order, tmp_path: Path, cents: int, match: Match) -> None:
    imported = bring(tmp_path, Line(cents, order.reference, "B1"))

    assert imported.matches == {match: 1}
    assert Payment.objects.exists() is (match is Match.EXACT)
    assert BankEntry.objects.get().order == order


def test_the_amount_alone_is_only_probable(order: Order, tmp_path: Path) -> None:
    assert bring(tmp_path, Line(360_00, "merci", "B1")).matches == {Match.PROBABLE: 1}

    assert [entry.order for entry in entries_waiting()] == [order]


def test_an_amount_that_fits_two_orders_fits_none(shop: Shop, tmp_path: Path) -> None:
    shop.order(method="transfer")
    shop.order(method="transfer")

    assert bring(tmp_path, Line(360_00, "merci", "B1")).matches == {Match.UNMATCHED: 1}


def test_what_a_person_must_look_at_is_not_recorded(
    shop: Shop, bank: LineToTheBank, tmp_path: Path
) -> None:
    first, second = shop.order(method="transfer"), shop.order()
    start(second, shop)
    lines = [
        Line(360_00, f"{first.reference} {second.reference}", "TWO"),
        Line(360_00, first.reference, ""),
        Line(360_00, first.reference, "EARLY", day=DAY - timedelta(days=1)),
        Line(360_00, first.reference, "FUTURE", day=DAY + timedelta(days=4)),
        Line(360_00, second.reference, "CARD"),
    ]

    assert bring(tmp_path, *lines).matches == {Match.PROBABLE: 5}
    assert not Payment.objects.exists()


def test_a_statement_handed_in_again_changes_nothing(order: Order, tmp_path: Path) -> None:
    lines = [
        Line(360_00, order.reference, "B1"),
        Line(50_00, "loyer"),
        Line(50_00, "loyer"),
        Line(9_00, direction="DBIT"),
    ]
    first = bring(tmp_path, *lines)
    before = (actions(), list(BankEntry.objects.values()), list(Payment.objects.values()))

    again = bring(tmp_path, *lines)

    assert (sum(first.matches.values()), first.known, first.ignored) == (3, 0, 1)
    assert (sum(again.matches.values()), again.known, again.ignored) == (0, 3, 1)
    assert before == (actions(), list(BankEntry.objects.values()), list(Payment.objects.values()))
    assert BankStatement.objects.count() == 1


def test_a_notification_then_its_statement_record_once(order: Order, tmp_path: Path) -> None:
    line = Line(360_00, order.reference, "B1")

    bring(tmp_path, line, kind="camt.054", version="08")
    assert bring(tmp_path, line, Line(1_00, "autre", "B2")).known == 1

    assert Payment.objects.count() == 1


def test_the_same_reference_with_another_amount_waits(shop: Shop, tmp_path: Path) -> None:
    order, other = shop.order(method="transfer"), shop.order(method="transfer", quantity=90_000)
    bring(tmp_path, Line(360_00, order.reference, "B1"))

    assert other.total_cents != 360_00
    line = Line(other.total_cents, other.reference, "B1")
    assert bring(tmp_path, line).matches == {Match.PROBABLE: 1}
    assert bring(tmp_path, line).known == 1
    assert Payment.objects.count() == 1


def test_what_accounting_typed_first_is_not_recorded_again(order: Order, tmp_path: Path) -> None:
    typed(order, 360_00, "B1")

    assert bring(tmp_path, Line(360_00, order.reference, "B1")).matches == {Match.OVERPAID: 1}

    assert Payment.objects.count() == 1
    with pytest.raises(EntryError, match="n’attend plus"):
        assign(BankEntry.objects.get(), order.reference)


def test_a_partial_transfer_is_assigned_and_its_rest_is_exact(order: Order, tmp_path: Path) -> None:
    bring(tmp_path, Line(100_00, order.reference, "B1"))
    assign(BankEntry.objects.get(), order.reference)

    assert bring(tmp_path, Line(260_00, order.reference, "B2")).matches == {Match.EXACT: 1}

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert list(BankEntry.objects.values_list("state", flat=True)) == ["assigned", "matched"]


def test_a_movement_is_assigned_once_and_not_to_nothing(shop: Shop, tmp_path: Path) -> None:
    order, other = shop.order(method="transfer"), shop.order(method="transfer")
    bring(tmp_path, Line(360_00, "merci", "B1"))
    entry = BankEntry.objects.get()
    with pytest.raises(EntryError, match="Aucune commande"):
        assign(entry, "BC-2026-999999")

    assign(entry, creditor_reference(order.reference))

    for number in (order.reference, other.reference):
        with pytest.raises(EntryError):
            assign(entry, number)
    with pytest.raises(EntryError, match="déjà traité"):
        set_entry_aside(entry.pk, reason="erreur", actor=CLERK, now=LATER)
    assert Payment.objects.count() == 1


def test_setting_aside_asks_why_and_may_be_mended(order: Order, tmp_path: Path) -> None:
    bring(tmp_path, Line(360_00, "loyer", "B1"))
    entry = BankEntry.objects.get()
    with pytest.raises(EntryError, match="pourquoi"):
        set_entry_aside(entry.pk, reason=" ", actor=CLERK, now=LATER)

    set_entry_aside(entry.pk, reason="Loyer du voisin", actor=CLERK, now=LATER)
    assert not entries_waiting()
    assign(entry, order.reference)

    entry.refresh_from_db()
    assert entry.state == EntryState.ASSIGNED
    assert "bank_entry.set_aside" in actions()


def test_the_database_refuses_a_placed_transfer_without_its_payment(
    order: Order, tmp_path: Path
) -> None:
    bring(tmp_path, Line(1_00, "merci", "B1"))

    with pytest.raises(IntegrityError), transaction.atomic():
        BankEntry.objects.update(state=EntryState.ASSIGNED)


def test_a_statement_of_another_account_is_refused(order: Order, tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="FR7630006000011234567890189"):
        bring(tmp_path, Line(360_00, order.reference), iban="FR7630006000011234567890189")

    assert not BankStatement.objects.exists()


def test_a_file_broken_at_its_end_writes_nothing(order: Order, tmp_path: Path) -> None:
    text = statement(Line(360_00, order.reference, "B1"))[:-30]

    with pytest.raises(StatementError):
        import_statement(written(tmp_path, text), name="r.xml", actor=CLERK, now=LATER)

    assert not BankEntry.objects.exists()
    assert not Payment.objects.exists()


def test_the_command_says_what_it_did(order: Order, tmp_path: Path) -> None:
    path = written(tmp_path, statement(Line(36_00, order.reference, "B1"), Line(2_00, "", "B2")))
    output = StringIO()

    call_command("import_statement", str(path), stdout=output)

    assert "Nouveaux mouvements : 2 (partiel : 1, inconnu : 1)" in output.getvalue()
    with pytest.raises(CommandError, match="rien"):
        call_command("import_statement", str(tmp_path / "rien.xml"))
    with pytest.raises(CommandError, match="XML"):
        call_command("import_statement", str(written(tmp_path, "bonjour")))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["camt.053", "camt.054", "camt.053", "type", "assign", "aside"]),
        st.lists(st.integers(0, 6), min_size=1, max_size=7),
    ),
    min_size=1,
    max_size=9,
)


@pytest.fixture
def three_orders(shop: Shop) -> list[Order]:
    return [shop.order(method="transfer") for _ in range(3)]


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(acts=ACTS)
def test_no_interleaving_records_the_same_money_twice(
    three_orders: list[Order], acts: list[tuple[str, list[int]]]
) -> None:
    """Whatever is imported, repeated, typed, assigned or set aside, in any order."""
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        real = money_of(three_orders)
        for act, chosen in acts:
            perform(act, [real[place] for place in chosen], three_orders, Path(folder))

        by_reference = {line.reference: line.cents for line in real}
        payments = Payment.objects.all()
        recorded = [payment.provider_ref for payment in payments]
        assert len(recorded) == len(set(recorded))
        assert all(by_reference[payment.provider_ref] == payment.cents for payment in payments)
        placed = BankEntry.objects.filter(payment__isnull=False)
        assert placed.count() == placed.values("payment").distinct().count()
        assert BankEntry.objects.values("key").distinct().count() == BankEntry.objects.count()
        transaction.set_rollback(True)


def money_of(orders: list[Order]) -> list[Line]:
    """The transfers that really came; one client paid in two parts, another paid twice."""
    first, second, third = (order.reference for order in orders)
    return [
        Line(360_00, first, "R0"),
        Line(360_00, first, "R1"),
        Line(100_00, second, "R2"),
        Line(260_00, second, "R3"),
        Line(360_00, "merci", "R4"),
        Line(400_00, creditor_reference(third), "R5"),
        Line(360_00, f"{first} {third}", "R6"),
    ]


def perform(act: str, lines: list[Line], orders: list[Order], folder: Path) -> None:
    order = orders[len(lines) % 3]
    try:
        if act.startswith("camt"):
            bring(folder, *lines, kind=act)
        elif act == "type":
            payment = typed(order, lines[0].cents, lines[0].reference)
            validate_offline(payment.pk, validated_on=DAY, actor=CLERK, now=LATER)
        elif entry := BankEntry.objects.filter(key=lines[0].reference).first():
            if act == "assign":
                assign(entry, order.reference)
            else:
                set_entry_aside(entry.pk, reason="à voir", actor=CLERK, now=LATER)
    except PaymentError:
        return
