"""File fees (frais de dossier): one price of the tariff, whatever ends the order."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from marketingconnect.catalogue.queries import price_of
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services.documents import DocumentLine
from marketingconnect.invoices.services.issuing import issue_supplement
from marketingconnect.orders.models import Order

FILE_FEE: Final = "file_fee"


@transaction.atomic
def issue_file_fee(order_id: int, *, reason: str, cause: str, now: datetime) -> Invoice:
    """CGV B.2, CL.2, CL.7: invoice the file fees of the order's own tariff, once a `cause`."""
    order = Order.objects.select_related("price_list").get(pk=order_id)
    fee = price_of(order.price_list, FILE_FEE, 1)
    line = DocumentLine(
        label=fee.label,
        quantity=1,
        unit=fee.unit,
        unit_price=Decimal(fee.unit_price),
        net=fee.net,
    )
    return issue_supplement(
        order.pk, [line], reason=reason[:300], cause=cause, now=now, supplied_on=paris_date(now)
    )
