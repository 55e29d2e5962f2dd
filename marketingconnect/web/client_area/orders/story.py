"""The story of an order: what happened, in order, and what is planned."""

from collections.abc import Sequence
from datetime import datetime

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Payment, PaymentAttempt
from marketingconnect.payments.queries import attempts_of, payments_of
from marketingconnect.payments.states import METHOD_LABELS, AttemptState, PaymentMethod
from marketingconnect.web.components import TimelineEntry


def story_of(
    order: Order, invoices: Sequence[Invoice], scheduled: Sequence[datetime | None]
) -> list[TimelineEntry]:
    """Entries, oldest first; what is planned comes last."""
    entries = [
        _accepted(order),
        *_signed(order),
        *[_refused(attempt) for attempt in attempts_of(order) if _was_refused(attempt)],
        *[entry for payment in payments_of(order) for entry in _received(payment)],
        *[_invoiced(invoice) for invoice in invoices],
        *_execution(order),
    ]
    planned = [] if order.started_at else _planned(scheduled)
    return [entry for _, entry in sorted(entries, key=lambda one: one[0])] + planned


def _accepted(order: Order) -> tuple[datetime, TimelineEntry]:
    return order.accepted_at, TimelineEntry(
        "Commande passée",
        order.accepted_at,
        text=f"Conditions générales version {order.terms.number} acceptées.",
        who=order.placed_by.full_name,
        icon="file-signature",
        kind="success",
    )


def _signed(order: Order) -> list[tuple[datetime, TimelineEntry]]:
    received = (
        ("Bon de commande signé", order.form_signed_at),
        ("Mandat de prélèvement reçu", order.mandate_signed_at),
    )
    return [
        (at, TimelineEntry(title, at, icon="badge-check", kind="success"))
        for title, at in received
        if at is not None
    ]


def _was_refused(attempt: PaymentAttempt) -> bool:
    return attempt.state == AttemptState.FAILED and attempt.ended_at is not None


def _refused(attempt: PaymentAttempt) -> tuple[datetime, TimelineEntry]:
    at = attempt.ended_at or attempt.created_at
    return at, TimelineEntry(
        "Paiement par carte non abouti",
        at,
        text=attempt.failure_reason,
        icon="credit-card",
        kind="error",
    )


def _received(payment: Payment) -> list[tuple[datetime, TimelineEntry]]:
    """The two dates of a receipt; a card has one instant for both."""
    what = f"{METHOD_LABELS[PaymentMethod(payment.method)]} de {Money(payment.cents)}"
    if payment.method == PaymentMethod.CARD:
        entry = TimelineEntry(
            "Paiement validé", payment.recorded_at, text=what, icon="credit-card", kind="success"
        )
        return [(payment.recorded_at, entry)]
    received = TimelineEntry("Règlement reçu", payment.received_on, text=what, icon="landmark")
    if payment.validated_on is None or payment.validated_at is None:
        return [(payment.recorded_at, received)]
    validated = TimelineEntry(
        "Règlement validé par la comptabilité",
        payment.validated_on,
        text=what,
        icon="badge-check",
        kind="success",
    )
    return [(payment.recorded_at, received), (payment.validated_at, validated)]


def _invoiced(invoice: Invoice) -> tuple[datetime, TimelineEntry]:
    what = "Avoir" if invoice.kind == InvoiceKind.CREDIT_NOTE else "Facture"
    return invoice.issued_at, TimelineEntry(
        f"{what} {invoice.number}",
        invoice.issued_on,
        text=invoice.reason,
        icon="receipt-text",
        kind="success",
    )


def _execution(order: Order) -> list[tuple[datetime, TimelineEntry]]:
    entries = []
    if order.started_at:
        started = TimelineEntry(
            "Exécution commencée", order.started_at, icon="play", kind="progress"
        )
        entries.append((order.started_at, started))
    if order.executed_at:
        done = TimelineEntry("Commande exécutée", order.executed_at, icon="check", kind="success")
        entries.append((order.executed_at, done))
    return entries


def _planned(scheduled: Sequence[datetime | None]) -> list[TimelineEntry]:
    moments = sorted(moment for moment in scheduled if moment)
    return [
        TimelineEntry("Envoi prévu", moment, icon="calendar-clock", kind="neutral")
        for moment in moments
    ]
