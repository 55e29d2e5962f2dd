"""A proposal as its client reads it, and as its advisor previews it: figures, dates, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import FileResponse, Http404

from marketingconnect import storage
from marketingconnect.cart.queries import Cart
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.queries import quote_of, schedule_of
from marketingconnect.proposals.rules import is_expired, last_day, terms_are_others
from marketingconnect.proposals.states import STATE_LABELS, ProposalState
from marketingconnect.web.components import Kind

KINDS: Final[dict[str, Kind]] = {
    ProposalState.DRAFT: "neutral",
    ProposalState.PROPOSED: "warning",
    ProposalState.ACCEPTED: "success",
    ProposalState.REFUSED: "error",
    ProposalState.EXPIRED: "neutral",
    ProposalState.WITHDRAWN: "neutral",
}
_TO_ANSWER: Final = "À lire et à répondre"


@dataclass(frozen=True)
class ProposalRow:
    """A proposal of a list."""

    proposal: Proposal
    state: str
    kind: Kind


@dataclass(frozen=True)
class Reading:
    """Everything one reads of a proposal on a day."""

    proposal: Proposal
    quote: Cart
    plan: Sequence[tuple[date, Money]]
    state: str
    kind: Kind
    method: str
    valid_until: date
    today: date
    on: date
    """The day of the figures: today, or the day it ended."""

    @property
    def waits(self) -> bool:
        """Whether it may still be accepted."""
        return self.proposal.state == ProposalState.PROPOSED and not self.is_over

    @property
    def is_over(self) -> bool:
        """Past its last day, whether or not it was ended yet."""
        return self.proposal.state == ProposalState.EXPIRED or (
            self.proposal.state == ProposalState.PROPOSED
            and is_expired(valid_until=self.valid_until, today=self.today)
        )

    @property
    def days_left(self) -> int:
        return (self.valid_until - self.today).days

    @property
    def has_other_terms(self) -> bool:
        """Whether other terms came into force since it was sent."""
        attached = self.proposal.terms
        return attached is not None and terms_are_others(
            attached=attached.sha256, in_force=self.quote.terms.sha256
        )

    @property
    def other_schedule(self) -> bool:
        """Whether the first day agreed can no longer be kept."""
        return bool(self.plan) and self.plan[0][0] != self.proposal.first_due_on


def reading_of(proposal: Proposal, now: datetime) -> Reading:
    """A draft as if it were sent and accepted now; what has ended as on that day."""
    today = paris_date(now)
    on = paris_date(proposal.ended_at) if proposal.ended_at else today
    quote = quote_of(proposal, on)
    return Reading(
        proposal=proposal,
        quote=quote,
        plan=schedule_of(proposal, quote.total, on),
        state=STATE_LABELS[ProposalState(proposal.state)],
        kind=KINDS[proposal.state],
        method=METHOD_LABELS[PaymentMethod(proposal.payment_method)],
        valid_until=proposal.valid_until
        or last_day(proposed_on=today, days=proposal.validity_days),
        today=today,
        on=on,
    )


def rows_of(proposals: Sequence[Proposal], *, for_client: bool) -> list[ProposalRow]:
    """Proposals with their state in the words of who reads."""
    return [_row(one, for_client) for one in proposals]


def _row(proposal: Proposal, for_client: bool) -> ProposalRow:
    state = ProposalState(proposal.state)
    waits = for_client and state is ProposalState.PROPOSED
    return ProposalRow(
        proposal, _TO_ANSWER if waits else STATE_LABELS[state], KINDS[proposal.state]
    )


def pdf_of(proposal: Proposal) -> FileResponse:
    """The stored PDF, byte for byte; 404 before it is made."""
    try:
        content = storage.open(proposal.pdf_path)
    except (storage.UnknownFileError, ValueError) as missing:
        raise Http404 from missing
    name = f"{proposal.reference}.pdf"
    return FileResponse(content, content_type="application/pdf", filename=name)
