"""Pay by card: a committed row first, then the call, then its outcome in a second transaction."""

import uuid
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import change_payment_method
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import (
    AlreadyPaidError,
    CardUnavailableError,
    StillUnknownError,
)
from marketingconnect.payments.gateways import current_gateway, gateway_named
from marketingconnect.payments.gateways.base import (
    CardGateway,
    ChargeRequest,
    GatewayRefusedError,
    GatewayUnavailableError,
    Outcome,
    StoredCharge,
    Verdict,
)
from marketingconnect.payments.models import CardDebit, PaymentAttempt
from marketingconnect.payments.notices import tell_how_to_pay
from marketingconnect.payments.queries import agreed_schedule, card_is_refused, payable_now
from marketingconnect.payments.queries.under_way import AT_THE_BANK, debited_of
from marketingconnect.payments.reasons import reason_fr
from marketingconnect.payments.rules import ASK_FIRST, is_abandoned, next_question
from marketingconnect.payments.services.card_debits import note_debit_refused, open_debit
from marketingconnect.payments.services.cards import consent_for, keep_card
from marketingconnect.payments.services.settling import apply_outcome
from marketingconnect.payments.states import LIVE, AttemptState, PaymentMethod

_ENDED: Final = {OrderState.CANCELLED, OrderState.TERMINATED}


def start_card_payment(
    order_id: int, *, user_id: int, actor: Actor, now: datetime
) -> PaymentAttempt:
    """Open a payment page for an order, or give back the one that is open.

    Returns an attempt in state `sent`. Raises AlreadyPaidError, StillUnknownError (an earlier
    attempt may have gone through) or CardUnavailableError. Call outside any transaction.
    """
    attempt = live_attempt(order_id)
    if attempt is not None:
        ask_provider(attempt.pk, now=now)
        attempt.refresh_from_db()
    if attempt is None or attempt.state not in LIVE:
        _close_earlier(order_id, now=now)
        attempt = _new_attempt(order_id, user_id, actor, now)
        ask_provider(attempt.pk, now=now)
        attempt.refresh_from_db()
    return _payable(attempt)


def _payable(attempt: PaymentAttempt) -> PaymentAttempt:
    if attempt.state == AttemptState.SENT and attempt.card_debit_id is None:
        return attempt
    if attempt.state == AttemptState.SUCCEEDED:
        raise AlreadyPaidError("Cette commande est déjà payée.")
    if attempt.state in LIVE:
        raise StillUnknownError(
            "La banque ne répond pas : nous l’interrogeons jusqu’à savoir si votre paiement est "
            "passé. Ne payez pas une seconde fois pour le moment."
        )
    raise CardUnavailableError(
        "Le paiement par carte ne peut pas être ouvert pour cette commande : choisissez le "
        "virement."
    )


def live_attempt(order_id: int) -> PaymentAttempt | None:
    """The attempt by which an order may still be paid, if any."""
    return PaymentAttempt.objects.filter(order_id=order_id, state__in=LIVE).first()


@transaction.atomic
def _new_attempt(order_id: int, user_id: int, actor: Actor, now: datetime) -> PaymentAttempt:
    order = Order.objects.select_for_update().get(pk=order_id)
    today = paris_date(now)
    amount = payable_now(order, today)
    debited = debited_of(order, AT_THE_BANK)
    if Money.zero < amount <= debited:
        raise StillUnknownError(
            f"Un prélèvement de {debited.format_fr()} est déjà demandé à votre banque pour "
            "cette commande : ne payez pas une seconde fois. S’il est refusé, vous pourrez payer "
            "ici."
        )
    amount -= debited
    if not amount.cents > 0 or not _may_pay_by_card(order):
        raise AlreadyPaidError("Cette commande n’attend plus de paiement.")
    if order.payment_method != PaymentMethod.CARD_DEBIT and card_is_refused(order):
        raise CardUnavailableError("Ce montant se règle par virement (CGV, art. II.1.b).")
    if existing := live_attempt(order_id):
        return existing
    attempt = PaymentAttempt.objects.create(
        key=uuid.uuid4(),
        order=order,
        gateway=current_gateway().name,
        cents=amount.cents,
        consent=consent_for(order, today),
        started_by_id=user_id,
        created_at=now,
        ask_again_at=now + ASK_FIRST,
    )
    record(
        action="payment.attempted",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={"attempt": attempt.pk, "gateway": attempt.gateway, "cents": attempt.cents},
    )
    return attempt


