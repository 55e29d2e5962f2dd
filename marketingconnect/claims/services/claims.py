"""A claim from its registered letter to a credit note, to new addresses, or to neither."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Model

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError, StaleClaimError
from marketingconnect.claims.models import Claim, ClaimCounter, Settlement, UndeliverableMail
from marketingconnect.claims.notices import tell_claim_is_decided
from marketingconnect.claims.queries import Sale, delivered_on, sale_of
from marketingconnect.claims.rules.returns import (
    Compensation,
    claim_outcome_refusal,
    claim_refusal,
    compensated_returns,
    compensation,
    compensation_problems,
    letter_problems,
)
from marketingconnect.claims.services.letters import received_claim_letter
from marketingconnect.claims.states import CLAIM_TRANSITIONS, ClaimState, MailState, SettlementState
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.services import DocumentLine, issue_credit_note
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.services import replace_addresses
from marketingconnect.orders.models import Order


@transaction.atomic
def open_claim(delivery_id: int, *, user_id: int, actor: Actor, now: datetime) -> Claim:
    """CGV CL.6: a client complains about a delivery's undeliverable mail; its letter follows."""
    delivery = Delivery.objects.select_related("rental").get(pk=delivery_id)
    if delivered_on(delivery) is None:
        raise ClaimError("Cette livraison n’a pas encore eu lieu.", article="CL.3")
    claim = Claim.objects.create(
        reference=next_reference(paris_date(now).year),
        company_id=delivery.rental.company_id,
        delivery=delivery,
        received_at=now,
        received_by_id=user_id,
    )
    _journal("claim.received", claim, actor, now, delivery=delivery.reference)
    return claim


def next_reference(year: int) -> str:
    """`RC-2026-000004`, whatever is claimed: the year's counter is locked until the end."""
    ClaimCounter.objects.get_or_create(year=year)
    counter = ClaimCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"RC-{year}-{counter.last:06d}"


@transaction.atomic
def record_letter(
    claim_id: int,
    *,
    number: str,
    posted_on: date,
    received_on: date | None,
    actor: Actor,
    now: datetime,
) -> Claim:
    """CGV CL.6: write down the registered letter of a claim: number, posted, received.

    Raises InvalidFieldsError, StaleClaimError once the claim was examined.
    """
    problems = letter_problems(number=number, posted_on=posted_on, received_on=received_on)
    today = paris_date(now)
    if max(posted_on, received_on or posted_on) > today:
        problems["received_on" if posted_on <= today else "posted_on"] = (
            "Cette date est dans le futur."
        )
    if problems:
        raise InvalidFieldsError(problems)
    claim = _locked(claim_id, ClaimState.RECEIVED)
    claim.letter_number = number.strip()[:40]
    claim.letter_posted_on, claim.letter_received_on = posted_on, received_on
    claim.save()
    _journal(
        "claim.letter_recorded",
        claim,
        actor,
        now,
        number=claim.letter_number,
        posted_on=posted_on,
        received_on=received_on,
    )
    return claim


@transaction.atomic
def examine_claim(claim_id: int, *, user_id: int, actor: Actor, now: datetime) -> Claim:
    """CGV CL.6: is the claim admissible? Then count the returns it covers.

    It ends `inadmissible` with its rule, or `checked`, or `refused` when nothing counts.
    """
    claim = _locked(claim_id, ClaimState.RECEIVED)
    sale = sale_of(claim.delivery.rental)
    day = delivered_on(claim.delivery)
    if day is None:
        raise ClaimError("Cette livraison n’a pas encore eu lieu.", article="CL.3")
    refusal = claim_refusal(
        letter_number=claim.letter_number,
        posted_on=claim.letter_posted_on,
        received_on=claim.letter_received_on,
        delivered_on=day,
        terms=sale.terms,
    )
    claim.decided_by_id, claim.decided_at = user_id, now
    _register_letter(claim, sale, user_id, actor, now)
    if refusal is not None:
        claim.rule, claim.sentence = refusal.rule, refusal.sentence
        _move(claim, ClaimState.INADMISSIBLE)
        _journal("claim.inadmissible", claim, actor, now, rule=refusal.rule)
        tell_claim_is_decided(claim, at=now)
        return claim
    _move(claim, ClaimState.ADMISSIBLE)
    _count(claim, sale)
    _move(claim, ClaimState.CHECKED)
    _journal(
        "claim.checked", claim, actor, now, accepted=claim.accepted, compensated=claim.compensated
    )
    nothing = claim_outcome_refusal(accepted=claim.accepted, compensated=claim.compensated)
    if nothing is not None:
        _refuse(claim, nothing.rule, nothing.sentence, actor, now)
    return claim


def _register_letter(claim: Claim, sale: Sale, user_id: int, actor: Actor, now: datetime) -> None:
    """Who examines has seen the letter: from then on it is in the register, for good."""
    if claim.letter_number and claim.letter_posted_on is not None:
        claim.letter = received_claim_letter(
            sale.line.order,
            number=claim.letter_number,
            posted_on=claim.letter_posted_on,
            received_on=claim.letter_received_on,
            user_id=user_id,
            actor=actor,
            now=now,
        )


