"""States of a notice. `uncertain`: in flight when the platform stopped; staff decide."""

from enum import StrEnum


class NoticeState(StrEnum):
    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


TRANSITIONS: dict[NoticeState, set[NoticeState]] = {
    NoticeState.QUEUED: {NoticeState.IN_FLIGHT},
    NoticeState.IN_FLIGHT: {
        NoticeState.SENT,
        NoticeState.QUEUED,
        NoticeState.FAILED,
        NoticeState.UNCERTAIN,
    },
    NoticeState.UNCERTAIN: {NoticeState.QUEUED, NoticeState.SENT},
    NoticeState.FAILED: {NoticeState.QUEUED},
    NoticeState.SENT: set(),
}
