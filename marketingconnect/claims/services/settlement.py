"""Settle a rental: the delivered quantity against the ordered one, in money (CGV CL.6)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.rules import Unit
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError, StaleClaimError
from marketingconnect.claims.models import Settlement
from marketingconnect.claims.queries import Sale, sale_of
from marketingconnect.claims.rules.settlement import (
    Decision,
    Outcome,
    correction,
    decision_problems,
    settled_net,
    settlement_outcome,
)
from marketingconnect.claims.services.cancelling import cancel_line
from marketingconnect.claims.states import SETTLEMENT_TRANSITIONS, SettlementState
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_supplement,
)
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.queries import delivered_quantity
from marketingconnect.offers.list_rental.services import end_rental, top_up
from marketingconnect.orders.models import Order

SETTLER = Actor.system("Règlement des livraisons")


@transaction.atomic
def settle_rental(rental_id: int, *, now: datetime) -> Settlement | None:
    """CGV CL.6: settle a rental once its delivery is available, and again once it is topped up.

    Within the tolerance the difference is credited or invoiced at the same unit price; beyond it
    a decision of staff is awaited. None when there is nothing to settle any more.
    """
    rental = ListRental.objects.get(pk=rental_id)
    sale = sale_of(rental)
    Order.objects.select_for_update().get(pk=sale.line.order_id)
    existing = Settlement.objects.filter(rental=rental).first()
    if existing is not None and existing.state != SettlementState.TOPPING_UP:
        return None
    delivered = delivered_quantity(rental)
    outcome = settlement_outcome(ordered=sale.line.quantity, delivered=delivered, terms=sale.terms)
    settlement = existing or Settlement(
        rental=rental,
        state=SettlementState.DECISION_AWAITED,
        ordered=sale.line.quantity,
        unit_price=sale.line.unit_price,
        opened_at=now,
    )
    settlement.delivered, settlement.outcome = delivered, outcome
    if outcome is Outcome.DECISION:
        settlement.state = SettlementState.DECISION_AWAITED
        settlement.save()
        _journal("settlement.decision_awaited", settlement, SETTLER, now)
        return settlement
    settlement.save()
    return _settle(settlement, sale, settlement.unit_price, SETTLER, now)


@transaction.atomic
def decide_settlement(
    settlement_id: int,
    *,
    decision: str,
    reason: str,
    agreed_unit_price: Decimal | None = None,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> Settlement:
    """CGV CL.6: beyond the tolerance, record what the parties agreed on, and do it.

    `top_up` delivers the missing addresses, `new_agreement` settles the delivered quantity at the
    agreed unit price (by default that of the order), `cancel` ends the order and credits it.
    Raises InvalidFieldsError, StaleClaimError.
    """
    settlement = Settlement.objects.select_related("rental").get(pk=settlement_id)
    sale = sale_of(settlement.rental)
    Order.objects.select_for_update().get(pk=sale.line.order_id)
    settlement.refresh_from_db()
    if settlement.state != SettlementState.DECISION_AWAITED:
        raise StaleClaimError
    problems = decision_problems(
        decision=decision,
        reason=reason,
        ordered=settlement.ordered,
        delivered=settlement.delivered,
    )
    if agreed_unit_price is not None and agreed_unit_price < 0:
        problems["agreed_unit_price"] = "Un prix ne peut pas être négatif."
    if problems:
        raise InvalidFieldsError(problems)
    settlement.decision, settlement.reason = decision, reason.strip()
    settlement.decided_by_id, settlement.decided_at = user_id, now
    settlement.save()
    _journal("settlement.decided", settlement, actor, now)
    return _carry_out(settlement, sale, agreed_unit_price, actor, now)


def _carry_out(
    settlement: Settlement,
    sale: Sale,
    agreed_unit_price: Decimal | None,
    actor: Actor,
    now: datetime,
) -> Settlement:
    match Decision(settlement.decision):
        case Decision.TOP_UP:
            missing = settlement.ordered - settlement.delivered
            top_up(settlement.rental_id, quantity=missing, actor=actor, now=now)
            _move(settlement, SettlementState.TOPPING_UP)
            return settlement
        case Decision.CANCEL:
            _end(settlement, sale, actor, now)
            return settlement
        case Decision.NEW_AGREEMENT:
            price = settlement.unit_price if agreed_unit_price is None else agreed_unit_price
            return _settle(settlement, sale, price, actor, now)


def _end(settlement: Settlement, sale: Sale, actor: Actor, now: datetime) -> None:
    """The parties give the order up: its files are withdrawn and its price is credited."""
    end_rental(settlement.rental_id, article="CL.6", reason=settlement.reason, actor=actor, now=now)
    cancel_line(
        sale.line,
        reason=f"Annulation convenue : {settlement.reason}",
        article="CL.6",
        cause=f"settlement:{settlement.pk}",
        with_file_fee=False,
        actor=actor,
        now=now,
    )
    _move(settlement, SettlementState.CANCELLED)


def _settle(
    settlement: Settlement, sale: Sale, unit_price: Decimal, actor: Actor, now: datetime
) -> Settlement:
    settled = settled_net(
        delivered=settlement.delivered, unit=Unit(sale.line.unit), unit_price=unit_price
    )
    if sale.invoice is None:
        raise ClaimError("Cette commande n’est pas facturée.")
    others = Money.total(
        Money(line.net_cents)
        for line in sale.line.order.lines.exclude(offer="").exclude(pk=sale.line.pk)
    )
    difference = correction(
        line_net=Money(sale.line.net_cents),
        settled=settled,
        others=others,
        minimum=sale.terms.minimum_order,
    )
    settlement.unit_price = unit_price
    settlement.settled_cents = settled.cents
    settlement.document = _document(settlement, sale, sale.invoice, difference, now)
    settlement.settled_at = now
    _move(settlement, SettlementState.SETTLED)
    _journal("settlement.settled", settlement, actor, now)
    return settlement


def _document(
    settlement: Settlement, sale: Sale, invoice: Invoice, difference: Money, now: datetime
) -> Invoice | None:
    """The credit note or the balance, none when the price does not change."""
    if difference == Money.zero:
        return None
    reason = non_breaking(
        f"Quantité livrée : {format_number_fr(settlement.delivered)} adresses, pour "
        f"{format_number_fr(settlement.ordered)} commandées, au prix unitaire de la commande "
        "(CGV, art. CL.6)."
        if settlement.unit_price == sale.line.unit_price
        else f"Quantité livrée : {format_number_fr(settlement.delivered)} adresses, à un nouveau "
        "prix convenu (CGV, art. CL.6)."
    )
    cause = f"settlement:{settlement.pk}"
    line = DocumentLine(
        label=f"Règlement sur la quantité livrée : {sale.line.label}"[:200],
        quantity=abs(settlement.ordered - settlement.delivered) or settlement.delivered,
        unit=sale.line.unit,
        unit_price=settlement.unit_price,
        net=max(difference, -difference),
    )
    if difference < Money.zero:
        return issue_credit_note(invoice, [line], reason=reason, cause=cause, now=now)
    return issue_supplement(
        sale.line.order_id,
        [line],
        reason=reason,
        cause=cause,
        now=now,
        supplied_on=paris_date(now),
    )


def _move(settlement: Settlement, new: SettlementState) -> None:
    """The order is locked: nobody else moves it meanwhile."""
    if new not in SETTLEMENT_TRANSITIONS[SettlementState(settlement.state)]:
        raise StaleClaimError
    settlement.state = new
    settlement.save()


def _journal(action: str, settlement: Settlement, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=settlement.rental.company_id,
        subject=f"list_rental:{settlement.rental_id}",
        at=now,
        after={
            "ordered": settlement.ordered,
            "delivered": settlement.delivered,
            "outcome": settlement.outcome,
            "decision": settlement.decision,
            "reason": settlement.reason,
            "unit_price": str(settlement.unit_price),
            "settled_cents": settlement.settled_cents,
            "document": settlement.document.number if settlement.document else "",
        },
    )
