"""A claim about messages that did not arrive, from its letter to a credit note or to its rule."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.errors import ClaimError, StaleClaimError
from marketingconnect.claims.guaranteed import lot_of
from marketingconnect.claims.models import GuaranteeClaim, GuaranteeFigures
from marketingconnect.claims.notices import tell_guarantee_is_decided
from marketingconnect.claims.rules.guarantees import (
    ARTICLES,
    GuaranteedChannel,
    LotFigures,
    PopulationFigures,
    guarantee_deadline,
    guarantee_outcome_refusal,
    guarantee_refusal,
    lot_dues,
    net_unit_price,
)
from marketingconnect.claims.rules.returns import ClaimRefusal
from marketingconnect.claims.services.claims import next_reference
from marketingconnect.claims.services.letters import received_claim_letter
from marketingconnect.claims.states import GUARANTEE_TRANSITIONS, GuaranteeState
from marketingconnect.clock import paris_date
from marketingconnect.contracts.queries import stops_of
from marketingconnect.contracts.rules.clocks import deadline_after_stops
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, remaining_of
from marketingconnect.invoices.services import DocumentLine, issue_credit_note
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.terms.queries import parameters_of


@transaction.atomic
def open_guarantee_claim(
    line_id: int, *, user_id: int, actor: Actor, now: datetime
) -> GuaranteeClaim:
    """CGV B.3, CC.4: a client complains that messages to rented people did not arrive.

    Raises ClaimError for what was not sent, or was claimed and decided already.
    """
    line = OrderLine.objects.select_related("order").get(pk=line_id)
    Order.objects.select_for_update().get(pk=line.order_id)
    lot = lot_of(line.offer, line.item_id)
    if lot is None:
        raise ClaimError("Rien de ce qui a été envoyé ici n’est garanti.", article="B.3")
    before = GuaranteeClaim.objects.filter(line=line).exclude(state=GuaranteeState.INADMISSIBLE)
    if before.exists():
        raise ClaimError(
            "Une réclamation sur cet envoi existe déjà.", article=ARTICLES[lot.channel]
        )
    claim = GuaranteeClaim.objects.create(
        reference=next_reference(paris_date(now).year),
        company_id=line.order.company_id,
        line=line,
        channel=lot.channel,
        sent_on=lot.sent_on,
        received_at=now,
        received_by_id=user_id,
    )
    _journal("guarantee.received", claim, actor, now, sent_on=lot.sent_on)
    return claim


@transaction.atomic
def record_guarantee_letter(
    claim_id: int,
    *,
    number: str,
    posted_on: date,
    received_on: date | None,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> GuaranteeClaim:
    """CGV B.3, CC.4: the registered letter of the claim: its number, when posted and received.

    Raises ClaimError, StaleClaimError once the claim was examined.
    """
    claim = _locked(claim_id, GuaranteeState.RECEIVED)
    claim.letter = received_claim_letter(
        claim.line.order,
        number=number,
        posted_on=posted_on,
        received_on=received_on,
        user_id=user_id,
        actor=actor,
        now=now,
    )
    claim.save(update_fields=["letter"])
    _journal("guarantee.letter_recorded", claim, actor, now, letter=claim.letter.number)
    return claim


@transaction.atomic
def examine_guarantee_claim(
    claim_id: int, *, user_id: int, actor: Actor, now: datetime
) -> GuaranteeClaim:
    """CGV B.3, CC.4, B.1.6: is it admissible? Then compare it with the final figures.

    Out of time, without a letter, or not above its threshold, it is refused at once with its rule.
    Raises ClaimError while the figures are not final.
    """
    claim = _locked(claim_id, GuaranteeState.RECEIVED)
    lot = lot_of(claim.line.offer, claim.line.item_id)
    if lot is None:
        raise ClaimError("Les chiffres de cet envoi ne sont plus connus.")
    claim.decided_by_id, claim.decided_at = user_id, now
    claim.deadline = _deadline(claim.line.order, lot)
    if refusal := _inadmissible(claim, lot):
        _refuse(claim, GuaranteeState.INADMISSIBLE, refusal, actor, now)
        return claim
    if not lot.are_final:
        raise ClaimError("Les chiffres de cet envoi ne sont pas encore arrêtés.", article="B.1.6")
    _keep_figures(claim, lot)
    terms = parameters_of(claim.line.order.terms)
    if refusal := guarantee_outcome_refusal(lot, lot_dues(lot, terms=terms)):
        _refuse(claim, GuaranteeState.REFUSED, refusal, actor, now)
        return claim
    _move(claim, GuaranteeState.CHECKED)
    _journal("guarantee.checked", claim, actor, now, **_figures_told(claim))
    return claim


def _deadline(order: Order, lot: LotFigures) -> date | None:
    end = guarantee_deadline(sent_on=lot.sent_on, terms=parameters_of(order.terms))
    return deadline_after_stops(starts_on=lot.sent_on, deadline=end, stops=stops_of(order))


def _inadmissible(claim: GuaranteeClaim, lot: LotFigures) -> ClaimRefusal | None:
    letter = claim.letter
    return guarantee_refusal(
        lot,
        letter_number=letter.number if letter else "",
        posted_on=letter.posted_on if letter else None,
        received_on=letter.received_on if letter else None,
        # While force majeure holds the period, no letter is late.
        deadline=claim.deadline or date.max,
        terms=parameters_of(claim.line.order.terms),
    )


def _keep_figures(claim: GuaranteeClaim, lot: LotFigures) -> None:
    GuaranteeFigures.objects.bulk_create(
        GuaranteeFigures(
            claim=claim,
            population=due.figures.population,
            rented=due.figures.rented,
            undelivered=due.figures.undelivered,
            threshold=due.threshold,
            billed_cents=due.figures.billed.cents,
            compensated=due.compensated,
            net_cents=due.net.cents,
        )
        for due in lot_dues(lot, terms=parameters_of(claim.line.order.terms))
    )


@transaction.atomic
def credit_guarantee_claim(
    claim_id: int, *, user_id: int, actor: Actor, now: datetime
) -> GuaranteeClaim:
    """CGV B.3, CC.4: the excess, at the net unit price, by a credit note for later invoices.

    Never more than what remains of the invoice. Raises ClaimError, StaleClaimError.
    """
    claim = _locked(claim_id, GuaranteeState.CHECKED)
    invoice = first_invoice_of(claim.line.order)
    if invoice is None:
        raise ClaimError("Cette commande n’est pas facturée.")
    lines = _credited_lines(claim, remaining_of(invoice).net)
    if not lines:
        raise ClaimError("Il ne reste rien à rendre sur cette facture.")
    claim.credit_note = _issue(claim, invoice, lines, now)
    claim.decided_by_id, claim.decided_at = user_id, now
    _move(claim, GuaranteeState.CREDITED)
    _journal("guarantee.credited", claim, actor, now, credit_note=claim.credit_note.number)
    tell_guarantee_is_decided(claim, at=now)
    return claim


def _credited_lines(claim: GuaranteeClaim, remaining: Money) -> list[DocumentLine]:
    lines = []
    for row in claim.figures.filter(compensated__gt=0):
        net = min(Money(row.net_cents), remaining)
        if net > Money.zero:
            lines.append(_credited_line(claim, row, net))
            remaining = remaining - net
    return lines


def _credited_line(claim: GuaranteeClaim, row: GuaranteeFigures, net: Money) -> DocumentLine:
    whom = Population(row.population).label.lower()
    what = "E-mails" if claim.channel == GuaranteedChannel.EMAIL else "SMS"
    figures = PopulationFigures(
        population=Population(row.population),
        rented=row.rented,
        undelivered=row.undelivered,
        billed=Money(row.billed_cents),
    )
    return DocumentLine(
        label=f"{what} non aboutis, {whom}",
        quantity=row.compensated,
        unit="piece",
        unit_price=net_unit_price(figures),
        net=net,
        detail=(
            f"{format_number_fr(row.undelivered)} non aboutis sur {format_number_fr(row.rented)}"
        ),
    )


def _issue(
    claim: GuaranteeClaim, invoice: Invoice, lines: list[DocumentLine], now: datetime
) -> Invoice:
    article = ARTICLES[GuaranteedChannel(claim.channel)]
    reason = non_breaking(
        f"Réclamation {claim.reference} : messages non aboutis au-delà du seuil, au prix unitaire "
        f"facturé (CGV, art. {article})."
    )
    cause = f"guarantee:{claim.pk}"
    return issue_credit_note(invoice, lines, reason=reason, cause=cause, now=now)


def _refuse(
    claim: GuaranteeClaim,
    state: GuaranteeState,
    refusal: ClaimRefusal,
    actor: Actor,
    now: datetime,
) -> None:
    claim.rule, claim.article = refusal.rule, refusal.article
    claim.sentence = refusal.sentence[:400]
    _move(claim, state)
    _journal(
        f"guarantee.{state}",
        claim,
        actor,
        now,
        rule=claim.rule,
        article=claim.article,
        **_figures_told(claim),
    )
    tell_guarantee_is_decided(claim, at=now)


def _figures_told(claim: GuaranteeClaim) -> dict[str, object]:
    return {
        row.population: {
            "rented": row.rented,
            "undelivered": row.undelivered,
            "compensated": row.compensated,
            "net_cents": row.net_cents,
        }
        for row in claim.figures.all()
    }


def _locked(claim_id: int, expected: GuaranteeState) -> GuaranteeClaim:
    """Its order first, as everybody does; then the claim, if it still stands there."""
    order_id = GuaranteeClaim.objects.values_list("line__order_id", flat=True).get(pk=claim_id)
    Order.objects.select_for_update().get(pk=order_id)
    claims = GuaranteeClaim.objects.select_related("line__order__terms", "letter", "company")
    claim = claims.get(pk=claim_id)
    if claim.state != expected:
        raise StaleClaimError
    return claim


def _move(claim: GuaranteeClaim, new: GuaranteeState) -> None:
    """The order is locked: nobody else moves it meanwhile."""
    if new not in GUARANTEE_TRANSITIONS[GuaranteeState(claim.state)]:
        raise StaleClaimError
    claim.state = new
    claim.save()


def _journal(
    action: str, claim: GuaranteeClaim, actor: Actor, now: datetime, **after: object
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=claim.company_id,
        subject=f"guarantee_claim:{claim.pk}",
        at=now,
        after={"reference": claim.reference, "order": claim.line.order_id, **after},
    )
