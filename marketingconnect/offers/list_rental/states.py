"""States of a rental, of each of its deliveries and of its amendments (CGV CL)."""

from enum import StrEnum


class RentalState(StrEnum):
    COMPOSING = "composing"
    """The client chooses whom, what for and with what; nothing is sold."""
    ORDERED = "ordered"
    """Sold; its payment may still be awaited."""
    FROZEN = "frozen"
    """The payment is validated and the selection is arrested, row by row."""
    PREPARING = "preparing"
    """Nothing is missing: the files of the first delivery are being written."""
    DELIVERED = "delivered"
    """A file was made available."""
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


_ENDS = {RentalState.SUSPENDED, RentalState.CANCELLED}
RENTAL_TRANSITIONS: dict[RentalState, set[RentalState]] = {
    RentalState.COMPOSING: {RentalState.ORDERED, RentalState.CANCELLED},
    RentalState.ORDERED: {RentalState.FROZEN, *_ENDS},
    RentalState.FROZEN: {RentalState.PREPARING, *_ENDS},
    RentalState.PREPARING: {RentalState.DELIVERED, *_ENDS},
    RentalState.DELIVERED: {*_ENDS},
    RentalState.SUSPENDED: {
        RentalState.ORDERED,
        RentalState.FROZEN,
        RentalState.PREPARING,
        RentalState.DELIVERED,
        RentalState.CANCELLED,
    },
    RentalState.CANCELLED: set(),
}


class DeliveryState(StrEnum):
    PREPARING = "preparing"
    """A job writes the files; nothing of them shows before all are there."""
    AVAILABLE = "available"
    """Made available: this is the delivery (CGV CL.3)."""
    DOWNLOADED = "downloaded"
    RE_DELIVERED = "re_delivered"
    """Checked again and replaced by a newer delivery of the same rows."""
    WITHDRAWN = "withdrawn"
    """The order was cancelled: it is no longer given."""


DELIVERY_TRANSITIONS: dict[DeliveryState, set[DeliveryState]] = {
    DeliveryState.PREPARING: {DeliveryState.AVAILABLE, DeliveryState.WITHDRAWN},
    DeliveryState.AVAILABLE: {
        DeliveryState.DOWNLOADED,
        DeliveryState.RE_DELIVERED,
        DeliveryState.WITHDRAWN,
    },
    DeliveryState.DOWNLOADED: {DeliveryState.RE_DELIVERED, DeliveryState.WITHDRAWN},
    DeliveryState.RE_DELIVERED: {DeliveryState.WITHDRAWN},
    DeliveryState.WITHDRAWN: set(),
}


class AmendmentState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


AMENDMENT_TRANSITIONS: dict[AmendmentState, set[AmendmentState]] = {
    AmendmentState.PROPOSED: {
        AmendmentState.ACCEPTED,
        AmendmentState.REFUSED,
        AmendmentState.WITHDRAWN,
    },
    AmendmentState.ACCEPTED: set(),
    AmendmentState.REFUSED: set(),
    AmendmentState.WITHDRAWN: set(),
}
