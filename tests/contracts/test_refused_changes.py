"""A change refused in time ends what runs, on the day it would have applied (CGV III.b)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.clock import paris_date
from marketingconnect.contracts import tasks
from marketingconnect.contracts.models import Termination
from marketingconnect.contracts.queries import orders_ended_by_refusals, orders_ending_with
from marketingconnect.contracts.rules.ending import Ground, ends_with_refusal
from marketingconnect.contracts.services.refused_changes import end_refused_order
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.terms.models import AnnouncedChange, ClientChange
from marketingconnect.terms.rules import Refusal, RefusalMeans
from marketingconnect.terms.services import record_refusal, tell_clients
from tests.contracts.living import at_work, paid
from tests.sale import CLERK, NOON, Shop

ENDS_ON = date(2027, 1, 1)
POSTED = date(2026, 12, 23)
REFUSED_AT = datetime(2026, 12, 28, 9, tzinfo=UTC)
LAST_EVENING = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)
"""Midnight in Paris."""


@pytest.mark.parametrize(
    ("state", "accepted_at", "today", "ends"),
    [
        (OrderState.VALIDATED, REFUSED_AT, ENDS_ON, True),
        (OrderState.VALIDATED, REFUSED_AT + timedelta(microseconds=1), ENDS_ON, False),
        (OrderState.IN_EXECUTION, NOON, ENDS_ON - timedelta(1), False),
        (OrderState.IN_EXECUTION, NOON, ENDS_ON, True),
        (OrderState.IN_EXECUTION, NOON, ENDS_ON + timedelta(9), True),
        (OrderState.SUSPENDED, NOON, ENDS_ON, True),
        (OrderState.FIRM, NOON, ENDS_ON, True),
        (OrderState.ACCEPTED, NOON, ENDS_ON, False),
        (OrderState.EXECUTED, NOON, ENDS_ON, False),
        (OrderState.TERMINATED, NOON, ENDS_ON, False),
    ],
)
def test_ends_with_refusal(
    state: OrderState, accepted_at: datetime, today: date, ends: bool
) -> None:
    found = ends_with_refusal(
        state=state,
        accepted_at=accepted_at,
        accepted_on=paris_date(accepted_at),
        refused_at=REFUSED_AT,
        ends_on=ENDS_ON,
        today=today,
    )

    assert found is ends


@pytest.mark.parametrize(("days", "ends"), [(-1, True), (0, False)])
def test_an_order_of_the_day_of_the_change_is_under_it(days: int, ends: bool) -> None:
    accepted_on = ENDS_ON + timedelta(days)

    assert ends is ends_with_refusal(
        state=OrderState.VALIDATED,
        accepted_at=NOON,
        accepted_on=accepted_on,
        refused_at=REFUSED_AT,
        ends_on=ENDS_ON,
        today=ENDS_ON + timedelta(9),
    )


@pytest.fixture
def order(shop: Shop) -> Order:
    return at_work(shop)


@pytest.fixture
def told(order: Order) -> ClientChange:
    tell_clients(AnnouncedChange.objects.get().pk, now=NOON)
    return ClientChange.objects.get()


def refused(told: ClientChange, *, posted_on: date = POSTED) -> ClientChange:
    letter = Refusal(RefusalMeans.REGISTERED_LETTER, "1A 000 000 0000 1", posted_on, posted_on)
    return record_refusal(told.pk, letter, actor=CLERK, now=REFUSED_AT)


def state_of(order: Order) -> str:
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


@pytest.mark.django_db
def test_what_runs_ends_at_midnight_of_the_day_and_its_sends_stop(
    order: Order, told: ClientChange, shop: Shop
) -> None:
    change = refused(told)
    assert change.applies_from == ENDS_ON

    assert not end_refused_order(order.pk, change.pk, now=LAST_EVENING)
    assert state_of(order) == OrderState.IN_EXECUTION
    assert end_refused_order(order.pk, change.pk, now=NEW_YEAR)
    assert not end_refused_order(order.pk, change.pk, now=NEW_YEAR)

    order.refresh_from_db()
    assert (order.state, order.ended_at) == (OrderState.TERMINATED, NEW_YEAR)
    assert order.end_reason.endswith("(CGV, art. III.b).")
    ended = Termination.objects.get()
    assert (ended.ground, ended.by) == (Ground.CHANGE_REFUSED, "client")
    assert ended.terminated_by is None
    assert order.lines.get(offer="email").state == "stopped"
    assert JournalEntry.objects.filter(action="order.terminated").count() == 1
    assert "refusé les conditions, version" in Notice.objects.latest("pk").text.replace(
        "\u00a0", " "
    )


@pytest.mark.django_db
def test_a_late_refusal_or_none_ends_nothing(order: Order, told: ClientChange) -> None:
    assert not end_refused_order(order.pk, told.pk, now=NEW_YEAR)
    change = refused(told, posted_on=POSTED + timedelta(1))

    assert not end_refused_order(order.pk, change.pk, now=NEW_YEAR)
    assert orders_ended_by_refusals(ENDS_ON) == []
    assert state_of(order) == OrderState.IN_EXECUTION


@pytest.mark.django_db
def test_an_order_accepted_after_the_refusal_is_another_contract(
    order: Order, told: ClientChange, shop: Shop
) -> None:
    change = refused(told)
    later = paid(shop.order(now=REFUSED_AT + timedelta(days=1)))

    assert orders_ending_with(change) == [order]
    assert orders_ended_by_refusals(ENDS_ON - timedelta(1)) == []
    assert orders_ended_by_refusals(ENDS_ON) == [(order.pk, change.pk)]
    assert not end_refused_order(later.pk, change.pk, now=NEW_YEAR)


@pytest.mark.django_db
def test_what_was_accepted_once_the_change_applied_stands_however_late_the_letter_came(
    order: Order, told: ClientChange, shop: Shop
) -> None:
    change = refused(told)
    ClientChange.objects.filter(pk=change.pk).update(answered_at=NEW_YEAR + timedelta(days=9))
    change.refresh_from_db()
    last, first = paid(shop.order()), paid(shop.order())
    Order.objects.filter(pk=last.pk).update(accepted_at=LAST_EVENING)
    Order.objects.filter(pk=first.pk).update(accepted_at=NEW_YEAR)

    now = NEW_YEAR + timedelta(days=9)
    ended = [end_refused_order(one.pk, change.pk, now=now) for one in (order, last, first)]

    assert ended == [True, True, False]


@pytest.mark.django_db
def test_one_that_fails_does_not_hold_up_the_others(
    order: Order, told: ClientChange, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = paid(shop.order())
    refused(told)
    monkeypatch.setattr(clock, "now", lambda: NEW_YEAR)
    monkeypatch.setattr(clock, "today", lambda: ENDS_ON)
    real = end_refused_order

    def failing(order_id: int, change_id: int, *, now: datetime) -> bool:
        if order_id == order.pk:
            raise RuntimeError("disk full")
        return real(order_id, change_id, now=now)

    monkeypatch.setattr(tasks, "end_refused_order", failing)
    tasks.end_refused_contracts(timestamp=0)
    assert (state_of(order), state_of(second)) == ("in_execution", "terminated")

    monkeypatch.setattr(tasks, "end_refused_order", real)
    tasks.end_refused_contracts(timestamp=0)
    assert state_of(order) == "terminated"
