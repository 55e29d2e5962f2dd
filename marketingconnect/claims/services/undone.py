"""Decide what is given back of an order that ended before all its work was done."""

from datetime import datetime

from django.db import IntegrityError, transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError, StaleClaimError
from marketingconnect.claims.models import UndoneDecision
from marketingconnect.claims.notices import tell_undone_is_credited
from marketingconnect.claims.rules.undone import undone_problems
from marketingconnect.claims.undone_queries import Undone, undone_of
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import DocumentLine, issue_credit_note, issue_file_fee
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.services import spend_credit_on_invoice


@transaction.atomic
def credit_undone(
    order_id: int,
    *,
    net: Money,
    with_file_fee: bool,
    reason: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> Invoice:
    """CGV III.g, B.2: accounting gives back `net` (HT) of an ended order, once, and says why.

    File fees, where due, are invoiced and paid from the credit. Raises InvalidFieldsError, or
    StaleClaimError once decided.
    """
    undone = _locked(order_id)
    why = " ".join(reason.split())[:300]
    if problems := undone_problems(net=net, remaining=undone.remaining, reason=why):
        raise InvalidFieldsError(problems)
    label = f"Prestations non exécutées de la commande {undone.order.reference}"
    line = DocumentLine(label=label, quantity=1, unit="flat", unit_price=net.to_decimal(), net=net)
    cause = f"undone:{order_id}"
    note = issue_credit_note(undone.invoice, [line], reason=why, cause=cause, now=now)
    _decide(undone.order, note, why, user_id, actor, now)
    if with_file_fee:
        fee = issue_file_fee(
            order_id, reason="Frais de dossier (CGV, art. B.2)", cause=f"{cause}:fee", now=now
        )
        spend_credit_on_invoice(fee.pk, actor=actor, now=now)
    tell_undone_is_credited(undone.order, note, at=now)
    return note


@transaction.atomic
def keep_undone(
    order_id: int, *, reason: str, user_id: int, actor: Actor, now: datetime
) -> UndoneDecision:
    """CGV III.g: nothing is given back (damages, work begun), and why; raises the same."""
    undone = _locked(order_id)
    why = " ".join(reason.split())[:300]
    if not why:
        raise InvalidFieldsError({"reason": "Dites pourquoi rien n’est rendu."})
    return _decide(undone.order, None, why, user_id, actor, now)


def _locked(order_id: int) -> Undone:
    order = Order.objects.select_for_update().get(pk=order_id)
    if UndoneDecision.objects.filter(order=order).exists():
        raise StaleClaimError
    undone = undone_of(order)
    if undone is None:
        raise ClaimError("Cette commande n’a pas pris fin, ou n’a pas été facturée.")
    return undone


def _decide(
    order: Order, note: Invoice | None, reason: str, user_id: int, actor: Actor, now: datetime
) -> UndoneDecision:
    try:
        with transaction.atomic():
            decision = UndoneDecision.objects.create(
                order=order, credit_note=note, reason=reason, decided_by_id=user_id, decided_at=now
            )
    except IntegrityError as clash:
        raise StaleClaimError from clash
    record(
        action="undone.credited" if note else "undone.kept",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={
            "credit_note": note.number if note else "",
            "net_cents": note.net_cents if note else 0,
            "reason": reason,
        },
    )
    return decision
