"""One rental: its summary before the order, its file and what follows after."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.cart.errors import CartError
from marketingconnect.cart.services import add_to_cart
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.queries import amendment_proposed, amendments_of
from marketingconnect.offers.list_rental.services import abandon_rental
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.amending import amendment_view
from marketingconnect.web.client_area.rentals.deliveries import views_of
from marketingconnect.web.client_area.rentals.dossier import (
    SAMPLE_LABELS,
    Dossier,
    dossier_of,
    steps_of,
)
from marketingconnect.web.client_area.rentals.settlements import settlement_shown


@require_safe
@client_page()
def rental(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Récapitulatif while it is composed; its file, its settlement and its acts afterwards."""
    dossier = dossier_of(request.company.pk, rental_id)
    if dossier.has_deliveries or dossier.rental.ended_at:
        return render(request, "client_area/rentals/rented.html", _rented(request, dossier))
    context = {
        "dossier": dossier,
        "steps": steps_of(dossier, here="summary"),
        "sample_label": SAMPLE_LABELS.get(dossier.sample.state if dossier.sample else ""),
    }
    return render(request, "client_area/rentals/summary.html", context)


@require_safe
@client_page()
def state(request: ClientRequest, rental_id: int) -> HttpResponse:
    """The part that changes while the files are written."""
    dossier = dossier_of(request.company.pk, rental_id)
    context = _rented(request, dossier)
    return render(request, "client_area/rentals/_deliveries.html", context)


@require_POST
@client_page(MemberRole.EDITOR)
def order(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Put the rental in the basket, where the terms are accepted and the order placed."""
    dossier = dossier_of(request.company.pk, rental_id)
    try:
        add_to_cart(
            company_id=request.company.pk,
            user_id=request.user.pk,
            offer="list_rental",
            item_id=dossier.rental.pk,
            now=clock.now(),
        )
    except (NotSellableError, CartError, LookupError) as refusal:
        known = not isinstance(refusal, LookupError)
        messages.error(request, str(refusal) if known else "Cette location est abandonnée.")
        return redirect("client_area:rental", rental_id)
    return redirect("client_area:cart")


@require_POST
@client_page(MemberRole.EDITOR)
def abandon(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Put away a rental that was not ordered."""
    dossier_of(request.company.pk, rental_id)
    try:
        abandon_rental(rental_id, actor=actor_of(request), now=clock.now())
    except RentalError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("client_area:rental", rental_id)
    messages.success(request, "La location est abandonnée ; la cible reste.")
    return redirect("client_area:campaigns")


def _rented(request: ClientRequest, dossier: Dossier) -> dict[str, Any]:
    proposed = amendment_proposed(dossier.rental)
    deliveries = views_of(dossier.rental, dossier.today)
    return {
        "dossier": dossier,
        "deliveries": deliveries,
        "is_preparing": any(view.is_preparing for view in deliveries),
        "settlement": settlement_shown(dossier.rental, dossier.terms),
        "proposed": amendment_view(proposed) if proposed else None,
        "amendments": [amendment_view(one) for one in amendments_of(dossier.rental)],
        "may_write": request.member_role is not MemberRole.VIEWER,
    }
