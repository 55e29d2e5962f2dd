"""Cards kept for the next instalments: given by paying, taken back, and their debits announced."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import CardDebitError
from marketingconnect.payments.gateways.base import Kept
from marketingconnect.payments.models import CardDebit, Instalment, PaymentAttempt, StoredCard
from marketingconnect.payments.queries import payable_now, schedule_of
from marketingconnect.payments.rules import card_debit_day, card_debit_is_to_announce
from marketingconnect.payments.states import (
    CARD_DEBIT_TRANSITIONS,
    LIVE,
    STORED_CARD_TRANSITIONS,
    CardDebitState,
    PaymentMethod,
    StoredCardState,
)
from marketingconnect.payments.telling_of_cards import (
    tell_card_debit_is_coming,
    tell_card_is_kept,
    tell_card_is_over,
)
from marketingconnect.terms.queries import parameters_of

DEBITS: Final = Actor.system("Prélèvements par carte")
_BRANDS: Final = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express"}


def consent_for(order: Order, today: date) -> str:
    """CGV II.2.b: what a client agrees to by paying now an order to be debited from its card.

    Empty when nothing is left to debit later: no card is kept without a use.
    """
    if order.payment_method != PaymentMethod.CARD_DEBIT:
        return ""
    left = payable_now(order, today)
    later = []
    for shown in schedule_of(order, today):
        paid_now = min(left, shown.remaining)
        left = left - paid_now
        if rest := (shown.remaining - paid_now).cents:
            later.append(f"{Money(rest)} le {format_date_fr(shown.due_on)}")
    if not later:
        return ""
    operator = operator_on(today)
    return (
        f"J’autorise {operator.legal_name} {operator.legal_form} à débiter la carte avec laquelle "
        f"je paie, sans nouvelle confirmation, des échéances suivantes de la commande "
        f"{order.reference} et d’elles seules : {', '.join(later)}. Chaque débit m’est annoncé "
        "par e-mail. Je peux retirer cette autorisation à tout moment (CGV, art. II.2.b)."
    )


def keep_card(attempt: PaymentAttempt, kept: Kept, *, now: datetime) -> StoredCard:
    """CGV II.2.b: keep the card that the client gave by paying; once, in place of an earlier one.

    `attempt` and its order are locked by the caller.
    """
    known = StoredCard.objects.filter(attempt=attempt).first()
    if known is not None:
        return known
    for earlier in StoredCard.objects.filter(order=attempt.order, state=StoredCardState.ACTIVE):
        _end(earlier, StoredCardState.REVOKED, "stored_card.replaced", DEBITS, now)
    brand = _BRANDS.get(kept.brand, kept.brand.capitalize()[:20])
    card = StoredCard.objects.create(
        company_id=attempt.order.company_id,
        order=attempt.order,
        attempt=attempt,
        gateway=attempt.gateway,
        token=kept.token,
        label=f"{brand} •••• {kept.last4[-4:]}",
        expires_on=kept.expires_on,
        consent=attempt.consent,
        kept_at=now,
    )
    _journal("stored_card.kept", card, DEBITS, now, consent=card.consent)
    tell_card_is_kept(card, at=now)
    return card


@transaction.atomic
def revoke_stored_card(card_id: int, *, actor: Actor, now: datetime) -> StoredCard:
    """CGV II.2.b: the client takes its card back; what was announced is not debited.

    Asked again, nothing more. Raises CardDebitError while a debit is at the bank.
    """
    order_id = StoredCard.objects.values_list("order_id", flat=True).get(pk=card_id)
    Order.objects.select_for_update().get(pk=order_id)
    card = StoredCard.objects.select_for_update().get(pk=card_id)
    if card.state != StoredCardState.ACTIVE:
        return card
    if PaymentAttempt.objects.filter(card_debit__card=card, state__in=LIVE).exists():
        raise CardDebitError(
            "Un prélèvement est en cours à la banque : retirez la carte dès que nous avons sa "
            "réponse, dans quelques minutes."
        )
    _end(card, StoredCardState.REVOKED, "stored_card.revoked", actor, now)
    return card


@transaction.atomic
def announce_card_debits(card_id: int, *, now: datetime) -> int:
    """CGV II.2.b: tell the client of each debit whose date comes, once; how many.

    A card that cannot be debited that day any more is ended, and the client asked to pay.
    """
    order_id = StoredCard.objects.values_list("order_id", flat=True).get(pk=card_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("terms").get(pk=order_id)
    card = StoredCard.objects.select_for_update().get(pk=card_id)
    today, notice_days = paris_date(now), parameters_of(order.terms).card_debit_notice_days
    announced = 0
    for instalment, left in _to_announce(order, today, notice_days):
        if card.state != StoredCardState.ACTIVE:
            break
        day = card_debit_day(due_on=instalment.due_on, announced_on=today, notice_days=notice_days)
        if card.expires_on < day:
            _end(card, StoredCardState.EXPIRED, "stored_card.expired", DEBITS, now)
            tell_card_is_over(card, at=now)
            break
        debit = CardDebit.objects.create(
            card=card, instalment=instalment, cents=left.cents, announced_at=now, debit_on=day
        )
        journal_debit("card_debit.announced", debit, now, debit_on=day)
        tell_card_debit_is_coming(debit, at=now)
        announced += 1
    return announced


def _to_announce(order: Order, today: date, notice_days: int) -> list[tuple[Instalment, Money]]:
    rows = {row.due_on: row for row in Instalment.objects.filter(order=order)}
    known = CardDebit.objects.filter(instalment__order=order).exclude(
        state=CardDebitState.CANCELLED
    )
    done = set(known.values_list("instalment_id", flat=True))
    return [
        (rows[shown.due_on], shown.remaining)
        for shown in schedule_of(order, today)
        if shown.remaining.cents
        and shown.due_on in rows
        and rows[shown.due_on].pk not in done
        and card_debit_is_to_announce(due_on=shown.due_on, today=today, notice_days=notice_days)
    ]


def _end(card: StoredCard, new: StoredCardState, action: str, actor: Actor, now: datetime) -> None:
    """`card` and its order are locked. What was announced on it is dropped."""
    old = StoredCardState(card.state)
    if new not in STORED_CARD_TRANSITIONS[old]:
        raise CardDebitError("Cette carte n’est plus en service.")
    StoredCard.objects.filter(pk=card.pk, state=old).update(state=new, ended_on=paris_date(now))
    card.refresh_from_db()
    _journal(action, card, actor, now)
    for debit in card.debits.filter(state=CardDebitState.ANNOUNCED):
        move_debit(debit, CardDebitState.CANCELLED, now)
        journal_debit("card_debit.cancelled", debit, now)


def move_debit(debit: CardDebit, new: CardDebitState, now: datetime, **facts: Any) -> None:
    """Its order is locked: nobody changes the state meanwhile."""
    old = CardDebitState(debit.state)
    if new not in CARD_DEBIT_TRANSITIONS[old]:
        raise CardDebitError("L’état de ce prélèvement ne le permet plus.")
    facts = {"ended_on": paris_date(now), **facts}
    CardDebit.objects.filter(pk=debit.pk, state=old).update(state=new, **facts)
    debit.refresh_from_db()


def journal_debit(action: str, debit: CardDebit, now: datetime, **facts: Any) -> None:
    """One line an act, on the order."""
    record(
        action=action,
        actor=DEBITS,
        company_id=debit.card.company_id,
        subject=f"order:{debit.card.order_id}",
        at=now,
        after={
            "debit": debit.pk,
            "instalment": debit.instalment.number,
            "cents": debit.cents,
            "state": debit.state,
            **facts,
        },
    )


def _journal(action: str, card: StoredCard, actor: Actor, now: datetime, **facts: Any) -> None:
    record(
        action=action,
        actor=actor,
        company_id=card.company_id,
        subject=f"order:{card.order_id}",
        at=now,
        after={"card": card.label, "expires_on": card.expires_on, "state": card.state, **facts},
    )
