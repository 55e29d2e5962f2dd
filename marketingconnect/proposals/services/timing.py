"""What time does to a proposal: a reminder, then its end."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.notices import tell_proposal_ends_soon, tell_proposal_is_expired
from marketingconnect.proposals.rules import is_expired, reminder_is_due
from marketingconnect.proposals.services.rows import journal, locked, move
from marketingconnect.proposals.states import ProposalState

CALENDAR = Actor.system("Calendrier des propositions")


@transaction.atomic
def expire(proposal_id: int, *, now: datetime) -> bool:
    """CGV Def: past its last day, an unanswered proposal ends; whether this did it."""
    proposal = locked(proposal_id)
    if proposal.state != ProposalState.PROPOSED or proposal.valid_until is None:
        return False
    if not is_expired(valid_until=proposal.valid_until, today=paris_date(now)):
        return False
    expired = ProposalState.EXPIRED
    move(proposal, expired, "proposal.expired", actor=CALENDAR, now=now, ended_at=now)
    tell_proposal_is_expired(proposal, at=now)
    return True


@transaction.atomic
def remind(proposal_id: int, *, now: datetime) -> bool:
    """CGV Def: once, a few days before its last one; whether this did it."""
    proposal = locked(proposal_id)
    if proposal.state != ProposalState.PROPOSED or proposal.reminded_at is not None:
        return False
    assert proposal.proposed_at is not None  # noqa: S101  the database says so
    assert proposal.valid_until is not None  # noqa: S101  as above
    due = reminder_is_due(
        proposed_on=paris_date(proposal.proposed_at),
        valid_until=proposal.valid_until,
        today=paris_date(now),
        days_before=settings.PROPOSAL_REMINDER_DAYS_BEFORE,
    )
    if not due:
        return False
    Proposal.objects.filter(pk=proposal.pk).update(reminded_at=now)
    journal("proposal.reminded", proposal, actor=CALENDAR, now=now)
    tell_proposal_ends_soon(proposal, at=now)
    return True
