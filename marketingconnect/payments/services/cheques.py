"""Cheques: taken to the bank by a slip, then cleared, or returned unpaid."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.rules.postings import remittance_postings
from marketingconnect.ledger.services import NewEntry, book, reverse
from marketingconnect.ledger.states import ActKind
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import ChequeError
from marketingconnect.payments.models import ChequeRemittance, Payment, RemittedCheque
from marketingconnect.payments.queries import cheques_in_hand
from marketingconnect.payments.services.reopening import take_payment_back
from marketingconnect.payments.states import CHEQUE_TRANSITIONS, ChequeState

MOST_ON_A_SLIP: Final = 200


@transaction.atomic
def remit_cheques(
    payment_ids: Sequence[int], *, on: date, actor: Actor, now: datetime
) -> ChequeRemittance:
    """CGV II.2.b: the slip by which these cheques go to the bank, each on one slip only.

    `on` is the civil day they are taken there. Raises ChequeError for none, too many, one that is
    not in hand, or a day that does not stand.
    """
    wanted = set(payment_ids)
    if not 0 < len(wanted) <= MOST_ON_A_SLIP:
        raise ChequeError(f"Un bordereau liste de 1 à {MOST_ON_A_SLIP} chèques.")
    in_hand = cheques_in_hand().filter(pk__in=wanted).select_for_update(of=("self",))
    payments = list(in_hand.order_by("pk"))
    if len(payments) != len(wanted):
        raise ChequeError("Un de ces chèques est déjà remis, refusé ou inconnu.")
    if not max(payment.received_on for payment in payments) <= on <= paris_date(now):
        raise ChequeError("La remise ne peut pas précéder la réception, ni être dans le futur.")
    slip = ChequeRemittance.objects.create(remitted_on=on, created_at=now, created_by_id=actor.id)
    for payment in payments:
        RemittedCheque.objects.create(payment=payment, remittance=slip)
        _book_remittance(payment, slip, now)
    _journal_slip(slip, payments, actor, now)
    return slip


def _book_remittance(payment: Payment, slip: ChequeRemittance, now: datetime) -> None:
    """One entry a cheque, so that one returned is taken back alone."""
    entry = NewEntry(
        source=f"cheque:{payment.pk}",
        kind=ActKind.REMITTANCE,
        company_id=payment.order.company_id,
        day=slip.remitted_on,
        piece_ref=slip.number,
        piece_date=slip.remitted_on,
        label=f"Remise du chèque {payment.provider_ref[:80]}",
        postings=remittance_postings(amount=Money(payment.cents)),
    )
    book(entry, at=now)


def _journal_slip(
    slip: ChequeRemittance, payments: Sequence[Payment], actor: Actor, now: datetime
) -> None:
    record(
        action="cheque_remittance.made",
        actor=actor,
        company_id=None,
        subject=f"cheque_remittance:{slip.pk}",
        at=now,
        after={
            "number": slip.number,
            "remitted_on": slip.remitted_on,
            "payments": [payment.pk for payment in payments],
            "cents": sum(payment.cents for payment in payments),
        },
    )


@transaction.atomic
def note_cheque_cleared(payment_id: int, *, on: date, actor: Actor, now: datetime) -> None:
    """CGV II.2.b: the bank credited a cheque. Raises ChequeError when it is not at the bank."""
    cheque = _locked(payment_id)
    _move(cheque, ChequeState.CLEARED, "cheque.cleared", on, actor, now)


@transaction.atomic
def note_cheque_unpaid(
    payment_id: int, *, reason: str, on: date, actor: Actor, now: datetime
) -> None:
    """CGV II.2.b: a cheque came back unpaid: what it paid is due again and the work stops.

    Also after it was credited. Raises ChequeError when it is not at the bank, ReceiptRefusedError
    without a reason.
    """
    cheque = _locked(payment_id)
    _move(cheque, ChequeState.UNPAID, "cheque.unpaid", on, actor, now)
    label = f"Chèque {cheque.payment.provider_ref[:80]} impayé"
    source = f"cheque:{payment_id}"
    reverse(source, cause=f"{source}:unpaid", day=on, label=label, at=now)
    take_payment_back(payment_id, reason=reason, on=on, actor=actor, now=now)


def _locked(payment_id: int) -> RemittedCheque:
    """The order first, as every receipt does."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    Order.objects.select_for_update().get(pk=order_id)
    cheque = RemittedCheque.objects.select_for_update().filter(payment=payment_id).first()
    if cheque is None:
        raise ChequeError("Ce chèque n’est pas à la banque.")
    return cheque


def _move(
    cheque: RemittedCheque, new: ChequeState, action: str, on: date, actor: Actor, now: datetime
) -> None:
    old = ChequeState(cheque.state)
    if new not in CHEQUE_TRANSITIONS[old]:
        raise ChequeError("La banque a déjà donné sa réponse pour ce chèque.")
    if not cheque.remittance.remitted_on <= on <= paris_date(now):
        raise ChequeError("La réponse de la banque vient après la remise, et pas dans le futur.")
    RemittedCheque.objects.filter(pk=cheque.pk, state=old).update(state=new, settled_on=on)
    record(
        action=action,
        actor=actor,
        company_id=cheque.payment.order.company_id,
        subject=f"order:{cheque.payment.order_id}",
        at=now,
        before={"state": old},
        after={"state": new, "payment": cheque.payment_id, "on": on},
    )
