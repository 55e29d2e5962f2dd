"""Lock a rental or a delivery, move it on, write the journal: what every verb here begins with."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.offers.list_rental.errors import AlreadyOrderedError, StaleRentalError
from marketingconnect.offers.list_rental.models import Delivery, ListRental
from marketingconnect.offers.list_rental.states import (
    DELIVERY_TRANSITIONS,
    RENTAL_TRANSITIONS,
    DeliveryState,
    RentalState,
)

LAUNCHER = Actor.system("Suivi des commandes")


def locked(rental_id: int) -> ListRental:
    """The rental, until the transaction ends."""
    return ListRental.objects.select_for_update().get(pk=rental_id)


def being_composed(rental_id: int) -> ListRental:
    """The rental, locked, if it may still change freely."""
    rental = locked(rental_id)
    if rental.state == RentalState.CANCELLED:
        raise StaleRentalError
    if rental.state != RentalState.COMPOSING:
        raise AlreadyOrderedError
    return rental


@transaction.atomic
def save(rental: ListRental, action: str, *, actor: Actor, now: datetime, **facts: Any) -> None:
    """Write some columns of a locked rental, with what they were."""
    before = {name: getattr(rental, name) for name in facts}
    ListRental.objects.filter(pk=rental.pk).update(**facts)
    for name, value in facts.items():
        setattr(rental, name, value)
    journal(action, rental, actor=actor, now=now, before=before, after=facts)


@transaction.atomic
def move(
    rental: ListRental,
    new: RentalState,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> None:
    """Compare and swap the state of a rental. Raises StaleRentalError."""
    old = RentalState(rental.state)
    if new not in RENTAL_TRANSITIONS[old]:
        raise StaleRentalError
    moved = ListRental.objects.filter(pk=rental.pk, state=old).update(state=new, **facts)
    if not moved:
        raise StaleRentalError
    rental.refresh_from_db()
    after = {"state": new, **facts}
    journal(action, rental, actor=actor, now=now, before={"state": old}, after=after)


@transaction.atomic
def move_delivery(
    delivery: Delivery,
    new: DeliveryState,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> bool:
    """Compare and swap the state of a delivery; False when somebody did so first.

    `told` goes to the journal beside the columns written, large ones in its place.
    """
    old = DeliveryState(delivery.state)
    if new not in DELIVERY_TRANSITIONS[old]:
        return False
    if not Delivery.objects.filter(pk=delivery.pk, state=old).update(state=new, **facts):
        return False
    delivery.refresh_from_db()
    after = {"delivery": delivery.reference, "state": new, **(facts if told is None else told)}
    before = {"delivery": delivery.reference, "state": old}
    journal(action, delivery.rental, actor=actor, now=now, before=before, after=after)
    return True


def journal(
    action: str,
    rental: ListRental,
    *,
    actor: Actor,
    now: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    """One act of a rental."""
    record(
        action=action,
        actor=actor,
        company_id=rental.company_id,
        subject=f"list_rental:{rental.pk}",
        at=now,
        before=before,
        after=after,
    )
