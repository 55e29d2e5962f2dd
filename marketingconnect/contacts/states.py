"""States of a client's contact file."""

from enum import StrEnum


class ContactFileState(StrEnum):
    UPLOADED = "uploaded"
    MAPPED = "mapped"
    IMPORTING = "importing"
    IMPORTED = "imported"
    FAILED = "failed"
    DELETED = "deleted"


TRANSITIONS: dict[ContactFileState, set[ContactFileState]] = {
    ContactFileState.UPLOADED: {ContactFileState.MAPPED, ContactFileState.DELETED},
    ContactFileState.MAPPED: {
        ContactFileState.MAPPED,
        ContactFileState.IMPORTING,
        ContactFileState.DELETED,
    },
    ContactFileState.IMPORTING: {ContactFileState.IMPORTED, ContactFileState.FAILED},
    ContactFileState.FAILED: {ContactFileState.IMPORTING, ContactFileState.DELETED},
    ContactFileState.IMPORTED: {ContactFileState.DELETED},
    ContactFileState.DELETED: set(),
}
