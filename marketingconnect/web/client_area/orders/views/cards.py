"""The card kept for the instalments of an order, taken back by the client (CGV II.2.b)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.queries.cards import stored_card_of
from marketingconnect.payments.services.cards import revoke_stored_card
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.orders.presenting import order_or_404


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.EDITOR)
def card_revoke(request: ClientRequest, reference: str) -> HttpResponse:
    """Say what it changes, then take the card back."""
    order = order_or_404(request.company.pk, reference)
    if (card := stored_card_of(order)) is None:
        raise Http404
    if request.method == "GET":
        context = {"order": order, "card": card}
        return render(request, "client_area/orders/card_revoke.html", context)
    try:
        revoke_stored_card(card.pk, actor=actor_of(request), now=clock.now())
        messages.success(request, "Carte retirée : plus rien n’y sera prélevé.")
    except PaymentError as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("client_area:order", reference)
