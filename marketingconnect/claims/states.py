"""States of a settlement, of mail that came back and of a claim (CGV CL.6, CL.9)."""

from enum import StrEnum


class SettlementState(StrEnum):
    DECISION_AWAITED = "decision_awaited"
    """Beyond the tolerance: the parties agree on a top-up, a new agreement or the end."""
    TOPPING_UP = "topping_up"
    """The missing addresses are being delivered; then it is settled anew."""
    SETTLED = "settled"
    CANCELLED = "cancelled"


SETTLEMENT_TRANSITIONS: dict[SettlementState, set[SettlementState]] = {
    SettlementState.DECISION_AWAITED: {
        SettlementState.TOPPING_UP,
        SettlementState.SETTLED,
        SettlementState.CANCELLED,
    },
    SettlementState.TOPPING_UP: {
        SettlementState.SETTLED,
        SettlementState.DECISION_AWAITED,
    },
    SettlementState.SETTLED: set(),
    SettlementState.CANCELLED: set(),
}


class BatchState(StrEnum):
    RECEIVED = "received"
    CHECKED = "checked"
    UNREADABLE = "unreadable"


BATCH_TRANSITIONS: dict[BatchState, set[BatchState]] = {
    BatchState.RECEIVED: {BatchState.CHECKED, BatchState.UNREADABLE},
    BatchState.CHECKED: set(),
    BatchState.UNREADABLE: set(),
}


class MailState(StrEnum):
    """Of one piece of undeliverable mail (NPAI)."""

    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"


MAIL_TRANSITIONS: dict[MailState, set[MailState]] = {
    MailState.RETURNED: {MailState.ACCEPTED, MailState.REFUSED},
    MailState.ACCEPTED: set(),
    MailState.REFUSED: set(),
}


class GuaranteeState(StrEnum):
    """Of a claim about messages that did not arrive (CGV B.3, CC.4)."""

    RECEIVED = "received"
    INADMISSIBLE = "inadmissible"
    CHECKED = "checked"
    """The final figures give right to something."""
    REFUSED = "refused"
    CREDITED = "credited"


GUARANTEE_TRANSITIONS: dict[GuaranteeState, set[GuaranteeState]] = {
    GuaranteeState.RECEIVED: {
        GuaranteeState.INADMISSIBLE,
        GuaranteeState.CHECKED,
        GuaranteeState.REFUSED,
    },
    GuaranteeState.INADMISSIBLE: set(),
    GuaranteeState.CHECKED: {GuaranteeState.CREDITED},
    GuaranteeState.REFUSED: set(),
    GuaranteeState.CREDITED: set(),
}


class ClaimState(StrEnum):
    RECEIVED = "received"
    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"
    CHECKED = "checked"
    """The returns it covers are counted."""
    CREDIT_NOTE = "credit_note"
    REPLACEMENT = "replacement"
    REFUSED = "refused"


CLAIM_TRANSITIONS: dict[ClaimState, set[ClaimState]] = {
    ClaimState.RECEIVED: {ClaimState.ADMISSIBLE, ClaimState.INADMISSIBLE},
    ClaimState.ADMISSIBLE: {ClaimState.CHECKED},
    ClaimState.INADMISSIBLE: set(),
    ClaimState.CHECKED: {
        ClaimState.CREDIT_NOTE,
        ClaimState.REPLACEMENT,
        ClaimState.REFUSED,
    },
    ClaimState.CREDIT_NOTE: set(),
    ClaimState.REPLACEMENT: set(),
    ClaimState.REFUSED: set(),
}
