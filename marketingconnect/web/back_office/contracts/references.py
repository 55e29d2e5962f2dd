"""Whom one may cite as a client, until when, and who does not want it (CGV III.e)."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.clock import paris_date
from marketingconnect.contracts.models import ReferenceOpposition
from marketingconnect.contracts.queries import citable_orders, ended_on
from marketingconnect.contracts.rules.lasting import reference_until
from marketingconnect.orders.models import Order
from marketingconnect.terms.queries import parameters_of
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.contracts.views import READERS


@require_safe
@staff_page(*READERS)
def references(request: StaffRequest) -> HttpResponse:
    """The orders that may be cited today, and the clients who opposed it."""
    orders = citable_orders(clock.today())
    opposed = ReferenceOpposition.objects.filter(withdrawn_at__isnull=True)
    context = {
        "rows": [(order, _citable_until(order)) for order in orders],
        "opposed": opposed.select_related("company").order_by("-opposed_at"),
    }
    return render(request, "back_office/contracts/references.html", context)


def _citable_until(order: Order) -> date | None:
    return reference_until(
        ordered_on=paris_date(order.accepted_at),
        ended_on=ended_on(order),
        terms=parameters_of(order.terms),
    )
