"""Lock a request, and move it on: compare-and-swap, then the proof and the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketingconnect.accounts.queries import companies_open_to
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.clock import paris_date
from marketingconnect.signature.errors import NotTheSignerError, StaleSignatureError
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.rules import may_sign
from marketingconnect.signature.states import TRANSITIONS, PendingReason, SignatureState


def locked(request_id: int) -> SignatureRequest:
    """The request, held until the transaction ends."""
    return SignatureRequest.objects.select_for_update().get(pk=request_id)


def locked_for(request_id: int, user_id: int | None, now: datetime) -> SignatureRequest:
    """The same for its signer alone; NotTheSignerError."""
    request = locked(request_id)
    if not is_signer(request, user_id, now):
        raise NotTheSignerError("Seule la personne désignée peut signer ce document (art. II.3).")
    return request


def is_signer(request: SignatureRequest, user_id: int | None, now: datetime) -> bool:
    """Whether it is the person designated, who may still sign for the company today."""
    return user_id == request.signer_id and may_sign(
        role_in(request.company_id, request.signer_id, now)
    )


def role_in(company_id: int, user_id: int, now: datetime) -> MemberRole | None:
    """The rights of a user in a company today, its own or by a mandate."""
    companies = companies_open_to(user_id, today=paris_date(now))
    return next((one.role for one in companies if one.pk == company_id), None)


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
