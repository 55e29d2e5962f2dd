"""Lock a proposal, move it on, write it in the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.proposals.errors import StaleProposalError
from marketingconnect.proposals.models import Proposal, ProposalCounter, ProposalLine
from marketingconnect.proposals.states import TRANSITIONS, ProposalState


def next_reference(year: int) -> str:
    """`PR-2026-000042`: the counter of the year stays locked until the transaction ends."""
    ProposalCounter.objects.get_or_create(year=year)
    counter = ProposalCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"PR-{year}-{counter.last:06d}"


def locked(proposal_id: int) -> Proposal:
    """The proposal, nobody else's until the transaction ends."""
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("company", "advisor").get(pk=proposal_id)


def draft(proposal_id: int) -> Proposal:
    """Locked, and still to be composed. Raises StaleProposalError."""
    proposal = locked(proposal_id)
    if proposal.state != ProposalState.DRAFT:
        raise StaleProposalError(
            "Cette proposition n’est plus un brouillon : révisez-la pour la changer."
        )
    return proposal


def move(
    proposal: Proposal,
    new: ProposalState,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> None:
    """Compare and swap, with the facts that say so; no line is live once it has ended."""
    old = ProposalState(proposal.state)
    swapped = new in TRANSITIONS[old] and Proposal.objects.filter(pk=proposal.pk, state=old).update(
        state=new, **facts
    )
    if not swapped:
        raise StaleProposalError("Cette proposition a déjà reçu une réponse, ou a été retirée.")
    if not TRANSITIONS[new]:
        ProposalLine.objects.filter(proposal=proposal).update(is_live=False)
    proposal.refresh_from_db()
    journal(action, proposal, actor=actor, now=now, before={"state": old}, after={"state": new})


def journal(
    action: str,
    proposal: Proposal,
    *,
    actor: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=proposal.company_id,
        subject=f"proposal:{proposal.pk}",
        at=now,
        before=dict(before) if before else None,
        after={"reference": proposal.reference, **(after or {})},
    )
