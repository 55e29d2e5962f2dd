"""The basket: what is to be ordered, at which price, and why."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.cart.errors import CartError
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, remove_from_cart
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.orders.forms import AddForm


@require_GET
@client_page()
def cart(request: ClientRequest) -> HttpResponse:
    """Lines, minimum billing, VAT and total of the day."""
    shown = cart_of(request.company.pk, clock.today())
    return render(request, "client_area/orders/cart.html", {"cart": shown, "now": clock.now()})


@require_POST
@client_page(MemberRole.EDITOR)
def add(request: ClientRequest) -> HttpResponse:
    """Put an offer's item in the basket; another company's item is 404."""
    form = AddForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        add_to_cart(
            company_id=request.company.pk, user_id=request.user.pk, now=clock.now(), **form.item()
        )
    except (NotSellableError, CartError) as refusal:
        messages.error(request, str(refusal))
    except LookupError as unknown:
        raise Http404 from unknown
    return redirect("client_area:cart")


@require_POST
@client_page(MemberRole.EDITOR)
def remove(request: ClientRequest, line_id: int) -> HttpResponse:
    """Take a line out; what it described is kept."""
    if not remove_from_cart(company_id=request.company.pk, line_id=line_id):
        raise Http404
    messages.success(request, "Retiré du panier. Ce que vous avez composé est gardé.")
    return redirect("client_area:cart")
