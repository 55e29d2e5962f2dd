from datetime import date

import pytest

from marketingconnect.orders.rules import (
    binding_documents,
    is_firm,
    line_state,
    may_be_worked_on,
    order_state_after,
    validation_day,
    withdrawal_refusal,
)
from marketingconnect.orders.states import LINE_TRANSITIONS, LineState, OrderState, Sale

RECEIVED, RECORDED = date(2026, 11, 23), date(2026, 11, 25)


def test_an_order_is_firm_once_paid_on_line_or_signed() -> None:
    assert is_firm(paid_online=True, signed_order_form_received=False)
    assert is_firm(paid_online=False, signed_order_form_received=True)
    assert not is_firm(paid_online=False, signed_order_form_received=False)


def test_a_direct_debit_wants_its_mandate_signed_too() -> None:
    def firm(*, form: bool, mandate: bool) -> bool:
        return is_firm(
            paid_online=False,
            signed_order_form_received=form,
            paid_by_debit=True,
            signed_mandate_received=mandate,
        )

    both = [(form, mandate) for form in (False, True) for mandate in (False, True)]
    assert [firm(form=form, mandate=mandate) for form, mandate in both] == [
        False,
        False,
        False,
        True,
    ]


def test_a_firm_order_is_irrevocable() -> None:
    free = {
        (state, firm)
        for state in OrderState
        for firm in (False, True)
        if not withdrawal_refusal(state=state, is_firm=firm)
    }

    assert free == {(OrderState.ACCEPTED, False)}


def test_a_card_validates_at_once_and_accounting_validates_the_rest() -> None:
    assert validation_day(method="card", received_on=RECEIVED, recorded_on=None) == RECEIVED
    assert validation_day(method="transfer", received_on=RECEIVED, recorded_on=None) is None
    assert validation_day(method="cheque", received_on=RECEIVED, recorded_on=RECORDED) == RECORDED


def test_nothing_starts_before_validation_or_during_a_suspension() -> None:
    working = {state for state in OrderState if may_be_worked_on(state=state)}

    assert working == {OrderState.VALIDATED, OrderState.IN_EXECUTION}


@pytest.mark.parametrize(
    ("current", "missing", "progress", "expected"),
    [
        (LineState.TO_PREPARE, ["proof"], "waiting", LineState.TO_PREPARE),
        (LineState.TO_PREPARE, ["payment"], "waiting", LineState.READY),
        (LineState.TO_PREPARE, [], "waiting", LineState.READY),
        (LineState.READY, ["proof"], "waiting", LineState.TO_PREPARE),
        (LineState.READY, [], "scheduled", LineState.SCHEDULED),
        (LineState.TO_PREPARE, [], "scheduled", LineState.SCHEDULED),
        (LineState.TO_PREPARE, [], "running", LineState.SCHEDULED),
        (LineState.SCHEDULED, ["proof"], "waiting", LineState.TO_PREPARE),
        (LineState.SCHEDULED, [], "running", LineState.RUNNING),
        (LineState.RUNNING, [], "done", LineState.DONE),
        (LineState.RUNNING, [], "stopped", LineState.STOPPED),
        (LineState.RUNNING, ["proof"], "waiting", LineState.RUNNING),
        (LineState.DONE, ["proof"], "waiting", LineState.DONE),
    ],
)
def test_a_line_follows_what_it_lacks_and_its_work(
    current: LineState, missing: list[str], progress: str, expected: LineState
) -> None:
    reached = line_state(current=current, missing=missing, progress=progress)

    assert reached is expected
    assert reached is current or reached in LINE_TRANSITIONS[current]


@pytest.mark.parametrize(
    ("state", "lines", "expected"),
    [
        (OrderState.ACCEPTED, [LineState.RUNNING], OrderState.ACCEPTED),
        (OrderState.VALIDATED, [LineState.SCHEDULED], OrderState.VALIDATED),
        (OrderState.VALIDATED, [LineState.RUNNING, LineState.READY], OrderState.IN_EXECUTION),
        (OrderState.IN_EXECUTION, [LineState.DONE, LineState.RUNNING], OrderState.IN_EXECUTION),
        (OrderState.IN_EXECUTION, [LineState.DONE, LineState.STOPPED], OrderState.EXECUTED),
        (OrderState.SUSPENDED, [LineState.DONE], OrderState.SUSPENDED),
        (OrderState.VALIDATED, [], OrderState.VALIDATED),
    ],
)
def test_an_order_follows_its_lines(
    state: OrderState, lines: list[LineState], expected: OrderState
) -> None:
    assert order_state_after(state=state, lines=lines) is expected


def test_a_debited_order_is_signed_with_its_mandate() -> None:
    assert binding_documents(sale=Sale.OFFLINE, payment_method="debit") == (
        "order_form",
        "mandate",
    )
    assert binding_documents(sale=Sale.OFFLINE, payment_method="cheque") == ("order_form",)
    assert binding_documents(sale=Sale.ONLINE, payment_method="card") == ("order_form",)
