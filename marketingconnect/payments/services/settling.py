"""What money changes: the attempt, the receipt, the order, its invoice and the client's mail.

Whoever brings the news (callback, return page, sweeper) comes through here, under the lock of
the order: the first one settles it, the others find nothing left to do.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import issue_invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.rules import validation_day
from marketingconnect.orders.services import mark_paid
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import ConflictingReplayError
from marketingconnect.payments.gateways.base import Outcome, Verdict
from marketingconnect.payments.models import Payment, PaymentAttempt
from marketingconnect.payments.notices import tell_order_is_paid
from marketingconnect.payments.queries import (
    agreed_schedule,
    balance_of,
    first_instalment,
    methods_of,
    validated_for,
)
from marketingconnect.payments.reasons import reason_fr
from marketingconnect.payments.rules import enough_to_start, next_question
from marketingconnect.payments.services.bookkeeping import book_payment
from marketingconnect.payments.services.card_debits import note_debit_paid, note_debit_refused
from marketingconnect.payments.services.cards import keep_card
from marketingconnect.payments.services.write_offs import take_back_write_off
from marketingconnect.payments.states import LIVE, AttemptState, PaymentMethod, WebhookVerdict
from marketingconnect.payments.telling import tell_instalment_is_paid

BANK = Actor.system("Prestataire de paiement")
_WAITING: Final = {OrderState.ACCEPTED, OrderState.FIRM, OrderState.SUSPENDED}


@transaction.atomic
def apply_outcome(attempt_id: int, outcome: Outcome, *, now: datetime) -> WebhookVerdict:
    """CGV II.1.b: take in what the provider says of an attempt, once, whatever the order.

    Another amount or another payment than ours changes nothing and is written in the journal.
    """
    order_id = PaymentAttempt.objects.values_list("order_id", flat=True).get(pk=attempt_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt_id)
    if _contradicts(attempt, outcome):
        return _alert(attempt, order, outcome, now)
    if outcome.verdict is Verdict.SUCCEEDED:
        return _succeed(attempt, order, outcome, now)
    if outcome.verdict is Verdict.FAILED:
        return _fail(attempt, order, outcome, now)
    return _note_pending(attempt, outcome, now)


def _contradicts(attempt: PaymentAttempt, outcome: Outcome) -> bool:
    other_payment = attempt.provider_ref not in {"", outcome.provider_ref}
    other_key = outcome.key is not None and outcome.key != attempt.key
    return other_payment or other_key or outcome.amount.cents != attempt.cents


def _alert(
    attempt: PaymentAttempt, order: Order, outcome: Outcome, now: datetime
) -> WebhookVerdict:
    record(
        action="payment.conflict",
        actor=BANK,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        before={"attempt": attempt.pk, "cents": attempt.cents, "ref": attempt.provider_ref},
        after={"cents": outcome.amount.cents, "ref": outcome.provider_ref},
    )
    PaymentAttempt.objects.filter(pk=attempt.pk).update(ask_again_at=None)
    return WebhookVerdict.CONFLICT


def _succeed(
    attempt: PaymentAttempt, order: Order, outcome: Outcome, now: datetime
) -> WebhookVerdict:
    if attempt.state == AttemptState.SUCCEEDED:
        return WebhookVerdict.UNCHANGED
    _end(attempt, AttemptState.SUCCEEDED, outcome, now)
    record_payment(
        order,
        Money(attempt.cents),
        method=PaymentMethod.CARD_DEBIT if attempt.card_debit else PaymentMethod.CARD,
        provider=attempt.gateway,
        provider_ref=outcome.provider_ref,
        attempt=attempt,
        at=now,
    )
    note_debit_paid(attempt, now=now)
    if attempt.consent and outcome.kept:
        keep_card(attempt, outcome.kept, now=now)
    return WebhookVerdict.APPLIED


def _fail(attempt: PaymentAttempt, order: Order, outcome: Outcome, now: datetime) -> WebhookVerdict:
    if attempt.state not in LIVE:
        return WebhookVerdict.UNCHANGED
    reason = reason_fr(outcome.failure_code)
    _end(
        attempt,
        AttemptState.FAILED,
        outcome,
        now,
        failure_code=outcome.failure_code,
        failure_reason=reason,
    )
    record(
        action="payment.refused",
        actor=BANK,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={"attempt": attempt.pk, "code": outcome.failure_code, "reason": reason},
    )
    note_debit_refused(attempt, outcome.failure_code, reason, now=now)
    return WebhookVerdict.APPLIED


def _note_pending(attempt: PaymentAttempt, outcome: Outcome, now: datetime) -> WebhookVerdict:
    if attempt.state not in {AttemptState.CREATED, AttemptState.UNKNOWN}:
        return WebhookVerdict.UNCHANGED
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.SENT,
        provider_ref=outcome.provider_ref,
        page_url=outcome.page_url or attempt.page_url,
        client_secret=outcome.client_secret or attempt.client_secret,
        sent_at=attempt.sent_at or now,
        ask_again_at=next_question(now=now, times_asked=attempt.times_asked + 3),
    )
    return WebhookVerdict.APPLIED


def _end(
    attempt: PaymentAttempt, state: AttemptState, outcome: Outcome, now: datetime, **facts: Any
) -> None:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state=state,
        provider_ref=outcome.provider_ref,
        client_secret="",
        ended_at=now,
        ask_again_at=None,
        **facts,
    )


@transaction.atomic
def record_payment(
    order: Order,
    amount: Money,
    *,
    method: PaymentMethod,
    provider: str,
    provider_ref: str,
    attempt: PaymentAttempt | None,
    at: datetime,
) -> Payment:
    """Record money received on line; safe to replay, since providers repeat themselves.

    `order` is locked by the caller. Raises ConflictingReplayError when the same reference was
    recorded for another order or amount.
    """
    today = paris_date(at)
    payment, _ = Payment.objects.get_or_create(
        provider=provider,
        provider_ref=provider_ref,
        defaults={
            "order": order,
            "method": method,
            "attempt": attempt,
            "cents": amount.cents,
            "received_on": today,
            "validated_on": validation_day(method=method, received_on=today, recorded_on=None),
            "recorded_at": at,
            "validated_at": at,
        },
    )
    if (payment.order_id, payment.cents) != (order.pk, amount.cents):
        raise ConflictingReplayError("Cette référence de paiement est déjà enregistrée autrement.")
    settle(order, payment, actor=BANK, at=at)
    return payment


def settle(order: Order, payment: Payment, *, actor: Actor, at: datetime) -> None:
    """CGV II.1.b, II.2.b: count a receipt; the order starts if it is enough, and is invoiced."""
    excess = balance_of(order).excess
    journal_payment(
        "payment.overpaid" if excess.cents else "payment.validated",
        payment,
        actor,
        at,
        excess=excess,
    )
    if payment.validated_on is None:
        return
    has_started = order.payment_validated_on is not None
    start_if_paid(order, payment, actor=actor, at=at)
    if has_started and agreed_schedule(order):
        tell_instalment_is_paid(order, payment, at=at)


def start_if_paid(
    order: Order, payment: Payment, *, actor: Actor, at: datetime, forgiven: Money = Money.zero
) -> Invoice | None:
    """CGV II.1.b, II.2.b: validate an order for which enough came, issue its invoice, tell it.

    All that is due or, by instalments, the first one. `order` is locked by the caller; `payment`
    is the receipt that makes it enough; `forgiven` what accounting gives up asking.
    """
    due, received = Money(order.total_cents), validated_for(order)
    # A suspended order is paid like another; it goes on from there when it is taken up again.
    waits = order.payment_validated_on is None and order.state in _WAITING
    first = first_instalment(order)
    if not waits or not enough_to_start(due=due, received=received + forgiven, first=first):
        return None
    mark_paid(
        order,
        received_on=payment.received_on,
        validated_on=payment.validated_on or paris_date(at),
        actor=actor,
        at=at,
    )
    invoice = issue_invoice(
        order.pk,
        paid=min(received, due),
        payment_method=methods_of(order),
        now=at,
        schedule=agreed_schedule(order) if received + forgiven < due else (),
    )
    tell_order_is_paid(order, payment, invoice, at=at)
    return invoice


def journal_payment(
    action: str, payment: Payment, actor: Actor, at: datetime, *, excess: Money = Money.zero
) -> None:
    """One line a receipt that counts, for its order or a further invoice of it; it is booked."""
    paid_invoice = {"invoice": payment.invoice.number} if payment.invoice else {}
    record(
        action=action,
        actor=actor,
        company_id=payment.order.company_id,
        subject=f"order:{payment.order_id}",
        at=at,
        after={
            "payment": payment.pk,
            "method": payment.method,
            "provider_ref": payment.provider_ref,
            "cents": payment.cents,
            "received_on": payment.received_on,
            "validated_on": payment.validated_on,
            "excess_cents": excess.cents,
            **paid_invoice,
        },
    )
    book_payment(payment, at=at)
    if payment.validated_on is not None:
        take_back_write_off(payment, actor=actor, at=at)
