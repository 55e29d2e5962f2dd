"""Compose a proposal: its lines, and what is agreed with the client."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.registry import knows, offer_for
from marketingconnect.orders.queries import order_line_of
from marketingconnect.payments.states import OFFLINE_SALE_METHODS
from marketingconnect.proposals.errors import (
    InvalidFieldsError,
    NotAllowedError,
    UnproposableLineError,
)
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.rules import may_prepare, schedule_problems
from marketingconnect.proposals.services.rows import draft, journal, next_reference
from marketingconnect.terms.parameters import SETTINGS, TermsParameters
from marketingconnect.terms.queries import current_terms, parameters_of


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What advisor and client agree on besides the lines; `first_due_on` only with a schedule."""

    payment_method: str
    instalments: int
    first_due_on: date | None
    validity_days: int
    message: str = ""
    purchase_reference: str = ""


@transaction.atomic
def create_proposal(
    *,
    company_id: int,
    user_id: int,
    actor: Actor,
    now: datetime,
    replaces: Proposal | None = None,
) -> Proposal:
    """CGV Def, II.1.c: begin a proposal for a client; the advisor's name is kept with it.

    Raises NotAllowedError for anybody but an advisor, LookupError for a company closed or unknown.
    """
    advisor = User.objects.get(pk=user_id)
    if not may_prepare(staff_role=advisor.staff_role):
        raise NotAllowedError("Seul un conseiller prépare une proposition.")
    company = Company.objects.filter(pk=company_id, closed_at__isnull=True).first()
    if company is None:
        raise LookupError(f"company {company_id}")
    today = paris_date(now)
    proposal = Proposal.objects.create(
        reference=next_reference(today.year),
        company=company,
        advisor=advisor,
        created_at=now,
        replaces=replaces,
        validity_days=parameters_of(current_terms(today)).proposal_validity_days,
    )
    after = {"replaces": replaces.reference} if replaces else {}
    journal("proposal.created", proposal, actor=actor, now=now, after=after)
    return proposal


@transaction.atomic
def add_line(
    proposal_id: int, *, offer: str, item_id: int, user_id: int, actor: Actor, now: datetime
) -> ProposalLine:
    """CGV II.1.c: take an item of the client's, from its basket or its drafts; once is enough.

    Raises UnproposableLineError when it cannot be priced yet or is ordered, LookupError when it is
    unknown or another company's.
    """
    proposal = draft(proposal_id)
    _must_be_proposable(proposal, offer, item_id)
    line, is_new = ProposalLine.objects.get_or_create(
        proposal=proposal,
        offer=offer,
        item_id=item_id,
        defaults={"added_by_id": user_id, "added_at": now},
    )
    if is_new:
        item = {"item": f"{offer}:{item_id}"}
        journal("proposal.line_added", proposal, actor=actor, now=now, after=item)
    return line


def _must_be_proposable(proposal: Proposal, offer: str, item_id: int) -> None:
    if not knows(offer):
        raise LookupError(offer)
    try:
        description = offer_for(offer).describe(item_id)
    except NotSellableError as refusal:
        raise UnproposableLineError(str(refusal)) from refusal
    if description.company_id != proposal.company_id:
        raise LookupError(f"{offer}:{item_id}")
    if line := order_line_of(offer, item_id):
        raise UnproposableLineError(f"Déjà commandé : {line.order.reference}.")


@transaction.atomic
def remove_line(proposal_id: int, line_id: int, *, actor: Actor, now: datetime) -> bool:
    """Take a line out of a draft; what it describes is kept. False when it was not there."""
    proposal = draft(proposal_id)
    line = ProposalLine.objects.filter(proposal=proposal, pk=line_id).first()
    if line is None:
        return False
    item = {"item": str(line)}
    line.delete()
    journal("proposal.line_removed", proposal, actor=actor, now=now, after=item)
    return True


@transaction.atomic
def set_conditions(
    proposal_id: int, conditions: Conditions, *, actor: Actor, now: datetime
) -> Proposal:
    """CGV Def, II.2.b: the means of payment, the schedule, the validity and a word to the client.

    Raises InvalidFieldsError, by field.
    """
    proposal = draft(proposal_id)
    today = paris_date(now)
    terms = parameters_of(current_terms(today))
    if problems := conditions_problems(conditions, terms=terms, today=today):
        raise InvalidFieldsError(problems)
    values = {**asdict(conditions), "message": conditions.message.strip()}
    Proposal.objects.filter(pk=proposal.pk).update(**values)
    proposal.refresh_from_db()
    journal("proposal.conditions_set", proposal, actor=actor, now=now, after=values)
    return proposal


def conditions_problems(
    conditions: Conditions, *, terms: TermsParameters, today: date
) -> dict[str, str]:
    """French sentences by field; empty when everything stands."""
    problems = schedule_problems(
        method=conditions.payment_method,
        count=conditions.instalments,
        first_on=conditions.first_due_on,
        today=today,
        within_months=terms.first_payment_within_months,
    )
    if conditions.payment_method not in set(OFFLINE_SALE_METHODS):
        problems["payment_method"] = "Choisissez un moyen de paiement."
    _, allowed = SETTINGS["proposal_validity_days"]
    if not allowed.least <= conditions.validity_days <= (allowed.most or 0):
        sentence = f"Indiquez une durée de {allowed.least} à {allowed.most} jours."
        problems["validity_days"] = sentence
    return problems
