"""Movements of the bank that no rule could place: accounting assigns them or sets them aside."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import EntryError
from marketingconnect.payments.models import BankEntry, Payment
from marketingconnect.payments.reconciliation import due_named
from marketingconnect.payments.rules import documents_named
from marketingconnect.payments.services.statements import record_entry
from marketingconnect.payments.states import ENTRY_TRANSITIONS, EntryKind, EntryState


@transaction.atomic
def assign_entry(entry_id: int, *, number: str, actor: Actor, now: datetime) -> Payment:
    """CGV II.1.b: accounting says which order or invoice a transfer pays; it is validated at once.

    `number` is that of an order or invoice, or its creditor reference. Raises EntryError when the
    movement was placed meanwhile or the document awaits nothing, PaymentError as by hand.
    """
    found = documents_named(number)
    due = due_named(found[0]) if len(found) == 1 else None
    if due is None:
        raise EntryError("Aucune commande ni facture ne porte ce numéro.")
    Order.objects.select_for_update().get(pk=due.order.pk)
    entry = _locked(entry_id, EntryState.ASSIGNED)
    if entry.kind != EntryKind.TRANSFER:
        raise EntryError("Ce mouvement n’est pas un règlement reçu.")
    due = due_named(found[0])
    if due is None or not due.remaining.cents:
        raise EntryError(
            "Ce document n’attend plus de règlement : écartez le mouvement et rendez la somme, "
            "ou affectez-le à un autre."
        )
    return record_entry(entry, due, EntryState.ASSIGNED, actor, now)


@transaction.atomic
def set_entry_aside(entry_id: int, *, reason: str, actor: Actor, now: datetime) -> None:
    """CGV II.1.b: a movement that pays nothing here leaves the queue, with the reason why.

    Raises EntryError without a reason, or when the movement was placed meanwhile.
    """
    why = " ".join(reason.split())[:300]
    if not why:
        raise EntryError("Dites pourquoi ce mouvement est écarté.")
    entry = _locked(entry_id, EntryState.SET_ASIDE)
    BankEntry.objects.filter(pk=entry.pk).update(
        state=EntryState.SET_ASIDE, reason=why, decided_by_id=actor.id, decided_at=now
    )
    record(
        action="bank_entry.set_aside",
        actor=actor,
        company_id=None,
        subject=f"bank_entry:{entry.pk}",
        at=now,
        before={"state": entry.state},
        after={"state": EntryState.SET_ASIDE, "reason": why, "cents": entry.cents},
    )


def _locked(entry_id: int, new: EntryState) -> BankEntry:
    """The movement, if it may still become `new`; its lock is held until the transaction ends."""
    entry = BankEntry.objects.select_for_update().get(pk=entry_id)
    if new not in ENTRY_TRANSITIONS[EntryState(entry.state)]:
        raise EntryError("Ce mouvement est déjà traité.")
    return entry
