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


class Verdict(StrEnum):
    """Who made a visit, as far as can be told."""

    PERSON = "person"
    MACHINE = "machine"


class VisitKind(StrEnum):
    CLICK = "click"
    OPEN = "open"


class Signal(StrEnum):
    """What tells a machine; the first found is kept as the reason."""

    HONEYPOT = "honeypot"
    HEAD = "head"
    PREFETCH = "prefetch"
    AGENT = "agent"
    NO_AGENT = "no_agent"
    RANGE = "range"
    TOO_SOON = "too_soon"
    ALL_LINKS = "all_links"
