"""What was rented before, as targeting asks: whom not to deliver again (CGV CL.4, CL.9)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from django.db import connection

from marketingconnect.clock import PARIS
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind

_GIVEN: Final = (
    "SELECT d.selection_id FROM offers_list_rental_delivery d JOIN offers_list_rental_listrental r"
    " ON r.id = d.rental_id WHERE d.available_at IS NOT NULL AND d.selection_id IS NOT NULL"
    " AND d.kind <> %s AND "
)
"""A new check gives the rows of its first delivery again: it is not another one."""


class RentalDeliveries:
    """The selections of deliveries that were made available, each once.

    In SQL as it is sent: asked at each count, whose time is a few milliseconds in all.
    """

    def to_company(self, company_id: int) -> Sequence[int]:
        return _given("r.company_id = %s", company_id)

    def since(self, day: date) -> Sequence[int]:
        return _given("d.available_at >= %s", datetime.combine(day, time(), tzinfo=PARIS))


def _given(condition: str, value: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_GIVEN}{condition} ORDER BY d.id",
            [DeliveryKind.RE_DELIVERY.value, value],
        )
        return [selection for (selection,) in cursor.fetchall()]
