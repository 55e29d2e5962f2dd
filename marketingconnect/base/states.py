"""States of a release of the base and of a supplier's file."""

from enum import StrEnum


class ReleaseState(StrEnum):
    BUILDING = "building"
    PUBLISHED = "published"
    """What counts and selections use; one a population."""
    SUPERSEDED = "superseded"
    """Replaced, kept whole: deliveries made from it can be made again."""
    FAILED = "failed"
    REMOVED = "removed"
    """Its files are gone; the manifest stays."""


class LoadState(StrEnum):
    READING = "reading"
    ACTIVE = "active"
    """Its rows are part of each release made from now on."""
    REPLACED = "replaced"
    FAILED = "failed"


RELEASE_TRANSITIONS: dict[ReleaseState, set[ReleaseState]] = {
    ReleaseState.BUILDING: {ReleaseState.PUBLISHED, ReleaseState.FAILED},
    ReleaseState.PUBLISHED: {ReleaseState.SUPERSEDED},
    ReleaseState.SUPERSEDED: {ReleaseState.PUBLISHED, ReleaseState.REMOVED},
    ReleaseState.FAILED: set(),
    ReleaseState.REMOVED: set(),
}

LOAD_TRANSITIONS: dict[LoadState, set[LoadState]] = {
    LoadState.READING: {LoadState.ACTIVE, LoadState.FAILED},
    LoadState.ACTIVE: {LoadState.REPLACED},
    LoadState.REPLACED: set(),
    LoadState.FAILED: {LoadState.READING},
}
