"""A rental delivered to Alice's company, for the pages of both audiences."""

from datetime import timedelta

from marketingconnect.claims.services import settle_rental
from marketingconnect.offers.list_rental.delivery_files.reference import RowReference
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.queries import delivered_keys
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import Renter

ROWS = 190
LATER = NOW + timedelta(days=40)


def delivered(
    renter: Renter, *, rows: int = ROWS, settled: bool = True, **sold: object
) -> Delivery:
    """`rows` addresses for 200 ordered: within the tolerance from 186 on."""
    made = renter.deliver(rows=rows, **{"counted": 200, "times": 10, **sold})
    if settled:
        settle_rental(made.rental_id, now=NOW)
    return made


def references(delivery: Delivery, count: int) -> list[str]:
    """References of that many rows that are no traps."""
    keys = delivered_keys(delivery, range(ROWS + 10))
    rows = [row for row, key in keys.items() if key >= 0][:count]
    return [str(RowReference(delivery.pk, row)) for row in rows]
