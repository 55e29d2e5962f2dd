"""States of an export made by a job."""

from enum import StrEnum


class ExportState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


TRANSITIONS: dict[ExportState, set[ExportState]] = {
    ExportState.WAITING: {ExportState.READY, ExportState.FAILED},
    ExportState.READY: set(),
    ExportState.FAILED: {ExportState.WAITING},
}
