"""Reads of proposals: what each says and costs, what may be proposed, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from marketingconnect.accounts.models import Company
from marketingconnect.cart.attestations import attestations_for
from marketingconnect.cart.models import CartLine
from marketingconnect.cart.queries import Cart, ShownLine, priced
from marketingconnect.catalogue.queries import PricePart
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import find_vat_rate, vat_by_rate
from marketingconnect.offers.contract import LineDescription, Missing, OrderFacts
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.offers.list_rental.queries import rentals_of
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.registry import knows, offer_for
from marketingconnect.orders.rules import PAYMENT_MISSING
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.queries import transfer_applies
from marketingconnect.payments.rules import earliest_debit_date, schedule
from marketingconnect.payments.states import LIVE_MANDATES, PaymentMethod
from marketingconnect.proposals.discounts import agreed_price
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.rules import first_instalment_on, methods_agreed
from marketingconnect.proposals.states import ProposalState
from marketingconnect.terms.law import value_on
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, law_of, parameters_of, vat_rates


@dataclass(frozen=True)
class Candidate:
    """An item of the client's that a proposal may take."""

    offer: str
    item_id: int
    name: str
    in_basket: bool
    waits_in: str
    """Reference of the proposal in which it waits for the client's answer."""


def all_proposals(state: str = "", advisor_id: int | None = None) -> QuerySet[Proposal]:
    """Staff's list, the latest first."""
    found = Proposal.objects.select_related("company", "advisor", "order").order_by("-pk")
    if state:
        found = found.filter(state=state)
    return found if advisor_id is None else found.filter(advisor_id=advisor_id)


def proposals_of(company_id: int) -> QuerySet[Proposal]:
    """What a client was sent, the latest first; drafts are not its concern."""
    sent = Proposal.objects.filter(company_id=company_id, proposed_at__isnull=False)
    return sent.select_related("advisor", "order", "terms", "price_list").order_by("-pk")


def proposal_of(company_id: int, reference: str) -> Proposal:
    """One proposal sent to a company. Raises Proposal.DoesNotExist, also for anybody else's."""
    return proposals_of(company_id).select_related("company").get(reference=reference)


def proposal_by_reference(reference: str) -> Proposal | None:
    """One proposal whoever's it is, for staff."""
    found = Proposal.objects.select_related("company", "advisor", "order", "replaces", "terms")
    return found.filter(reference=reference).first()


def quote_of(proposal: Proposal, on: date) -> Cart:
    """Lines and amounts: live while it is a draft, frozen since it was sent.

    VAT and terms are those of the day given, as an order placed then would have them.
    """
    if proposal.state == ProposalState.DRAFT or proposal.price_list is None:
        return _live(proposal, on)
    return _frozen(proposal, on)


def _live(proposal: Proposal, on: date) -> Cart:
    rows = {line.pk: line for line in proposal.lines.all()}
    quote = priced(
        proposal.company_id,
        [(line.pk, line.offer, line.item_id) for line in rows.values()],
        on,
        agreed=lambda line: agreed_price(line, rows[line.id]),
    )
    return replace(quote, methods=_methods(proposal.company_id, quote, on))


def _methods(company_id: int, quote: Cart, on: date) -> tuple[str, ...]:
    parameters = quote.parameters
    return tuple(
        methods_agreed(
            net=quote.net,
            threshold=parameters.transfer_may_be_required_above,
            applies=transfer_applies(
                company_id, on, default=parameters.transfer_required_by_default
            ),
        )
    )


def _frozen(proposal: Proposal, on: date) -> Cart:
    assert proposal.price_list is not None  # noqa: S101  frozen with the rest
    terms = current_terms(on)
    lines = tuple(_shown(line) for line in proposal.lines.all())
    vat = find_vat_rate(on, proposal.territory, vat_rates())
    return Cart(
        lines=lines,
        top_up=Money(proposal.top_up_cents),
        price_list=proposal.price_list,
        terms=terms,
        parameters=parameters_of(terms),
        vat=vat,
        vat_lines=vat_by_rate([(Money(proposal.net_cents), vat.percent)]),
        attestations=tuple(attestations_for(offers={line.offer for line in lines})),
        methods=(proposal.payment_method,),
    )


def _shown(line: ProposalLine) -> ShownLine:
    return ShownLine(
        id=line.pk,
        offer=line.offer,
        item_id=line.item_id,
        service=line.service,
        label=line.label,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=Money(line.net_cents),
        next_tier=None,
        parts=tuple(
            PricePart(part["code"], part["label"], Decimal(part["unit_price"]))
            for part in line.parts
        ),
        uses=line.uses,
    )


def description_of(line: ProposalLine) -> LineDescription | None:
    """What the item would sell now; None when it is gone."""
    try:
        return offer_for(line.offer).describe(line.item_id)
    except LookupError:
        return None


def priced_by(description: LineDescription) -> dict[str, Any]:
    """What decides the price of an item."""
    return {
        "quantity": description.quantity,
        "price_code": description.price_code,
        "options": list(description.options),
        "uses": description.uses,
    }