def _may_pay_by_card(order: Order) -> bool:
    """Before it is validated; by instalments, until it ends.

    A client whose debit was refused pays itself, and gives its next card by doing so.
    """
    if order.state in {OrderState.ACCEPTED, OrderState.FIRM}:
        return True
    return bool(agreed_schedule(order)) and order.state not in _ENDED


def ask_provider(attempt_id: int, *, now: datetime) -> AttemptState:
    """Learn from the provider where an attempt stands, opening it there if it never arrived.

    No answer makes it `unknown`; it is asked again later. Call outside any transaction.
    """
    attempt = PaymentAttempt.objects.select_related("order", "card_debit__card").get(pk=attempt_id)
    if attempt.state not in LIVE:
        return AttemptState(attempt.state)
    gateway = gateway_named(attempt.gateway)
    try:
        if not attempt.provider_ref:
            outcome = _open_at(gateway, attempt)
        else:
            outcome = gateway.fetch(attempt.provider_ref)
            if _left_open(attempt, outcome, now):
                outcome = gateway.cancel(attempt.provider_ref)
    except GatewayUnavailableError:
        _note_unknown(attempt, now)
    except GatewayRefusedError as refusal:
        _note_refusal(attempt, refusal.code, now)
    else:
        apply_outcome(attempt.pk, outcome, now=now)
        _count_question(attempt, now)
    attempt.refresh_from_db()
    return AttemptState(attempt.state)


def _open_at(gateway: CardGateway, attempt: PaymentAttempt) -> Outcome:
    if attempt.card_debit is None:
        return gateway.create(charge_request(attempt))
    return gateway.charge_stored(
        StoredCharge(
            key=attempt.key,
            amount=Money(attempt.cents),
            reference=attempt.order.reference,
            description=f"Commande {attempt.order.reference}",
            token=attempt.card_debit.card.token,
        )
    )


def debit_card(debit_id: int, *, now: datetime) -> AttemptState | None:
    """CGV II.2.b: try an announced debit whose day has come; None when it is not to be tried now.

    A payment open at the bank for the same order is settled first, and one refused is closed, so
    that an instalment is never paid twice. Call outside any transaction.
    """
    order_id = CardDebit.objects.values_list("card__order_id", flat=True).get(pk=debit_id)
    if (live := live_attempt(order_id)) is not None:
        ask_provider(live.pk, now=now)
    try:
        _close_earlier(order_id, now=now)
    except CardUnavailableError:
        return None
    attempt = open_debit(debit_id, now=now)
    return None if attempt is None else ask_provider(attempt.pk, now=now)


