"""States of a registered letter, of a formal notice and of a solvency check (CGV III)."""

from enum import StrEnum


class LetterState(StrEnum):
    """Of a registered letter, as its dates say."""

    POSTED = "posted"
    PRESENTED = "presented"
    """Brought, and left at the post office."""
    RECEIVED = "received"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    """Nobody fetched it: it came back to its sender."""


_DELIVERED = {LetterState.RECEIVED, LetterState.REFUSED, LetterState.UNCLAIMED}
LETTER_TRANSITIONS: dict[LetterState, set[LetterState]] = {
    LetterState.POSTED: {LetterState.PRESENTED, *_DELIVERED},
    LetterState.PRESENTED: _DELIVERED,
    LetterState.RECEIVED: set(),
    LetterState.REFUSED: set(),
    LetterState.UNCLAIMED: set(),
}


class FormalNoticeState(StrEnum):
    """Of a formal notice (mise en demeure)."""

    OPEN = "open"
    CURED = "cured"
    """The breach was put right in time."""
    WITHOUT_EFFECT = "without_effect"
    """The days went by: the contract is terminated by right."""
    WITHDRAWN = "withdrawn"


FORMAL_NOTICE_TRANSITIONS: dict[FormalNoticeState, set[FormalNoticeState]] = {
    FormalNoticeState.OPEN: {
        FormalNoticeState.CURED,
        FormalNoticeState.WITHOUT_EFFECT,
        FormalNoticeState.WITHDRAWN,
    },
    FormalNoticeState.CURED: set(),
    FormalNoticeState.WITHOUT_EFFECT: set(),
    FormalNoticeState.WITHDRAWN: set(),
}


class SolvencyState(StrEnum):
    ASKED = "asked"
    """The client was told, with the guarantees that are possible."""
    PROVIDED = "provided"
    NOT_PROVIDED = "not_provided"
    """Refused, or not brought by the day that was set: the operator may not perform."""
    DECLINED = "declined"
    """The operator does not perform."""


AWAITED = (SolvencyState.ASKED, SolvencyState.NOT_PROVIDED)
"""The client may still bring a guarantee: until the operator declines."""
SOLVENCY_TRANSITIONS: dict[SolvencyState, set[SolvencyState]] = {
    SolvencyState.ASKED: {SolvencyState.PROVIDED, SolvencyState.NOT_PROVIDED},
    SolvencyState.PROVIDED: set(),
    SolvencyState.NOT_PROVIDED: {SolvencyState.PROVIDED, SolvencyState.DECLINED},
    SolvencyState.DECLINED: set(),
}
