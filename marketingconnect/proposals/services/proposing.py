"""Send a proposal, take it back, or begin another in its place."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import Cart, ShownLine
from marketingconnect.clock import paris_date
from marketingconnect.jobs import job
from marketingconnect.orders.queries import order_line_of
from marketingconnect.proposals.discounts import discount_limit_on
from marketingconnect.proposals.errors import (
    InvalidFieldsError,
    StaleProposalError,
    UnproposableLineError,
)
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.notices import tell_proposal_is_sent, tell_proposal_is_withdrawn
from marketingconnect.proposals.queries import description_of, priced_by, quote_of
from marketingconnect.proposals.rules import last_day
from marketingconnect.proposals.services.composing import (
    Conditions,
    conditions_problems,
    create_proposal,
)
from marketingconnect.proposals.services.rows import draft, locked, move
from marketingconnect.proposals.states import ProposalState

PRINT = "proposals.print"


@transaction.atomic
def propose(proposal_id: int, *, actor: Actor, now: datetime) -> Proposal:
    """CGV Def, III.a, III.b: freeze prices, conditions and terms of the day, and tell the client.

    What it replaces is withdrawn if it still waited. Raises UnproposableLineError,
    InvalidFieldsError or StaleProposalError: nothing is sent then.
    """
    proposal = _locked_with_its_company(proposal_id)
    replaced = locked(proposal.replaces_id) if proposal.replaces_id else None
    quote = quote_of(proposal, paris_date(now))
    _must_stand(proposal, quote, now)
    if replaced and replaced.state == ProposalState.PROPOSED:
        _end(replaced, f"Remplacée par {proposal.reference}.", actor, now)
    _freeze_lines(proposal, quote)
    today = paris_date(now)
    move(
        proposal,
        ProposalState.PROPOSED,
        "proposal.proposed",
        actor=actor,
        now=now,
        proposed_at=now,
        valid_until=last_day(proposed_on=today, days=proposal.validity_days),
        price_list=quote.price_list,
        terms=quote.terms,
        territory=proposal.company.territory,
        top_up_cents=quote.top_up.cents,
        net_cents=quote.net.cents,
        vat_cents=quote.vat_amount.cents,
        total_cents=quote.total.cents,
        vat_rate=quote.vat.percent,
    )
    tell_proposal_is_sent(proposal, replaced, at=now)
    job(PRINT, queue="documents").defer(proposal_id=proposal.pk)
    return proposal


def _locked_with_its_company(proposal_id: int) -> Proposal:
    """The company first, as every verb that sells to it does."""
    company_id = Proposal.objects.values_list("company_id", flat=True).get(pk=proposal_id)
    Company.objects.select_for_update().get(pk=company_id)
    return draft(proposal_id)


def _must_stand(proposal: Proposal, quote: Cart, now: datetime) -> None:
    _lines_must_stand(proposal, quote, now)
    problems = conditions_problems(
        conditions_of(proposal), terms=quote.parameters, today=paris_date(now)
    )
    if proposal.payment_method not in quote.methods:
        problems["payment_method"] = (
            f"Au-dessus de {quote.parameters.transfer_may_be_required_above} HT, ce client règle "
            "par virement (art. II.1.b)."
        )
    if problems:
        raise InvalidFieldsError(problems)


def _lines_must_stand(proposal: Proposal, quote: Cart, now: datetime) -> None:
    if not quote.lines:
        raise UnproposableLineError("Ajoutez au moins une prestation avant d’envoyer.")
    if quote.problems:
        raise UnproposableLineError(quote.problems[0])
    for line in quote.lines:
        if ordered := order_line_of(line.offer, line.item_id):
            raise UnproposableLineError(
                f"« {line.label} » est déjà commandée : {ordered.order.reference}."
            )
    most = discount_limit_on(paris_date(now))
    for row in proposal.lines.all():
        if row.discount_percent > most:
            raise UnproposableLineError(
                "Une remise dépasse la limite en vigueur aujourd’hui : baissez-la avant d’envoyer."
            )


def conditions_of(proposal: Proposal) -> Conditions:
    """What was agreed so far."""
    return Conditions(
        payment_method=proposal.payment_method,
        instalments=proposal.instalments,
        first_due_on=proposal.first_due_on,
        validity_days=proposal.validity_days,
        message=proposal.message,
        purchase_reference=proposal.purchase_reference,
    )


def _freeze_lines(proposal: Proposal, quote: Cart) -> None:
    rows = {row.pk: row for row in proposal.lines.all()}
    try:
        with transaction.atomic():
            for line in quote.lines:
                _freeze(rows[line.id], line)
    except IntegrityError as clash:
        raise UnproposableLineError(
            "Une de ces prestations figure dans une autre proposition qui attend sa réponse : "
            "retirez-la, ou révisez l’autre proposition."
        ) from clash


def _freeze(row: ProposalLine, line: ShownLine) -> None:
    description = description_of(row)
    ProposalLine.objects.filter(pk=row.pk).update(
        is_live=True,
        label=line.label,
        service=line.service[:200],
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        parts=[{**asdict(part), "unit_price": str(part.unit_price)} for part in line.parts],
        uses=line.uses,
        net_cents=line.net.cents,
        described=priced_by(description) if description else {},
    )


@transaction.atomic
def withdraw(proposal_id: int, *, reason: str, actor: Actor, now: datetime) -> Proposal:
    """CGV Def: take a proposal back before the client answers; sent, the client is told why.

    Raises InvalidFieldsError without a reason for one that was sent, StaleProposalError.
    """
    proposal = locked(proposal_id)
    why = " ".join(reason.split())[:500]
    was_sent = proposal.state == ProposalState.PROPOSED
    if was_sent and not why:
        raise InvalidFieldsError({"reason": "Dites au client pourquoi : il lira cette phrase."})
    _end(proposal, why, actor, now)
    if was_sent:
        tell_proposal_is_withdrawn(proposal, at=now)
    return proposal


def _end(proposal: Proposal, reason: str, actor: Actor, now: datetime) -> None:
    move(
        proposal,
        ProposalState.WITHDRAWN,
        "proposal.withdrawn",
        actor=actor,
        now=now,
        ended_at=now,
        ended_by_id=actor.id,
        end_reason=reason,
    )


@transaction.atomic
def revise(proposal_id: int, *, user_id: int, actor: Actor, now: datetime) -> Proposal:
    """CGV Def: a new draft with the same lines and conditions, at the prices of the day.

    What it replaces still holds until the new one is sent. The draft begun before comes back
    rather than a second one. Raises StaleProposalError for a draft or an accepted proposal.
    """
    earlier = locked(proposal_id)
    if earlier.state in {ProposalState.DRAFT, ProposalState.ACCEPTED}:
        raise StaleProposalError("Cette proposition ne se révise pas : elle est acceptée ou vide.")
    if begun := earlier.replacements.filter(state=ProposalState.DRAFT).first():
        return begun
    company_id = earlier.company_id
    new = create_proposal(
        company_id=company_id, user_id=user_id, actor=actor, now=now, replaces=earlier
    )
    _copy(earlier, new, user_id, now)
    new.refresh_from_db()
    return new


def _copy(earlier: Proposal, new: Proposal, user_id: int, now: datetime) -> None:
    """A day agreed that is past is left to choose again."""
    values = asdict(conditions_of(earlier))
    if earlier.first_due_on and earlier.first_due_on < paris_date(now):
        values |= {"first_due_on": None, "instalments": 1}
    Proposal.objects.filter(pk=new.pk).update(**values)
    for line in earlier.lines.all():
        if order_line_of(line.offer, line.item_id) is None:
            ProposalLine.objects.create(
                proposal=new,
                offer=line.offer,
                item_id=line.item_id,
                added_by_id=user_id,
                added_at=now,
                discount_percent=line.discount_percent,
                discount_reason=line.discount_reason,
            )
