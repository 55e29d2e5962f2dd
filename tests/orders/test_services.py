from datetime import UTC, date, datetime

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.orders.errors import StaleStateError
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.queries import (
    lines_to_advance,
    missing_of,
    order_line_of,
    orders_awaiting_payment,
)
from marketingconnect.orders.services import (
    advance_line,
    change_payment_method,
    change_state,
    mark_paid,
    receive_signed,
    stop_line,
    withdraw_order,
)
from marketingconnect.orders.states import LineState, OrderState
from marketingconnect.orders.tasks import advance_waiting_lines
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def pay(order: Order) -> bool:
    return mark_paid(order, received_on=TODAY, validated_on=TODAY, actor=CLERK, at=NOON)


def line_of(order: Order) -> OrderLine:
    return order.lines.get(offer="email")


def test_references_count_by_year_without_gap(shop: Shop) -> None:
    years = [datetime(year, 6, 1, tzinfo=UTC) for year in (2026, 2026, 2027)]

    assert [shop.order(now=now).reference for now in years] == [
        "BC-2026-000001",
        "BC-2026-000002",
        "BC-2027-000001",
    ]


def test_paying_validates_once(shop: Shop) -> None:
    order = shop.order()

    assert pay(order)
    assert not pay(order)

    assert order.state == OrderState.VALIDATED
    assert JournalEntry.objects.filter(action="order.validated").count() == 1
    assert not orders_awaiting_payment().exists()


def test_a_change_that_someone_else_made_first_is_stale(shop: Shop) -> None:
    order = shop.order()
    mine = Order.objects.get(pk=order.pk)
    change_state(order, OrderState.CANCELLED, actor=CLERK, at=NOON, ended_at=NOON)

    with pytest.raises(StaleStateError):
        pay(mine)
    with pytest.raises(StaleStateError):
        change_payment_method(order.pk, method="cheque", actor=CLERK, at=NOON)

    assert JournalEntry.objects.filter(subject=f"order:{order.pk}").count() == 2


def test_a_state_out_of_the_table_is_refused(shop: Shop) -> None:
    with pytest.raises(StaleStateError):
        change_state(shop.order(), OrderState.EXECUTED, actor=CLERK, at=NOON)


def test_an_unpaid_order_launches_nothing(shop: Shop) -> None:
    line = line_of(shop.order())

    assert advance_line(line.pk, now=NOON) is LineState.TO_PREPARE
    assert shop.offer.items[1].launches == 0
    assert list(lines_to_advance()) == []


def test_what_lacks_nothing_is_launched_once(shop: Shop) -> None:
    order = shop.order()
    line = line_of(order)
    pay(order)

    states = [advance_line(line.pk, now=NOON) for _ in range(3)]

    assert states == [LineState.SCHEDULED] * 3
    assert shop.offer.items[1].launches == 1


def test_what_lacks_something_waits_and_says_what(shop: Shop) -> None:
    order = shop.order(lacks=("proof",))
    line = line_of(order)
    pay(order)

    assert advance_line(line.pk, now=NOON) is LineState.TO_PREPARE
    assert [one.code for one in missing_of(line_of(order))] == ["proof"]

    shop.offer.change(1, lacks=())
    assert advance_line(line.pk, now=NOON) is LineState.SCHEDULED


def test_an_order_follows_its_work_to_the_end(shop: Shop) -> None:
    order = shop.order()
    line = line_of(order)
    pay(order)
    seen = []
    for progress in ("waiting", "running", "done"):
        shop.offer.change(1, state=progress)
        advance_line(line.pk, now=NOON)
        order.refresh_from_db()
        seen.append(order.state)

    assert seen == [OrderState.VALIDATED, OrderState.IN_EXECUTION, OrderState.EXECUTED]
    assert (order.started_at, order.executed_at) == (NOON, NOON)
    assert list(lines_to_advance()) == []


def test_one_failing_line_does_not_hold_up_the_others(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = shop.order(), shop.order()
    for order in (broken, sound):
        pay(order)
    del shop.offer.items[1]

    advance_waiting_lines(timestamp=0)

    assert line_of(sound).state == LineState.SCHEDULED
    assert line_of(broken).state == LineState.TO_PREPARE
    assert "does not advance" in caplog.text


def test_an_item_names_its_line_until_it_is_stopped(shop: Shop) -> None:
    line = line_of(shop.order())

    assert order_line_of("email", 1) == line
    OrderLine.objects.filter(pk=line.pk).update(state=LineState.STOPPED)
    assert order_line_of("email", 1) is None


def test_a_line_is_stopped_once_with_its_reason(shop: Shop) -> None:
    line = line_of(shop.order())

    assert stop_line(line, actor=CLERK, reason="message refusé", at=NOON)
    assert not stop_line(line, actor=CLERK, reason="message refusé", at=NOON)

    entry = JournalEntry.objects.get(action="order_line.stopped")
    assert entry.after is not None
    assert entry.after["reason"] == "message refusé"


def test_an_offer_hears_of_the_validated_payment_before_anything_else(shop: Shop) -> None:
    order = shop.order(lacks=("message",))
    advance_line(line_of(order).pk, now=NOON)
    assert shop.offer.items[1].validated_on is None

    pay(order)
    advance_line(line_of(order).pk, now=NOON)

    assert shop.offer.items[1].validated_on == TODAY
    assert shop.offer.items[1].launches == 0


def sign(order: Order, **when: datetime) -> Order:
    return receive_signed(order.pk, actor=CLERK, at=NOON, **when)


def test_a_signed_order_form_makes_an_order_firm_once(shop: Shop) -> None:
    order = shop.order(method="cheque")

    assert sign(order, form_signed_at=NOON).state == OrderState.FIRM
    later = datetime(2026, 11, 24, tzinfo=UTC)
    assert sign(order, form_signed_at=later).form_signed_at == NOON

    acts = JournalEntry.objects.filter(subject=f"order:{order.pk}").order_by("position")
    assert [act.action for act in acts] == ["order.accepted", "order.signed", "order.firm"]


def test_a_debit_wants_the_form_and_the_mandate_in_any_order(shop: Shop) -> None:
    order = shop.order(method="transfer")
    Order.objects.filter(pk=order.pk).update(payment_method="debit")

    assert sign(order, mandate_signed_at=NOON).state == OrderState.ACCEPTED
    assert sign(order, form_signed_at=NOON).state == OrderState.FIRM


def test_a_client_gives_up_what_does_not_bind_it_yet(shop: Shop) -> None:
    loose, firm = shop.order(), shop.order(method="cheque")
    sign(firm, form_signed_at=NOON)

    assert withdraw_order(loose.pk, actor=CLERK, at=NOON).state == OrderState.CANCELLED
    assert line_of(loose).state == LineState.STOPPED
    with pytest.raises(StaleStateError, match="irrévocable"):
        withdraw_order(firm.pk, actor=CLERK, at=NOON)
    with pytest.raises(StaleStateError):
        sign(loose, form_signed_at=NOON)
