"""States of a change for one client it was announced to (CGV III.b)."""

from enum import StrEnum


class ClientChangeState(StrEnum):
    TOLD = "told"
    """The client may refuse; without a word in time, it is deemed to accept."""
    REFUSED_LATE = "refused_late"
    """It refused after its delay: the change is accepted all the same."""
    REFUSED = "refused"
    """It refused in time: its contract ends."""


TRANSITIONS: dict[ClientChangeState, set[ClientChangeState]] = {
    ClientChangeState.TOLD: {ClientChangeState.REFUSED, ClientChangeState.REFUSED_LATE},
    # A letter posted in time may arrive after an e-mail that was late.
    ClientChangeState.REFUSED_LATE: {ClientChangeState.REFUSED},
    ClientChangeState.REFUSED: set(),
}
