"""Give money back: planned by accounting, paid at the bank, recorded; never more than is owed."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from schwifty import IBAN

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.rules.postings import refund_postings
from marketingconnect.ledger.services import NewEntry, book
from marketingconnect.ledger.states import ActKind
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import RefundRefusedError
from marketingconnect.payments.models import Payment, Refund
from marketingconnect.payments.queries import COUNTS, balance_of, left_of_note
from marketingconnect.payments.states import (
    REFUND_METHODS,
    REFUND_TRANSITIONS,
    PaymentMethod,
    RefundSource,
    RefundState,
)
from marketingconnect.payments.telling import tell_refund_is_paid

_LONGEST: Final = 300


@transaction.atomic
def plan_refund(
    order_id: int,
    *,
    amount: Money,
    method: PaymentMethod,
    reason: str,
    actor: Actor,
    now: datetime,
    iban: str = "",
    credit_note_id: int | None = None,
) -> Refund:
    """CGV II.1.b, CL.6: set apart what a client gets back of what its order received too much.

    With `credit_note_id`, of what it did not spend of that credit note of the order, which it can
    no longer spend. Raises RefundRefusedError, with sentences by field.
    """
    order = _locked_order(order_id)
    note = _note(order, credit_note_id)
    account = "".join(iban.split()).upper() if method is PaymentMethod.TRANSFER else ""
    why = " ".join(reason.split())[:_LONGEST]
    owed = _owed(order, note)
    if problems := _problems(order, amount, owed, method, account, why):
        raise RefundRefusedError(problems)
    refund = Refund.objects.create(
        company_id=order.company_id,
        order=order,
        source=RefundSource.CREDIT_NOTE if note else RefundSource.OVERPAYMENT,
        credit_note=note,
        cents=amount.cents,
        method=method,
        iban=account,
        reason=why,
        planned_at=now,
        planned_by_id=actor.id,
    )
    _journal("refund.planned", refund, actor, now, reason=why)
    return refund


def _locked_order(order_id: int) -> Order:
    """The order, then its company: nothing is spent or given back meanwhile."""
    order = Order.objects.select_for_update().get(pk=order_id)
    Company.objects.select_for_update().get(pk=order.company_id)
    return order


def _note(order: Order, credit_note_id: int | None) -> Invoice | None:
    if credit_note_id is None:
        return None
    notes = Invoice.objects.filter(pk=credit_note_id, order=order, corrects__isnull=False)
    if (note := notes.first()) is None:
        raise RefundRefusedError({"credit_note": "Cette commande n’a pas cet avoir."})
    return note


def _owed(order: Order, note: Invoice | None) -> Money:
    left = balance_of(order).excess if note is None else left_of_note(note)
    return max(left, Money.zero)


def _problems(
    order: Order, amount: Money, owed: Money, method: PaymentMethod, iban: str, reason: str
) -> dict[str, str]:
    problems = {}
    if not owed.cents:
        problems["amount"] = "Rien n’est à rendre à ce client pour cette raison."
    elif not Money.zero < amount <= owed:
        problems["amount"] = f"Indiquez au plus ce qui est à rendre : {owed}."
    if method not in REFUND_METHODS:
        problems["method"] = "Choisissez virement ou carte."
    elif method is PaymentMethod.TRANSFER and not _is_sepa(iban):
        problems["iban"] = "Cet IBAN n’est pas celui d’un compte de la zone SEPA."
    elif method is PaymentMethod.CARD and _paid_by_card(order) < amount:
        problems["method"] = "Cette commande n’a pas reçu autant par carte : choisissez virement."
    if not reason:
        problems["reason"] = "Dites pourquoi cette somme est rendue."
    return problems


def _is_sepa(text: str) -> bool:
    iban = IBAN(text, allow_invalid=True)
    return bool(iban.is_valid and iban.in_sepa_zone)


def _paid_by_card(order: Order) -> Money:
    cards = [PaymentMethod.CARD, PaymentMethod.CARD_DEBIT]
    received = Payment.objects.filter(COUNTS, order=order, method__in=cards)
    given_back = Refund.objects.filter(order=order, method=PaymentMethod.CARD).exclude(
        state=RefundState.CANCELLED
    )
    return Money.total(Money(one.cents) for one in received) - Money.total(
        Money(one.cents) for one in given_back
    )


@transaction.atomic
def record_refund_paid(
    refund_id: int, *, paid_on: date, reference: str, actor: Actor, now: datetime
) -> Refund:
    """CGV II.1.b, CL.6: a refund left the bank; it is booked and the client told. Once.

    `reference` is the bank's. Told again with the same one, the same refund. Raises
    RefundRefusedError, also when the bank took back meanwhile the money that was to be returned.
    """
    order, refund = _locked(refund_id)
    told = " ".join(reference.split())[:80]
    if refund.state == RefundState.PAID and refund.reference == told:
        return refund
    problems = {}
    if not paris_date(refund.planned_at) <= paid_on <= paris_date(now):
        problems["paid_on"] = "Le remboursement est fait entre sa demande et aujourd’hui."
    if not told:
        problems["reference"] = "Indiquez la référence du virement ou du remboursement."
    if refund.state == RefundState.TO_PAY and not _is_still_owed(order, refund):
        problems["amount"] = "Cette somme n’est plus à rendre : abandonnez ce remboursement."
    if problems:
        raise RefundRefusedError(problems)
    _end(refund, RefundState.PAID, actor, now, paid_on=paid_on, reference=told)
    _book(refund, now)
    _journal("refund.paid", refund, actor, now, paid_on=paid_on, reference=told)
    tell_refund_is_paid(refund, at=now)
    return refund


def _is_still_owed(order: Order, refund: Refund) -> bool:
    """What it gives back was set apart; what came may have gone since."""
    if refund.credit_note is not None:
        return left_of_note(refund.credit_note) >= Money.zero
    balance = balance_of(order)
    return balance.validated >= balance.due + Money(refund.cents)


@transaction.atomic
def cancel_refund(refund_id: int, *, reason: str, actor: Actor, now: datetime) -> Refund:
    """CGV II.1.b, CL.6: a refund that will not be paid; what it set apart is the client's again.

    Raises RefundRefusedError once it is paid, or without a reason.
    """
    _, refund = _locked(refund_id)
    why = " ".join(reason.split())[:_LONGEST]
    if not why:
        raise RefundRefusedError({"reason": "Dites pourquoi ce remboursement est abandonné."})
    if refund.state == RefundState.CANCELLED:
        return refund
    _end(refund, RefundState.CANCELLED, actor, now, dropped_because=why)
    _journal("refund.cancelled", refund, actor, now, reason=why)
    return refund


def _locked(refund_id: int) -> tuple[Order, Refund]:
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    order = _locked_order(order_id)
    return order, Refund.objects.select_for_update().get(pk=refund_id)


def _end(refund: Refund, new: RefundState, actor: Actor, now: datetime, **facts: Any) -> None:
    old = RefundState(refund.state)
    if new not in REFUND_TRANSITIONS[old]:
        raise RefundRefusedError({"state": "Ce remboursement est déjà payé ou abandonné."})
    Refund.objects.filter(pk=refund.pk, state=old).update(
        state=new, ended_at=now, ended_by_id=actor.id, **facts
    )
    refund.refresh_from_db()


def source_of(refund_id: int) -> str:
    """The name of a refund in the ledger: `refund:7`."""
    return f"refund:{refund_id}"


def _book(refund: Refund, now: datetime) -> None:
    note = refund.credit_note
    lowered = note.corrects.number if note and note.corrects else ""
    of = note.number if note else refund.order.reference
    book(
        NewEntry(
            source=source_of(refund.pk),
            kind=ActKind.REFUND,
            company_id=refund.company_id,
            day=refund.paid_on or paris_date(now),
            piece_ref=refund.reference,
            piece_date=refund.paid_on or paris_date(now),
            label=f"Remboursement {refund.number} de {of}",
            postings=refund_postings(
                amount=Money(refund.cents), order=refund.order.reference, invoice=lowered
            ),
        ),
        at=now,
    )


def _journal(action: str, refund: Refund, actor: Actor, now: datetime, **facts: Any) -> None:
    record(
        action=action,
        actor=actor,
        company_id=refund.company_id,
        subject=f"order:{refund.order_id}",
        at=now,
        after={"refund": refund.number, "cents": refund.cents, "state": refund.state, **facts},
    )
