"""States of an order and of its lines (CGV III.a)."""

from enum import StrEnum


class OrderState(StrEnum):
    ACCEPTED = "accepted"
    """The client accepted the terms and the frozen prices; not yet binding without payment."""
    FIRM = "firm"
    """Ferme et irrévocable: the on-line payment was made, or the signed order form received."""
    VALIDATED = "validated"
    """The payment is validated: at once by card, by accounting otherwise."""
    IN_EXECUTION = "in_execution"
    EXECUTED = "executed"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


_SIDE = {OrderState.SUSPENDED, OrderState.CANCELLED, OrderState.TERMINATED}
TRANSITIONS: dict[OrderState, set[OrderState]] = {
    OrderState.ACCEPTED: {OrderState.FIRM, OrderState.VALIDATED, OrderState.CANCELLED},
    OrderState.FIRM: {OrderState.VALIDATED, *_SIDE},
    OrderState.VALIDATED: {OrderState.IN_EXECUTION, *_SIDE},
    OrderState.IN_EXECUTION: {OrderState.EXECUTED, *_SIDE},
    OrderState.EXECUTED: {OrderState.CLOSED},
    OrderState.CLOSED: set(),
    OrderState.SUSPENDED: {
        OrderState.FIRM,
        OrderState.VALIDATED,
        OrderState.IN_EXECUTION,
        OrderState.CANCELLED,
        OrderState.TERMINATED,
    },
    OrderState.CANCELLED: set(),
    OrderState.TERMINATED: set(),
}


class Sale(StrEnum):
    """How an order was sold (CGV II.1.b, II.2.b)."""

    ONLINE = "online"
    """Composed and ordered by the client, in its basket."""
    OFFLINE = "offline"
    """Prepared and proposed by an advisor, accepted and signed by the client."""


class LineState(StrEnum):
    TO_PREPARE = "to_prepare"
    READY = "ready"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


LINE_TRANSITIONS: dict[LineState, set[LineState]] = {
    LineState.TO_PREPARE: {LineState.READY, LineState.SCHEDULED, LineState.STOPPED},
    LineState.READY: {LineState.TO_PREPARE, LineState.SCHEDULED, LineState.STOPPED},
    LineState.SCHEDULED: {
        LineState.TO_PREPARE,
        LineState.RUNNING,
        LineState.DONE,
        LineState.STOPPED,
    },
    LineState.RUNNING: {LineState.DONE, LineState.STOPPED},
    LineState.DONE: set(),
    LineState.STOPPED: set(),
}
