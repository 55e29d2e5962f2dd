"""Debit stored cards: a committed row first, then the call, then its outcome, as by hand.

What the provider says comes through `settling`, which calls `note_debit_paid` or
`note_debit_refused` in its own transaction.
"""

import uuid
from datetime import date, datetime

from django.db import transaction

from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import CardDebit, PaymentAttempt
from marketingconnect.payments.queries import balance_of, schedule_of
from marketingconnect.payments.queries.under_way import AT_THE_BANK, debited_of
from marketingconnect.payments.reasons import FINAL_REFUSALS
from marketingconnect.payments.rules import ASK_FIRST, next_card_debit, remaining
from marketingconnect.payments.services.cards import journal_debit, move_debit
from marketingconnect.payments.states import LIVE, CardDebitState, StoredCardState
from marketingconnect.payments.telling_of_cards import tell_card_debit_is_refused
from marketingconnect.terms.queries import parameters_of


@transaction.atomic
def open_debit(debit_id: int, *, now: datetime) -> PaymentAttempt | None:
    """CGV II.2.b: the attempt by which an announced debit is tried, on its day and not before.

    None when it is not to be tried now, or when nothing is due any more: it is then cancelled.
    """
    order_id = CardDebit.objects.values_list("card__order_id", flat=True).get(pk=debit_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("terms").get(pk=order_id)
    debit = (
        CardDebit.objects.select_for_update(of=("self",)).select_related("card").get(pk=debit_id)
    )
    is_ready = debit.state == CardDebitState.ANNOUNCED and debit.debit_on <= paris_date(now)
    if not is_ready or PaymentAttempt.objects.filter(order=order, state__in=LIVE).exists():
        return None
    amount = _still_due(order, debit, paris_date(now))
    if not amount.cents or debit.card.state != StoredCardState.ACTIVE:
        move_debit(debit, CardDebitState.CANCELLED, now)
        journal_debit("card_debit.cancelled", debit, now)
        return None
    attempt = PaymentAttempt.objects.create(
        key=uuid.uuid4(),
        order=order,
        gateway=debit.card.gateway,
        cents=amount.cents,
        card_debit=debit,
        started_by_id=debit.card.attempt.started_by_id,
        created_at=now,
        ask_again_at=now + ASK_FIRST,
    )
    journal_debit("card_debit.tried", debit, now, attempt=attempt.pk)
    return attempt


def _still_due(order: Order, debit: CardDebit, today: date) -> Money:
    """Never more than was announced, nor than what receipts of any kind leave to pay."""
    until = [one for one in schedule_of(order, today) if one.due_on <= debit.instalment.due_on]
    if not until or until[-1].due_on != debit.instalment.due_on:
        return Money.zero
    besides = balance_of(order).recorded + debited_of(order, AT_THE_BANK)
    left = remaining(due=Money.total(one.remaining for one in until), received=besides)
    return min(Money(debit.cents), until[-1].remaining, left)


def note_debit_paid(attempt: PaymentAttempt, *, now: datetime) -> None:
    """CGV II.2.b: the debit went through; its order is locked by the caller."""
    debit = attempt.card_debit
    if debit is not None and CardDebitState(debit.state) in {
        CardDebitState.ANNOUNCED,
        CardDebitState.STOPPED,
    }:
        move_debit(debit, CardDebitState.COLLECTED, now)
        journal_debit("card_debit.collected", debit, now, attempt=attempt.pk)


def note_debit_refused(attempt: PaymentAttempt, code: str, reason: str, *, now: datetime) -> None:
    """CGV II.2.b: the bank refused; another try is set, or a person takes over. The client knows.

    The order is locked by the caller.
    """
    debit = attempt.card_debit
    if debit is None or debit.state != CardDebitState.ANNOUNCED:
        return
    debit.times_refused += 1
    debit.first_refused_on = debit.first_refused_on or paris_date(now)
    debit.refusal = reason
    terms = parameters_of(attempt.order.terms)
    again = next_card_debit(
        first_refused_on=debit.first_refused_on,
        times_refused=debit.times_refused,
        retry_days=(terms.card_debit_retry_days, terms.card_debit_last_retry_days),
        is_final=code in FINAL_REFUSALS,
        today=paris_date(now),
    )
    debit.debit_on = again or debit.debit_on
    debit.save(update_fields=["times_refused", "first_refused_on", "refusal", "debit_on"])
    if again is None:
        move_debit(debit, CardDebitState.STOPPED, now)
    journal_debit("card_debit.refused", debit, now, code=code, again_on=again)
    tell_card_debit_is_refused(debit, again, at=now)
