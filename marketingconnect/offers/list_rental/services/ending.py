"""Suspend a rental, take it up again, end it, complete it (CGV CL.2, CL.6, CL.7)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.offers.contract import Interruption
from marketingconnect.offers.list_rental.errors import RentalError, StaleRentalError
from marketingconnect.offers.list_rental.models import Delivery, ListRental
from marketingconnect.offers.list_rental.notices import tell_rental_is_suspended
from marketingconnect.offers.list_rental.services.delivering import start_delivery
from marketingconnect.offers.list_rental.services.rows import locked, move, move_delivery
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind


@transaction.atomic
def suspend_rental(rental_id: int, *, reason: str, actor: Actor, now: datetime) -> ListRental:
    """CGV CL.2: nothing is made, downloaded or checked again while a misuse is looked into."""
    if not reason.strip():
        raise RentalError("Dites pourquoi : le client le lira.", article="CL.2")
    rental = locked(rental_id)
    was = rental.state
    move(
        rental,
        RentalState.SUSPENDED,
        "rental.suspended",
        actor=actor,
        now=now,
        suspended_from=was,
        end_reason=reason.strip()[:300],
    )
    tell_rental_is_suspended(rental, reason=reason.strip(), at=now)
    return rental


@transaction.atomic
def resume_rental(rental_id: int, *, actor: Actor, now: datetime) -> ListRental:
    """CGV CL.2: the suspension ends; what was under way goes on where it stood."""
    rental = locked(rental_id)
    if rental.state != RentalState.SUSPENDED:
        raise StaleRentalError
    back = RentalState(rental.suspended_from)
    move(
        rental,
        back,
        "rental.resumed",
        actor=actor,
        now=now,
        suspended_from="",
        end_reason="",
    )
    return rental


@transaction.atomic
def end_rental(
    rental_id: int, *, article: str, reason: str, actor: Actor, now: datetime
) -> ListRental:
    """CGV CL.2, CL.6, CL.7: the rental is cancelled and its files are no longer given.

    What the order owes or is owed is for `claims` to invoice and to credit.
    """
    rental = locked(rental_id)
    move(
        rental,
        RentalState.CANCELLED,
        "rental.cancelled",
        actor=actor,
        now=now,
        ended_at=now,
        end_article=article,
        end_reason=reason.strip()[:300],
    )
    given = Delivery.objects.filter(rental=rental).exclude(state=DeliveryState.WITHDRAWN)
    for delivery in given.select_related("rental"):
        move_delivery(
            delivery, DeliveryState.WITHDRAWN, "rental.delivery_withdrawn", actor=actor, now=now
        )
    return rental


@transaction.atomic
def interrupt_rental(
    rental_id: int,
    interruption: Interruption,
    *,
    article: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """CGV III.g, III.h: the rental follows its order: suspended, taken up again, or ended.

    False when it is not in a state for that: ended already, or suspended for a misuse before.
    """
    state = RentalState(locked(rental_id).state)
    if interruption is Interruption.GO_ON:
        if state is RentalState.SUSPENDED:
            resume_rental(rental_id, actor=actor, now=now)
        return state is RentalState.SUSPENDED
    if state in {RentalState.COMPOSING, RentalState.CANCELLED}:
        return False
    if interruption is Interruption.END:
        end_rental(rental_id, article=article, reason=reason, actor=actor, now=now)
        return True
    if state is not RentalState.SUSPENDED:
        suspend_rental(rental_id, reason=reason, actor=actor, now=now)
    return state is not RentalState.SUSPENDED


@transaction.atomic
def top_up(rental_id: int, *, quantity: int, actor: Actor, now: datetime) -> Delivery:
    """CGV CL.6: deliver the addresses that are missing: same criteria, none delivered before."""
    rental = locked(rental_id)
    number = rental.deliveries.filter(kind=DeliveryKind.TOP_UP).count() + 1
    return start_delivery(
        rental,
        kind=DeliveryKind.TOP_UP,
        selection_id=None,
        quantity=quantity,
        actor=actor,
        now=now,
        cause=f"top_up:{rental.pk}:{number}",
    )


@transaction.atomic
def replace_addresses(
    rental_id: int, *, quantity: int, cause: str, actor: Actor, now: datetime
) -> Delivery:
    """CGV CL.9: replacement addresses, free: same criteria, no duplicate with a delivery."""
    rental = locked(rental_id)
    if rental.state != RentalState.DELIVERED:
        raise RentalError("Cette location n’est plus en cours.", article="CL.9")
    return start_delivery(
        rental,
        kind=DeliveryKind.REPLACEMENT,
        selection_id=None,
        quantity=quantity,
        actor=actor,
        now=now,
        cause=cause,
    )