def learn_card(attempt_id: int, *, now: datetime) -> None:
    """CGV II.2.b: ask which card was kept, when the news of a payment left it out.

    Call outside any transaction.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    try:
        outcome = gateway_named(attempt.gateway).fetch(attempt.provider_ref)
    except (GatewayUnavailableError, GatewayRefusedError):
        return
    if outcome.kept is None:
        return
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=attempt.order_id)
        attempt = PaymentAttempt.objects.select_related("order").get(pk=attempt_id)
        keep_card(attempt, outcome.kept, now=now)


def abandon_card_payment(order_id: int, *, now: datetime) -> None:
    """Close the open page of an order that will be paid otherwise.

    Raises AlreadyPaidError when it turns out to be paid, StillUnknownError without an answer.
    """
    attempt = live_attempt(order_id)
    if attempt is None:
        return
    if not attempt.provider_ref:
        ask_provider(attempt.pk, now=now)
        attempt.refresh_from_db()
    if attempt.provider_ref and attempt.state in LIVE:
        _cancel(attempt, now)
        attempt.refresh_from_db()
    if attempt.state != AttemptState.FAILED:
        _payable(attempt)


def pay_otherwise(order_id: int, *, method: PaymentMethod, actor: Actor, now: datetime) -> Order:
    """CGV II.1.b: pay by another means; the page open at the provider is closed first.

    Raises AlreadyPaidError, StillUnknownError, CardUnavailableError when this amount is paid by
    transfer only, StaleStateError once the order waits for no payment. Call outside any
    transaction.
    """
    if method is not PaymentMethod.TRANSFER and card_is_refused(Order.objects.get(pk=order_id)):
        raise CardUnavailableError("Ce montant se règle par virement (CGV, art. II.1.b).")
    if method is not PaymentMethod.CARD:
        abandon_card_payment(order_id, now=now)
    with transaction.atomic():
        order = change_payment_method(order_id, method=method, actor=actor, at=now)
        if method is not PaymentMethod.CARD:
            tell_how_to_pay(order, at=now)
    return order


def _cancel(attempt: PaymentAttempt, now: datetime) -> None:
    try:
        outcome = gateway_named(attempt.gateway).cancel(attempt.provider_ref)
    except (GatewayUnavailableError, GatewayRefusedError):
        _note_unknown(attempt, now)
    else:
        apply_outcome(attempt.pk, outcome, now=now)


def _close_earlier(order_id: int, *, now: datetime) -> None:
    """A refused payment that the provider keeps open could still be paid: close it first."""
    failed = PaymentAttempt.objects.filter(order_id=order_id, state=AttemptState.FAILED)
    attempt = failed.exclude(provider_ref="").last()
    if attempt is None or attempt.failure_code == "cancelled":
        return
    try:
        outcome = gateway_named(attempt.gateway).cancel(attempt.provider_ref)
    except (GatewayUnavailableError, GatewayRefusedError) as error:
        raise CardUnavailableError(
            "La banque ne répond pas : réessayez dans un instant, ou choisissez le virement."
        ) from error
    apply_outcome(attempt.pk, outcome, now=now)


def charge_request(attempt: PaymentAttempt) -> ChargeRequest:
    """What the provider is asked; always the same for an attempt, so that it may be repeated."""
    order = attempt.order
    back = settings.BASE_URL + reverse(
        "client_area:payment_return", args=[order.reference, attempt.key]
    )
    return ChargeRequest(
        key=attempt.key,
        amount=Money(attempt.cents),
        reference=order.reference,
        description=f"Commande {order.reference}",
        return_url=back,
        cancel_url=back,
        save_card=bool(attempt.consent),
    )


def _left_open(attempt: PaymentAttempt, outcome: Outcome, now: datetime) -> bool:
    return outcome.verdict is Verdict.PENDING and is_abandoned(
        sent_at=attempt.sent_at or attempt.created_at, now=now
    )


@transaction.atomic
def _note_unknown(attempt: PaymentAttempt, now: datetime) -> None:
    """No answer: the truth is at the provider's. Never guessed, asked again."""
    asked = attempt.times_asked + 1
    PaymentAttempt.objects.filter(pk=attempt.pk, state__in=LIVE).update(
        state=AttemptState.UNKNOWN,
        times_asked=asked,
        ask_again_at=next_question(now=now, times_asked=asked),
    )


@transaction.atomic
def _note_refusal(attempt: PaymentAttempt, code: str, now: datetime) -> None:
    """The provider heard and opened nothing: this attempt is over, no money can come of it.

    A refusal to *tell* about a payment it knows (wrong key, lost reference) settles nothing.
    """
    if attempt.provider_ref:
        _note_unknown(attempt, now)
        return
    Order.objects.select_for_update().get(pk=attempt.order_id)
    changed = PaymentAttempt.objects.filter(pk=attempt.pk, state__in=LIVE, provider_ref="").update(
        state=AttemptState.FAILED,
        failure_code=code[:60],
        failure_reason="Le prestataire de paiement n’a pas ouvert le paiement.",
        ended_at=now,
        ask_again_at=None,
    )
    if changed:
        record(
            action="payment.not_opened",
            actor=Actor.system("Prestataire de paiement"),
            company_id=attempt.order.company_id,
            subject=f"order:{attempt.order_id}",
            at=now,
            after={"attempt": attempt.pk, "code": code},
        )
        note_debit_refused(attempt, code, reason_fr(code), now=now)


def _count_question(attempt: PaymentAttempt, now: datetime) -> None:
    asked = attempt.times_asked + 1
    PaymentAttempt.objects.filter(pk=attempt.pk, state__in=LIVE, ask_again_at__isnull=False).update(
        times_asked=asked, ask_again_at=next_question(now=now, times_asked=asked)
    )
