"""States of a moderation request: nothing leaves before it is approved (CGV B.2)."""

from enum import StrEnum


class ModerationState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    CHANGES_ASKED = "changes_asked"
    VOID = "void"


TRANSITIONS: dict[ModerationState, set[ModerationState]] = {
    ModerationState.WAITING: {
        ModerationState.APPROVED,
        ModerationState.REFUSED,
        ModerationState.CHANGES_ASKED,
        ModerationState.VOID,
    },
    ModerationState.APPROVED: {ModerationState.VOID, ModerationState.REFUSED},
    ModerationState.REFUSED: set(),
    ModerationState.CHANGES_ASKED: {ModerationState.VOID},
    ModerationState.VOID: set(),
}
