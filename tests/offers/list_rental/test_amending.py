from datetime import timedelta
from typing import Any

import pytest

from marketingconnect.offers.list_rental.errors import (
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.queries import (
    licence_of,
)
from marketingconnect.offers.list_rental.services import (
    propose_amendment,
    refuse_amendment,
    take_amendment,
    withdraw_amendment,
)
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import (
    CLIENT,
    Renter,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def test_an_amendment_is_priced_then_accepted_and_renews_the_licence(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    rental = delivery.rental

    amendment = propose_amendment(
        rental.pk, uses=["direct_mail"], times=3, user_id=renter.user.pk, actor=CLIENT, now=NOW
    )
    assert amendment.net_cents == 2 * 900_00
    with pytest.raises(RentalError, match="attend"):
        propose_amendment(
            rental.pk, uses=["direct_mail"], times=4, user_id=renter.user.pk, actor=CLIENT, now=NOW
        )
    take_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)
    with pytest.raises(StaleRentalError):
        take_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)

    rental.refresh_from_db()
    assert rental.times == 3
    licence = licence_of(delivery)
    assert (licence.version, licence.times) == (2, 3)
    assert "3 utilisations" in " ".join(licence.sentences)


def test_an_amendment_that_adds_calling_delivers_the_numbers(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    uses = ["direct_mail", "telephone"]

    amendment = propose_amendment(
        delivery.rental_id, uses=uses, times=1, user_id=renter.user.pk, actor=CLIENT, now=NOW
    )
    take_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)

    again = delivery.rental.deliveries.get(number=2)
    assert again.has_phones
    assert again.replaces == delivery


def test_an_amendment_may_be_refused_or_withdrawn(renter: Renter) -> None:
    rental = renter.deliver(rows=100).rental
    who: dict[str, Any] = {"user_id": renter.user.pk, "actor": CLIENT, "now": NOW}

    for end in (refuse_amendment, withdraw_amendment):
        amendment = propose_amendment(rental.pk, uses=["direct_mail"], times=2, **who)
        end(amendment.pk, **who)
        with pytest.raises(StaleRentalError):
            take_amendment(amendment.pk, **who)

    rental.refresh_from_db()
    assert rental.times == 1
