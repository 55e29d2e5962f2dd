"""When an order binds, when it is validated, and how far a line has come."""

from collections.abc import Collection
from datetime import date

from marketingconnect.orders.states import LINE_TRANSITIONS, LineState, OrderState, Sale

PAYMENT_MISSING = "payment"
"""Code by which an offer says that it waits for the payment to be validated."""


def is_firm(
    *,
    paid_online: bool,
    signed_order_form_received: bool,
    paid_by_debit: bool = False,
    signed_mandate_received: bool = False,
) -> bool:
    """CGV III.a: an order is firm and irrevocable once its signed order form is received.

    Paid by direct debit, it is once its signed mandate is received too. An order placed on line
    has no form to sign: the payment made on line takes its place.
    """
    if paid_online:
        return True
    return signed_order_form_received and (signed_mandate_received or not paid_by_debit)


def binding_documents(*, sale: Sale, payment_method: str) -> tuple[str, ...]:
    """CGV III.a: what the client signs so that its order binds it: its order form, its mandate.

    Codes of `signature.states.DocumentKind`. An order placed on line has its form proposed for
    signature too; paid at once, it binds without (see `is_firm`).
    """
    is_debited = sale is Sale.OFFLINE and payment_method == "debit"
    return ("order_form", "mandate") if is_debited else ("order_form",)


def withdrawal_refusal(*, state: OrderState, is_firm: bool) -> str:
    """CGV III.a: a client gives an order up while it is not firm; the reason when it may not."""
    if is_firm:
        return "Cette commande est ferme et irrévocable."
    return "" if state is OrderState.ACCEPTED else "Cette commande n’est plus en attente."


def validation_day(*, method: str, received_on: date, recorded_on: date | None) -> date | None:
    """CGV II.1.b: a payment by card validates at once, another when accounting records it.

    None while accounting has not recorded the transfer or the cheque.
    """
    return received_on if method in {"card", "card_debit"} else recorded_on


def may_be_worked_on(*, state: OrderState) -> bool:
    """CGV II.1.b: nothing starts before the order is validated, nor while it is suspended."""
    return state in {OrderState.VALIDATED, OrderState.IN_EXECUTION}


def line_state(*, current: LineState, missing: Collection[str], progress: str) -> LineState:
    """CGV III.a: how far a line has come, from what it lacks and from the work's own progress.

    `missing` are the codes of what its offer still waits for; `progress` is `waiting` before the
    work is handed over, then `scheduled`, `running`, `done` or `stopped`.
    """
    if current in {LineState.DONE, LineState.STOPPED}:
        return current
    if progress == "waiting":
        lacks_only_payment = set(missing) <= {PAYMENT_MISSING}
        reached = LineState.READY if lacks_only_payment else LineState.TO_PREPARE
        return reached if _may_become(current, reached) else current
    reached = LineState(progress)
    if _may_become(current, reached):
        return reached
    # Work that began between two looks passes through `scheduled`, so that no step is skipped.
    return LineState.SCHEDULED if _may_become(current, LineState.SCHEDULED) else current


def _may_become(current: LineState, new: LineState) -> bool:
    return new in LINE_TRANSITIONS[current]


def order_state_after(*, state: OrderState, lines: Collection[LineState]) -> OrderState:
    """CGV III.a: an order is in execution from its first line at work, executed after its last."""
    if not lines or not may_be_worked_on(state=state):
        return state
    ended = {LineState.DONE, LineState.STOPPED}
    if all(line in ended for line in lines):
        return OrderState.EXECUTED
    has_begun = any(line in {LineState.RUNNING, LineState.DONE} for line in lines)
    return OrderState.IN_EXECUTION if has_begun else state
