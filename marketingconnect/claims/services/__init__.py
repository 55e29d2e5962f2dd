"""Verbs of what follows a delivery."""

from marketingconnect.claims.services.cancelling import cancel_line
from marketingconnect.claims.services.claims import (
    decide_claim,
    examine_claim,
    open_claim,
    record_letter,
    refuse_claim,
)
from marketingconnect.claims.services.ending import cancel_for_content, decline_order
from marketingconnect.claims.services.guarantees import (
    credit_guarantee_claim,
    examine_guarantee_claim,
    open_guarantee_claim,
    record_guarantee_letter,
)
from marketingconnect.claims.services.rentals import (
    accept_amendment,
    cancel_rental,
    decide_sample,
)
from marketingconnect.claims.services.returns import (
    check_returns,
    receive_returns,
    receive_typed_returns,
)
from marketingconnect.claims.services.settlement import decide_settlement, settle_rental
from marketingconnect.claims.services.undone import credit_undone, keep_undone

__all__ = [
    "accept_amendment",
    "cancel_for_content",
    "cancel_line",
    "cancel_rental",
    "check_returns",
    "credit_guarantee_claim",
    "credit_undone",
    "decide_claim",
    "decide_sample",
    "decide_settlement",
    "decline_order",
    "examine_claim",
    "examine_guarantee_claim",
    "keep_undone",
    "open_claim",
    "open_guarantee_claim",
    "receive_returns",
    "receive_typed_returns",
    "record_guarantee_letter",
    "record_letter",
    "refuse_claim",
    "settle_rental",
]
