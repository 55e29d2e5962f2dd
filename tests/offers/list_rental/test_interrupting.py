"""A rental stops with its order, at once, and goes on with it."""

import pytest

from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.offers.contract import Interruption
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.services import suspend_rental
from marketingconnect.offers.list_rental.services.ending import interrupt_rental
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import CLIENT, Renter, arrest

pytestmark = pytest.mark.django_db


def suspend(order: Order, renter: Renter) -> None:
    suspend_order(
        order.pk,
        ground=Ground.NON_PAYMENT,
        reason="Chèque impayé.",
        user_id=renter.moderator.pk,
        actor=CLIENT,
        now=NOW,
    )


def state_of(rental: ListRental) -> str:
    rental.refresh_from_db()
    return rental.state


def interrupt(rental: ListRental, interruption: Interruption) -> bool:
    return interrupt_rental(
        rental.pk, interruption, article="III.g", reason="Essai.", actor=CLIENT, now=NOW
    )


def test_a_rental_stands_still_with_its_order_and_goes_on_with_it(renter: Renter) -> None:
    rental, order = renter.sell()
    arrest(rental)

    suspend(order, renter)
    assert state_of(rental) == RentalState.SUSPENDED

    resume_order(order.pk, reason="", user_id=renter.moderator.pk, actor=CLIENT, now=NOW)
    assert state_of(rental) == RentalState.FROZEN


def test_a_rental_suspended_for_a_misuse_stays_so(renter: Renter) -> None:
    rental, order = renter.sell()
    suspend_rental(rental.pk, reason="Usage à vérifier", actor=CLIENT, now=NOW)

    suspend(order, renter)
    resume_order(order.pk, reason="", user_id=renter.moderator.pk, actor=CLIENT, now=NOW)

    assert state_of(rental) == RentalState.SUSPENDED


def test_a_terminated_order_ends_its_rental(renter: Renter) -> None:
    rental, order = renter.sell()

    terminate_order(
        order.pk,
        ground=Ground.NON_PAYMENT,
        reason="Chèque impayé.",
        user_id=renter.moderator.pk,
        actor=CLIENT,
        now=NOW,
    )

    assert state_of(rental) == RentalState.CANCELLED
    assert (rental.end_article, rental.end_reason) == ("III.g", "Chèque impayé.")
    order.refresh_from_db()
    assert order.state == OrderState.TERMINATED
    assert [interrupt(rental, one) for one in Interruption] == [False] * 3


def test_a_rental_being_composed_has_nothing_to_stop(renter: Renter) -> None:
    rental = renter.compose()

    assert [interrupt(rental, one) for one in Interruption] == [False] * 3
