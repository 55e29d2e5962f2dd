"""What will never be paid: written off by accounting, taken back by as much as comes after all."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, remaining_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.rules.postings import (
    Postings,
    small_difference_postings,
    vat_within,
    write_off_postings,
)
from marketingconnect.ledger.services import NewEntry, book
from marketingconnect.ledger.states import ActKind
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import WriteOffRefusedError
from marketingconnect.payments.models import Payment, WriteOff
from marketingconnect.payments.queries import due_for, paid_for, written_off_of
from marketingconnect.payments.rules import overpaid
from marketingconnect.payments.states import GivenUp
from marketingconnect.payments.telling import tell_vat_cannot_be_deducted

_LONGEST: Final = 300
_LABELS: Final = {
    GivenUp.BAD_DEBT: "Créance irrécouvrable",
    GivenUp.SMALL_DIFFERENCE: "Différence de règlement",
}


@transaction.atomic
def write_off(
    invoice_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    amount: Money | None = None,
) -> WriteOff:
    """CGV II.2.a: accounting gives up what an invoice still asks, or part of it, as a loss.

    Its VAT is taken back (CGI, art. 272, 1); where it was owed at the issue, the client is told
    that it may not be deducted. `reason` says what proves it: a liquidation, a vain bailiff.
    Raises WriteOffRefusedError.
    """
    invoice = Invoice.objects.get(pk=invoice_id)
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    why, due = " ".join(reason.split())[:_LONGEST], due_for(invoice)
    given_up = due if amount is None else amount
    problems = {}
    if not why:
        problems["reason"] = "Dites ce qui prouve que cette somme ne sera pas payée."
    if invoice.kind != InvoiceKind.INVOICE or not due.cents:
        problems["amount"] = "Ce document ne demande plus rien."
    elif not Money.zero < given_up <= due:
        problems["amount"] = f"Indiquez au plus ce qu’il reste à recevoir : {due}."
    if problems:
        raise WriteOffRefusedError(problems)
    row = give_up(order, invoice, GivenUp.BAD_DEBT, given_up, reason=why, actor=actor, now=now)
    if invoice.seller.get("vat_on_debits") and row.vat_cents:
        tell_vat_cannot_be_deducted(row, at=now)
    return row


def take_back_write_off(payment: Payment, *, actor: Actor, at: datetime) -> None:
    """CGV II.2.a: what comes for an invoice that was given up is due after all, with its VAT.

    The order is locked by the caller. Losses are taken back first, then small differences.
    """
    invoice = payment.invoice or first_invoice_of(payment.order)
    if invoice is None or not written_off_of(invoice).cents:
        return
    settled = paid_for(invoice) + written_off_of(invoice)
    beyond = overpaid(due=remaining_of(invoice).total, received=settled)
    reason = f"Règlement {payment.provider_ref}"[:_LONGEST]
    for kind in GivenUp:
        part = min(beyond, written_off_of(invoice, kind))
        if part > Money.zero:
            give_up(payment.order, invoice, kind, -part, reason=reason, actor=actor, now=at)
            beyond = beyond - part


def give_up(
    order: Order,
    invoice: Invoice | None,
    kind: GivenUp,
    amount: Money,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> WriteOff:
    """Write it down, in the journal and in the books; `order` is locked by the caller."""
    percent = _percent(invoice) if kind is GivenUp.BAD_DEBT else Decimal(0)
    row = WriteOff.objects.create(
        company_id=order.company_id,
        order=order,
        invoice=invoice,
        kind=kind,
        cents=amount.cents,
        vat_cents=vat_within(amount=amount, percent=percent).cents,
        reason=reason,
        decided_on=paris_date(now),
        decided_at=now,
        decided_by_id=actor.id,
    )
    _book(row, percent, now)
    _journal(row, actor, now)
    return row


def _journal(row: WriteOff, actor: Actor, now: datetime) -> None:
    is_lost, is_recovered = row.kind == GivenUp.BAD_DEBT, bool(row.invoice) and row.cents < 0
    record(
        action="write_off.recovered"
        if is_recovered
        else ("write_off.bad_debt" if is_lost else "write_off.small_difference"),
        actor=actor,
        company_id=row.company_id,
        subject=f"order:{row.order_id}",
        at=now,
        after={
            "number": row.invoice.number if row.invoice else row.order.reference,
            "cents": row.cents,
            "vat_cents": row.vat_cents,
            "reason": row.reason,
        },
    )


def _percent(invoice: Invoice | None) -> Decimal:
    """The rate of VAT of an invoice: it has one."""
    rates = [Decimal(row["rate"]) for row in invoice.vat_lines] if invoice else []
    return max(rates, default=Decimal(0))


def source_of(row: WriteOff) -> str:
    """The name of a write-off in the ledger: `write_off:7`, `difference:7`."""
    prefix = "write_off" if row.kind == GivenUp.BAD_DEBT else "difference"
    return f"{prefix}:{row.pk}"


def _book(row: WriteOff, percent: Decimal, now: datetime) -> None:
    number = row.invoice.number if row.invoice else row.order.reference
    book(
        NewEntry(
            source=source_of(row),
            kind=ActKind.WRITE_OFF,
            company_id=row.company_id,
            day=row.decided_on,
            piece_ref=number,
            piece_date=row.decided_on,
            label=f"{_LABELS[GivenUp(row.kind)]} {number}",
            postings=_postings(row, percent),
        ),
        at=now,
    )


def _postings(row: WriteOff, percent: Decimal) -> Postings:
    amount, invoice = Money(row.cents), row.invoice.number if row.invoice else ""
    if row.kind == GivenUp.BAD_DEBT:
        return write_off_postings(amount=amount, percent=percent, invoice=invoice)
    return small_difference_postings(amount=amount, invoice=invoice, order=row.order.reference)
