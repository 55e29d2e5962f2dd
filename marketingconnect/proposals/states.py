"""States of a commercial proposal (proposition commerciale, CGV Def)."""

from enum import StrEnum


class ProposalState(StrEnum):
    DRAFT = "draft"
    """Composed by an advisor at the prices of the day; the client does not see it."""
    PROPOSED = "proposed"
    """Sent: its prices and conditions hold until its last day."""
    ACCEPTED = "accepted"
    """The client accepted it: it is an order."""
    REFUSED = "refused"
    EXPIRED = "expired"
    """Its last day went by without an answer."""
    WITHDRAWN = "withdrawn"
    """Taken back by the operator: before it was sent, or replaced by another."""


_ENDS = {
    ProposalState.ACCEPTED,
    ProposalState.REFUSED,
    ProposalState.EXPIRED,
    ProposalState.WITHDRAWN,
}
TRANSITIONS: dict[ProposalState, set[ProposalState]] = {
    ProposalState.DRAFT: {ProposalState.PROPOSED, ProposalState.WITHDRAWN},
    ProposalState.PROPOSED: _ENDS,
    ProposalState.ACCEPTED: set(),
    ProposalState.REFUSED: set(),
    ProposalState.EXPIRED: set(),
    ProposalState.WITHDRAWN: set(),
}
NEVER_SENT = (ProposalState.DRAFT, ProposalState.WITHDRAWN)
"""States in which nothing may have been frozen."""
STATE_LABELS = {
    ProposalState.DRAFT: "Brouillon",
    ProposalState.PROPOSED: "Envoyée",
    ProposalState.ACCEPTED: "Acceptée",
    ProposalState.REFUSED: "Refusée",
    ProposalState.EXPIRED: "Expirée",
    ProposalState.WITHDRAWN: "Retirée",
}