def schedule_of(proposal: Proposal, total: Money, on: date) -> tuple[tuple[date, Money], ...]:
    """CGV II.2.b: the instalments of an acceptance on that day; none when it is paid at once."""
    if proposal.first_due_on is None or not total.cents:
        return ()
    sent_on = paris_date(proposal.proposed_at) if proposal.proposed_at else on
    first_on = first_instalment_on(
        agreed=proposal.first_due_on,
        proposed_on=sent_on,
        accepted_on=on,
        earliest=_earliest_payment(proposal, on),
        within_months=parameters_of(current_terms(on)).first_payment_within_months,
    )
    return schedule(total=total, count=proposal.instalments, first_on=first_on)


def _earliest_payment(proposal: Proposal, on: date) -> date:
    if proposal.payment_method != PaymentMethod.DEBIT:
        return on
    key = "direct_debit_notice_days"
    return earliest_debit_date(
        announced_on=on,
        notice_days=value_on(key, on, law_of(key), int),
        territory=proposal.company.territory,
    )


def mandate_in_use(company_id: int) -> DebitMandate | None:
    """The mandate that a debit would use, signed already or about to be."""
    live = DebitMandate.objects.filter(
        company_id=company_id, state__in=LIVE_MANDATES, is_one_off=False
    )
    return live.first()


def candidates_for(proposal: Proposal) -> list[Candidate]:
    """The client's basket and drafts that are not in the proposal yet, those of the basket first.

    Drafts belong to the client, whoever composed them.
    """
    company_id = proposal.company_id
    taken = {(line.offer, line.item_id) for line in proposal.lines.all()}
    rows = CartLine.objects.filter(company_id=company_id)
    basket = {(row.offer, row.item_id) for row in rows}
    waiting = waiting_elsewhere(proposal)
    found = [
        Candidate(
            offer, item_id, name, (offer, item_id) in basket, waiting.get((offer, item_id), "")
        )
        for offer, item_id, name in _drafts_of(company_id)
        if (offer, item_id) not in taken
    ]
    return sorted(found, key=lambda one: not one.in_basket)


def waiting_elsewhere(proposal: Proposal) -> dict[tuple[str, int], str]:
    """Items of the client that wait in another proposal, with its reference.

    What this one replaces is left out: it is withdrawn when this one is sent.
    """
    live = ProposalLine.objects.filter(proposal__company_id=proposal.company_id, is_live=True)
    rows = live.exclude(proposal__in=[proposal.pk, proposal.replaces_id or 0])
    return {
        (offer, item_id): reference
        for offer, item_id, reference in rows.values_list("offer", "item_id", "proposal__reference")
    }


def _drafts_of(company_id: int) -> list[tuple[str, int, str]]:
    campaigns = campaigns_of(company_id).filter(ordered_quantity__isnull=True)
    rentals = rentals_of(company_id).filter(state=RentalState.COMPOSING)
    return [
        *(("email", one.pk, one.name) for one in campaigns[:50]),
        *(("list_rental", one.pk, one.name) for one in rentals[:50]),
    ]


def missing_before_leaving(line: ShownLine, terms: TermsParameters) -> Sequence[Missing]:
    """What a line will wait for once ordered, its payment left out."""
    if line.problem or not knows(line.offer):
        return []
    facts = OrderFacts(
        order_reference="", payment_validated_on=None, terms=terms, quantity=line.quantity
    )
    found = offer_for(line.offer).missing(line.item_id, facts)
    return [one for one in found if one.code != PAYMENT_MISSING]


def proposals_that_wait() -> QuerySet[Proposal]:
    """Sent and unanswered, those that end first at the top."""
    waiting = Proposal.objects.filter(state=ProposalState.PROPOSED)
    return waiting.order_by("valid_until", "pk")


def proposals_to_end_soon(today: date, *, days: int) -> QuerySet[Proposal]:
    """Sent, unanswered, and past or near their last day."""
    return proposals_that_wait().filter(valid_until__lte=today + timedelta(days=days))


def drafts() -> QuerySet[Proposal]:
    """Being composed, the oldest first."""
    return Proposal.objects.filter(state=ProposalState.DRAFT).order_by("created_at", "pk")


def renewals_asked() -> QuerySet[Proposal]:
    """Expired proposals whose client asked for another one that was not begun yet."""
    asked = Proposal.objects.filter(renewal_asked_at__isnull=False, replacements__isnull=True)
    return asked.order_by("renewal_asked_at", "pk")


def proposals_without_pdf() -> QuerySet[Proposal, int]:
    """Ids of what was sent and not printed yet."""
    sent = Proposal.objects.filter(proposed_at__isnull=False, pdf_path="")
    return sent.order_by("pk").values_list("pk", flat=True)


def client_company(reference: str) -> Company | None:
    """A client that may be proposed something, by its number."""
    open_ones = Company.objects.filter(reference=reference, closed_at__isnull=True)
    return open_ones.first()
