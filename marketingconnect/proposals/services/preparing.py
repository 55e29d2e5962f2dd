"""Prepare for a client what a proposal will sell: it is the client's own draft (CGV II.1.c)."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.audit.actors import Actor
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.services import choose_file, start_campaign
from marketingconnect.offers.email.targets import choose_target as choose_base_target
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.services import (
    choose_target,
    choose_uses,
    start_rental,
)
from marketingconnect.proposals.errors import InvalidFieldsError, ProposalError
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.services.composing import add_line
from marketingconnect.proposals.services.rows import draft
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.terms.queries import first_owner

Begun = TypeVar("Begun")
"""A campaign or a rental, as its offer begins it."""


@transaction.atomic
def prepare_campaign(
    proposal_id: int, *, name: str, file_id: int, user_id: int, actor: Actor, now: datetime
) -> ProposalLine:
    """CGV II.1.c, B.1.3: a campaign to one of the client's own files, begun by its advisor.

    It belongs to the client, who is told what becomes of it; the journal names the advisor. Raises
    InvalidFieldsError.
    """
    proposal, campaign = _begun(proposal_id, start_campaign, name=name, actor=actor, now=now)
    try:
        choose_file(campaign.pk, file_id=file_id, actor=actor, now=now)
    except EmailCampaignError as refusal:
        raise InvalidFieldsError({"file": str(refusal)}) from refusal
    return _taken(proposal, "email", campaign.pk, user_id, actor, now)


@transaction.atomic
def prepare_base_campaign(
    proposal_id: int,
    *,
    name: str,
    criteria: Criteria,
    counted: int,
    release: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ProposalLine:
    """CGV II.1.c, B.1.3: a campaign to one of the client's targets of the base, begun for it.

    `counted` is what the target gave when it was asked just before. Raises InvalidFieldsError.
    """
    proposal, campaign = _begun(proposal_id, start_campaign, name=name, actor=actor, now=now)
    try:
        choose_base_target(
            campaign.pk, criteria=criteria, counted=counted, release=release, actor=actor, now=now
        )
    except EmailCampaignError as refusal:
        raise InvalidFieldsError({"target": refusal.sentence}) from refusal
    return _taken(proposal, "email", campaign.pk, user_id, actor, now)


@transaction.atomic
def prepare_rental(
    proposal_id: int,
    *,
    name: str,
    criteria: Criteria,
    counted: int,
    release: str,
    uses: Collection[str],
    times: int,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ProposalLine:
    """CGV II.1.c, CL.1, CL.4: a file for one of the client's own targets, for the uses agreed.

    `counted` is what the target gave when it was asked just before. Raises InvalidFieldsError.
    """
    proposal, rental = _begun(proposal_id, start_rental, name=name, actor=actor, now=now)
    field = "target"
    try:
        choose_target(
            rental.pk, criteria=criteria, counted=counted, release=release, actor=actor, now=now
        )
        field = "uses"
        choose_uses(rental.pk, uses=uses, times=times, actor=actor, now=now)
    except RentalError as refusal:
        raise InvalidFieldsError({field: refusal.sentence}) from refusal
    return _taken(proposal, "list_rental", rental.pk, user_id, actor, now)


def _begun(
    proposal_id: int, start: Callable[..., Begun], *, name: str, actor: Actor, now: datetime
) -> tuple[Proposal, Begun]:
    """The proposal while it is a draft, and what it will sell, which its client owns."""
    proposal = draft(proposal_id)
    item = start(
        company_id=proposal.company_id,
        name=name.strip(),
        user_id=_owner(proposal).pk,
        actor=actor,
        now=now,
    )
    return proposal, item


def _taken(
    proposal: Proposal, offer: str, item_id: int, user_id: int, actor: Actor, now: datetime
) -> ProposalLine:
    return add_line(
        proposal.pk, offer=offer, item_id=item_id, user_id=user_id, actor=actor, now=now
    )


def _owner(proposal: Proposal) -> User:
    """Whose draft it is, and who is written to about it."""
    owner = first_owner(proposal.company)
    if owner is None:
        raise ProposalError("Ce client n’a plus de propriétaire : ajoutez-en un d’abord.")
    return owner
