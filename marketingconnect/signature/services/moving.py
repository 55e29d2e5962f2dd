"""Lock a request, and move it on: compare-and-swap, then the proof and the journal."""

from collections.abc import Mapping
from typing import Any

from marketingconnect.signature.errors import NotTheSignerError, StaleSignatureError
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.states import TRANSITIONS, PendingReason, SignatureState


def locked(request_id: int) -> SignatureRequest:
    """The request, held until the transaction ends."""
    return SignatureRequest.objects.select_for_update().get(pk=request_id)


def locked_for(request_id: int, user_id: int | None) -> SignatureRequest:
    """The same for its signer alone; NotTheSignerError."""
    request = locked(request_id)
    if user_id != request.signer_id:
        raise NotTheSignerError("Seule la personne désignée peut signer ce document (art. II.3).")
    return request


def state_of(request: SignatureRequest) -> tuple[SignatureState, PendingReason | None]:
    """Where it stands, and what it waits for."""
    reason = PendingReason(request.pending_reason) if request.pending_reason else None
    return SignatureState(request.state), reason


def move(
    request: SignatureRequest,
    new: SignatureState,
    *,
    reason: PendingReason | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Swap the state; raises StaleSignatureError when another came first. Updates `request`."""
    old = SignatureState(request.state)
    if new is not old and new not in TRANSITIONS[old]:
        raise StaleSignatureError("Ce document n’est plus à signer.")
    values = {"pending_reason": reason or "", "pending_detail": "", **(facts or {}), "state": new}
    swapped = SignatureRequest.objects.filter(
        pk=request.pk, state=old, pending_reason=request.pending_reason
    ).update(**values)
    if not swapped:
        raise StaleSignatureError("Ce document vient de changer : rechargez la page.")
    request.refresh_from_db()
