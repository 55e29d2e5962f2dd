"""From the order to the arrested selection: sold once, frozen once the payment is validated."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.jobs import job
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.services.rows import LAUNCHER, locked, move, save
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.services import FreezeError, freeze_selection
from marketingconnect.terms.parameters import TermsParameters

FREEZE = "offers.list_rental.freeze"


@transaction.atomic
def freeze_order(rental_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
    """CGV III.b, CL.1: the order is placed; target, uses and columns no longer change."""
    rental = locked(rental_id)
    move(
        rental,
        RentalState.ORDERED,
        "rental.ordered",
        actor=LAUNCHER,
        now=now,
        order_reference=order_reference,
        ordered_quantity=quantity,
        ordered_at=now,
    )


@transaction.atomic
def note_payment(
    rental_id: int, *, validated_on: date, terms: TermsParameters, now: datetime
) -> bool:
    """CGV II.1.b, CL.4: the payment is validated: have the selection frozen, once."""
    unpaid = ListRental.objects.filter(pk=rental_id, payment_validated_on=None)
    if not unpaid.exists():
        return False
    rental = locked(rental_id)
    if rental.payment_validated_on is not None or rental.state != RentalState.ORDERED:
        return False
    ListRental.objects.filter(pk=rental_id).update(terms=terms.to_json())
    save(rental, "rental.paid", actor=LAUNCHER, now=now, payment_validated_on=validated_on)
    job(FREEZE, queue="rentals", lock=f"rental:{rental_id}").defer(rental_id=rental_id)
    return True


def freeze_rental(rental_id: int, *, now: datetime) -> bool:
    """CGV CL.4: arrest the exact quantity ordered, row by row; a second time changes nothing.

    A process killed at any moment leaves the rental ordered, and the next run finds the same
    selection again by its reference.
    """
    rental = ListRental.objects.get(pk=rental_id)
    if rental.state != RentalState.ORDERED or rental.payment_validated_on is None:
        return False
    try:
        selection = freeze_selection(
            Criteria.from_json(rental.criteria),
            company_id=rental.company_id,
            order_reference=selection_reference(rental),
            quantity=_quantity(rental),
            now=now,
        )
    except FreezeError as error:
        ListRental.objects.filter(pk=rental_id).update(failure=str(error)[:300])
        return False
    return note_frozen(rental_id, selection_id=selection.pk, now=now)


@transaction.atomic
def note_frozen(rental_id: int, *, selection_id: int, now: datetime) -> bool:
    """CGV CL.4: the selection is arrested; False when it already was, or the order ended."""
    rental = locked(rental_id)
    if rental.state != RentalState.ORDERED:
        return False
    move(
        rental,
        RentalState.FROZEN,
        "rental.frozen",
        actor=LAUNCHER,
        now=now,
        selection_id=selection_id,
        frozen_at=now,
        failure="",
    )
    return True


def selection_reference(rental: ListRental) -> str:
    """What the selection is frozen under: an order may sell several rentals."""
    return f"{rental.order_reference}:{rental.pk}"


def _quantity(rental: ListRental) -> int:
    if rental.ordered_quantity is None:
        raise RentalError("Cette location n’est pas commandée.")
    return rental.ordered_quantity
