"""States of a client's contact file."""

from enum import StrEnum


class ContactFileState(StrEnum):
    UPLOADED = "uploaded"
    """The bytes are here; the columns are still to be confirmed."""
    MAPPED = "mapped"
    """The columns are confirmed; the origin of the addresses is still to be told."""
    IMPORTING = "importing"
    CANCELLING = "cancelling"
    """The client stopped the import; what it had brought is being removed."""
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
    ContactFileState.IMPORTING: {
        ContactFileState.IMPORTED,
        ContactFileState.FAILED,
        ContactFileState.CANCELLING,
    },
    ContactFileState.CANCELLING: {ContactFileState.MAPPED},
    ContactFileState.FAILED: {
        ContactFileState.IMPORTING,
        ContactFileState.CANCELLING,
        ContactFileState.DELETED,
    },
    ContactFileState.IMPORTED: {ContactFileState.DELETED},
    ContactFileState.DELETED: set(),
}
