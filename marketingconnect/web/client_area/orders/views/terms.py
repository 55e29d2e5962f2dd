"""The terms that bind an order, beside those in force."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock
from marketingconnect.terms.queries import current_terms
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.orders.presenting import order_or_404
from marketingconnect.web.terms_compared import comparison


@require_GET
@client_page()
def order_terms(request: ClientRequest, reference: str) -> HttpResponse:
    """Which version was accepted, by whom, and what another order would accept today."""
    order = order_or_404(request.company.pk, reference)
    in_force = current_terms(clock.today())
    context = {
        "order": order,
        "acceptance": order.acceptance,
        "bound": order.terms,
        "in_force": in_force,
        "compared": None if in_force == order.terms else comparison(order.terms, in_force),
    }
    return render(request, "client_area/orders/terms.html", context)
