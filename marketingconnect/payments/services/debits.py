"""Direct debits: announced to the client, handed to the bank in one file, collected or refused."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import DebitError
from marketingconnect.payments.models import DebitFile, DebitMandate, DirectDebit, Payment
from marketingconnect.payments.notices import tell_debit_is_coming
from marketingconnect.payments.pain008 import DebitLine, debit_file
from marketingconnect.payments.queries import counted_for
from marketingconnect.payments.queries.debits import collection_day
from marketingconnect.payments.queries.under_way import AT_THE_BANK, debited_of, on_a_card_page
from marketingconnect.payments.reconciliation import Due, due_named
from marketingconnect.payments.rules import (
    collection_refusal,
    debit_sequence,
    latest_export_date,
)
from marketingconnect.payments.services.mandates import expire_if_unused
from marketingconnect.payments.services.reopening import resume_if_paid_again, take_payment_back
from marketingconnect.payments.services.settling import journal_payment, settle
from marketingconnect.payments.states import (
    DEBIT_TRANSITIONS,
    PENDING_DEBITS,
    DebitSequence,
    DebitState,
    MandateState,
    PaymentMethod,
)


@dataclass(frozen=True)
class Exported:
    """A file for the bank, and what was left out because it is no longer due."""

    file: DebitFile | None
    dropped: int
    is_again: bool
    """Nothing new: the file made before for that day."""


@transaction.atomic
def announce_debit(
    mandate_id: int, *, number: str, amount: Money, actor: Actor, now: datetime
) -> DirectDebit:
    """CGV II.2.b: tell the client what will be debited and when, as early as the mandate says.

    `number` is that of the order or of the invoice to pay. Raises DebitError when the mandate is
    not in use, the document is another client's or owes less, or a debit of it is pending.
    """
    mandate = DebitMandate.objects.select_for_update().get(pk=mandate_id)
    if expire_if_unused(mandate, now=now) or mandate.state != MandateState.ACTIVE:
        raise DebitError("Ce mandat n’est pas en vigueur.")
    due = _due(mandate, number, amount)
    day = collection_day(mandate, due.order, paris_date(now))
    rank = DirectDebit.objects.filter(order=due.order).count() + 1
    try:
        with transaction.atomic():
            debit = DirectDebit.objects.create(
                mandate=mandate,
                order=due.order,
                invoice=due.invoice,
                key=f"{due.order.reference}-P{rank:02d}",
                cents=amount.cents,
                collected_on=day,
                announced_at=now,
                announced_by_id=actor.id,
            )
    except IntegrityError as clash:
        raise DebitError("Un prélèvement de ce document est déjà en cours.") from clash
    _journal("direct_debit.announced", debit, actor, now, collected_on=day)
    tell_debit_is_coming(debit, at=now)
    return debit


def _due(mandate: DebitMandate, number: str, amount: Money) -> Due:
    due = due_named(number)
    if due is None or due.order.company_id != mandate.company_id:
        raise DebitError("Ce client n’a pas de document de ce numéro.")
    Order.objects.select_for_update().get(pk=due.order.pk)
    due = due_named(number)
    if due is None or not Money.zero < amount <= due.remaining:
        raise DebitError("Ce document doit moins que ce montant.")
    if amount > due.remaining - _asked_besides(due):
        raise DebitError("Un prélèvement de ce document est déjà en cours.")
    refused = [DebitState.REJECTED, DebitState.CANCELLED]
    if mandate.is_one_off and mandate.debits.exclude(state__in=refused).exists():
        raise DebitError("Ce mandat ne vaut que pour un prélèvement, déjà fait.")
    return due


@transaction.atomic
def export_debits(*, collected_on: date, actor: Actor, now: datetime) -> Exported:
    """CGV II.2.b: the file of the debits of a day, each in one file for ever; safe to repeat.

    What is no longer due is dropped. Without anything new, the last file of that day comes back.
    Raises DebitError when the bank would get it too late.
    """
    today = paris_date(now)
    if today > latest_export_date(collected_on=collected_on, territory="metropole"):
        raise DebitError("La banque veut ce fichier au plus tard un jour ouvré avant.")
    waiting = DirectDebit.objects.select_for_update(of=("self",)).filter(
        collected_on=collected_on, state=DebitState.ANNOUNCED
    )
    candidates = list(waiting.select_related("mandate", "order", "invoice").order_by("pk"))
    debits = [debit for debit in candidates if _is_still_due(debit, actor, now)]
    dropped = len(candidates) - len(debits)
    if not debits:
        last = DebitFile.objects.filter(collected_on=collected_on).last()
        return Exported(last, dropped, is_again=last is not None)
    return Exported(_file(debits, collected_on, actor, now), dropped, is_again=False)


def _is_still_due(debit: DirectDebit, actor: Actor, now: datetime) -> bool:
    """The client may have paid otherwise since the announcement, or be about to on a card page."""
    Order.objects.select_for_update().get(pk=debit.order_id)
    due = due_named(debit.invoice.number if debit.invoice else debit.order.reference)
    if debit.mandate.state == MandateState.ACTIVE and due is not None:
        besides = _asked_besides(due, AT_THE_BANK, but=debit)
        if _is_of_the_order(due):
            besides += on_a_card_page(due.order)
        if Money(debit.cents) <= due.remaining - besides:
            return True
    _move(debit, DebitState.CANCELLED, now, ended_on=paris_date(now))
    _journal("direct_debit.cancelled", debit, actor, now)
    return False


def _is_of_the_order(due: Due) -> bool:
    return due.invoice is None or not due.invoice.cause


def _asked_besides(
    due: Due,
    states: Collection[DebitState] = PENDING_DEBITS,
    *,
    but: DirectDebit | None = None,
) -> Money:
    """Other debits of the same money: an order and its invoice are two names of one debt."""
    return debited_of(due.order, states, but=but) if _is_of_the_order(due) else Money.zero


def _file(debits: list[DirectDebit], day: date, actor: Actor, now: datetime) -> DebitFile:
    lines = [_line(debit, _sequence(debit)) for debit in debits]
    message_id = f"MC-{day:%Y%m%d}-{DebitFile.objects.filter(collected_on=day).count() + 1:02d}"
    content = debit_file(
        lines,
        message_id=message_id,
        collected_on=day,
        creditor=operator_on(paris_date(now)),
        creditor_identifier=debits[0].mandate.creditor_identifier,
        at=now,
    )
    file = DebitFile.objects.create(
        message_id=message_id,
        collected_on=day,
        created_at=now,
        count=len(debits),
        cents=sum(debit.cents for debit in debits),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    for debit, line in zip(debits, lines, strict=True):
        _move(debit, DebitState.EXPORTED, now, file=file, sequence=line.sequence)
        DebitMandate.objects.filter(pk=debit.mandate_id).update(last_used_on=day)
    record(
        action="debit_file.exported",
        actor=actor,
        company_id=None,
        subject=f"debit_file:{file.pk}",
        at=now,
        after={"message": message_id, "sha256": file.sha256, "debits": [d.key for d in debits]},
    )
    return file


def _sequence(debit: DirectDebit) -> DebitSequence:
    sent = [DebitState.EXPORTED, DebitState.COLLECTED]
    before = debit.mandate.debits.filter(state__in=sent).exists()
    return debit_sequence(is_one_off=debit.mandate.is_one_off, debited_before=before)


def _line(debit: DirectDebit, sequence: DebitSequence) -> DebitLine:
    mandate = debit.mandate
    if mandate.signed_on is None:
        raise DebitError(f"Le mandat {mandate.reference} n’est pas signé.")
    number = debit.invoice.number if debit.invoice else debit.order.reference
    return DebitLine(
        key=debit.key,
        amount=Money(debit.cents),
        sequence=sequence,
        mandate=mandate.reference,
        signed_on=mandate.signed_on,
        debtor=mandate.debtor,
        iban=mandate.iban,
        words=number,
    )


@transaction.atomic
def collect_debit(debit_id: int, *, received_on: date, actor: Actor, now: datetime) -> Payment:
    """CGV II.2.b: the money of a debit came; it counts at once. Told again, the same payment.

    Raises DebitError for a debit that was not sent, or was refused, or a day that does not stand.
    """
    order, debit = _locked(debit_id)
    if debit.payment is not None and debit.state == DebitState.COLLECTED:
        return debit.payment
    today = paris_date(now)
    if refusal := collection_refusal(
        received_on=received_on, collected_on=debit.collected_on, today=today
    ):
        raise DebitError(refusal)
    payment = Payment.objects.create(
        order=order,
        invoice=debit.invoice and counted_for(debit.invoice),
        method=PaymentMethod.DEBIT,
        provider=PaymentMethod.DEBIT,
        provider_ref=debit.key,
        cents=debit.cents,
        payer=debit.mandate.debtor,
        received_on=received_on,
        validated_on=today,
        recorded_by_id=actor.id,
        recorded_at=now,
        validated_by_id=actor.id,
        validated_at=now,
    )
    _move(debit, DebitState.COLLECTED, now, payment=payment)
    if payment.invoice is None:
        settle(order, payment, actor=actor, at=now)
        resume_if_paid_again(order, actor=actor, now=now)
    else:
        journal_payment("payment.validated", payment, actor, now)
    return payment


@transaction.atomic
def reject_debit(
    debit_id: int, *, reason: str, on: date, actor: Actor, now: datetime
) -> DirectDebit:
    """CGV II.2.b: the bank refused a debit, or took it back: what it paid is due again, once.

    `reason` is the bank's code (`AM04`) or a person's words. Raises DebitError.
    """
    _, debit = _locked(debit_id)
    if debit.state == DebitState.REJECTED:
        return debit
    why = " ".join(reason.split())[:60]
    if not why:
        raise DebitError("Dites pourquoi la banque a refusé ce prélèvement.")
    _move(debit, DebitState.REJECTED, now, rejection=why, ended_on=on)
    _journal("direct_debit.rejected", debit, actor, now, reason=why)
    if debit.payment is not None:
        take_payment_back(debit.payment.pk, reason=why, on=on, actor=actor, now=now)
    return debit


def _locked(debit_id: int) -> tuple[Order, DirectDebit]:
    """The order first, as every receipt does."""
    order_id = DirectDebit.objects.values_list("order_id", flat=True).get(pk=debit_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    return order, DirectDebit.objects.select_for_update().get(pk=debit_id)


def _move(debit: DirectDebit, new: DebitState, now: datetime, **facts: Any) -> None:
    old = DebitState(debit.state)
    if new not in DEBIT_TRANSITIONS[old]:
        raise DebitError("L’état de ce prélèvement ne le permet pas.")
    if not DirectDebit.objects.filter(pk=debit.pk, state=old).update(state=new, **facts):
        raise DebitError("Ce prélèvement vient de changer d’état.")
    debit.refresh_from_db()


def _journal(action: str, debit: DirectDebit, actor: Actor, now: datetime, **facts: Any) -> None:
    record(
        action=action,
        actor=actor,
        company_id=debit.order.company_id,
        subject=f"order:{debit.order_id}",
        at=now,
        after={"debit": debit.key, "cents": debit.cents, "state": debit.state, **facts},
    )
