"""What was rented before, as targeting asks: whom not to deliver again (CGV CL.4, CL.9)."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import QuerySet

from marketingconnect.clock import PARIS
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind


class RentalDeliveries:
    """The selections of deliveries that were made available, each once."""

    def to_company(self, company_id: int) -> Sequence[int]:
        return self._selections(_given().filter(rental__company_id=company_id))

    def since(self, day: date) -> Sequence[int]:
        midnight = datetime.combine(day, time(), tzinfo=PARIS)
        return self._selections(_given().filter(available_at__gte=midnight))

    def _selections(self, deliveries: QuerySet[Delivery]) -> Sequence[int]:
        return [one for one in deliveries.values_list("selection_id", flat=True) if one]


def _given() -> QuerySet[Delivery]:
    """A new check gives the rows of its first delivery again: it is not another one."""
    return (
        Delivery.objects.filter(available_at__isnull=False, selection__isnull=False)
        .exclude(kind=DeliveryKind.RE_DELIVERY)
        .order_by("pk")
    )