def _count(claim: Claim, sale: Sale) -> None:
    """Take the accepted returns that no earlier claim took; the threshold is met once.

    What earlier claims were allowed is counted with this one, so that splitting changes nothing.
    """
    Delivery.objects.select_for_update().get(pk=claim.delivery_id)
    accepted = UndeliverableMail.objects.filter(delivery=claim.delivery, state=MailState.ACCEPTED)
    before = accepted.filter(claim__isnull=False).count()
    mine = accepted.filter(claim__isnull=True).update(claim=claim)
    delivered = claim.delivery.quantity or 0
    whole = compensated_returns(accepted=before + mine, delivered=delivered, terms=sale.terms)
    earlier = compensated_returns(accepted=before, delivered=delivered, terms=sale.terms)
    claim.accepted, claim.compensated = mine, whole - earlier
    claim.unit_price = unit_price_of(sale)


def unit_price_of(sale: Sale) -> Decimal:
    """The unit price that the settlement kept, euros HT a thousand."""
    settled = Settlement.objects.filter(
        rental_id=sale.line.item_id, state=SettlementState.SETTLED
    ).first()
    return settled.unit_price if settled else sale.line.unit_price


@transaction.atomic
def decide_claim(
    claim_id: int, *, choice: str, comment: str = "", user_id: int, actor: Actor, now: datetime
) -> Claim:
    """CGV CL.6, CL.9: give a credit note or replacement addresses, one of the two.

    Raises InvalidFieldsError, StaleClaimError when somebody decided first.
    """
    order_id = _order_id(claim_id)
    Order.objects.select_for_update().get(pk=order_id)
    claim = _locked(claim_id, ClaimState.CHECKED)
    if problems := compensation_problems(choice=choice, compensated=claim.compensated):
        raise InvalidFieldsError(problems)
    claim.comment = comment.strip()
    claim.decided_by_id, claim.decided_at = user_id, now
    if choice == Compensation.CREDIT_NOTE:
        claim.credit_note = _credit(claim, now)
        _move(claim, ClaimState.CREDIT_NOTE)
        _journal("claim.credited", claim, actor, now, credit_note=claim.credit_note.number)
    else:
        claim.replacement = replace_addresses(
            claim.delivery.rental_id,
            quantity=claim.compensated,
            cause=f"claim:{claim.pk}",
            actor=actor,
            now=now,
        )
        _move(claim, ClaimState.REPLACEMENT)
        _journal("claim.replaced", claim, actor, now, delivery=claim.replacement.reference)
    tell_claim_is_decided(claim, at=now)
    return claim


@transaction.atomic
def refuse_claim(
    claim_id: int, *, sentence: str, user_id: int, actor: Actor, now: datetime
) -> Claim:
    """CGV CL.6: nothing is due after all; the client reads why."""
    if not sentence.strip():
        raise InvalidFieldsError({"sentence": "Dites pourquoi : le client le lira."})
    claim = _locked(claim_id, ClaimState.CHECKED)
    claim.decided_by_id, claim.decided_at = user_id, now
    _refuse(claim, "decision", sentence.strip(), actor, now)
    return claim


def _refuse(claim: Claim, rule: str, sentence: str, actor: Actor, now: datetime) -> None:
    claim.rule, claim.sentence = rule, sentence[:300]
    _move(claim, ClaimState.REFUSED)
    _journal("claim.refused", claim, actor, now, rule=rule, sentence=claim.sentence)
    tell_claim_is_decided(claim, at=now)


def _credit(claim: Claim, now: datetime) -> Invoice:
    sale = sale_of(claim.delivery.rental)
    if sale.invoice is None or claim.unit_price is None:
        raise ClaimError("Cette commande n’est pas facturée.")
    net = compensation(
        returns=claim.compensated,
        unit_price_per_thousand=claim.unit_price,
        remaining=remaining_of(sale.invoice).net,
    )
    line = DocumentLine(
        label=f"Plis non distribués, livraison {claim.delivery.reference}",
        quantity=claim.compensated,
        unit=sale.line.unit,
        unit_price=claim.unit_price,
        net=net,
    )
    reason = non_breaking(
        f"Réclamation {claim.reference} : {format_number_fr(claim.compensated)} plis non "
        "distribués, au prix unitaire facturé (CGV, art. CL.6)."
    )
    return issue_credit_note(
        sale.invoice, [line], reason=reason, cause=f"claim:{claim.pk}", now=now
    )


def _order_id(claim_id: int) -> int:
    claim = Claim.objects.select_related("delivery__rental").get(pk=claim_id)
    return sale_of(claim.delivery.rental).line.order_id


def _locked(claim_id: int, expected: ClaimState) -> Claim:
    claims = Claim.objects.select_related("delivery__rental__company")
    claim = claims.select_for_update(of=("self",)).get(pk=claim_id)
    if claim.state != expected:
        raise StaleClaimError
    return claim


def _move(claim: Claim, new: ClaimState) -> None:
    """The row is locked: nobody else moves it meanwhile."""
    if new not in CLAIM_TRANSITIONS[ClaimState(claim.state)]:
        raise StaleClaimError
    claim.state = new
    claim.save()


def _journal(action: str, claim: Claim, actor: Actor, now: datetime, **after: object) -> None:
    record(
        action=action,
        actor=actor,
        company_id=claim.company_id,
        subject=f"claim:{claim.pk}",
        at=now,
        after={"reference": claim.reference, "state": claim.state, **_plain(after)},
    )


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {
        name: str(value) if isinstance(value, Model) else value for name, value in facts.items()
    }
