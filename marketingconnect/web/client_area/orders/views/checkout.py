"""One summary, one agreement, one clear verb: order."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.cart.errors import CartError, NotAllowedToOrderError
from marketingconnect.cart.queries import Cart, cart_of
from marketingconnect.cart.services import check_out
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import order_by_request
from marketingconnect.payments.queries import credit_of
from marketingconnect.web.access import ClientRequest, client_ip, client_page
from marketingconnect.web.client_area.orders.forms import CheckoutForm
from marketingconnect.web.client_area.signing.presenting import signs_first
from marketingconnect.web.components import Step
from marketingconnect.web.terms_chapters import chapters_of


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.EDITOR)
def checkout(request: ClientRequest) -> HttpResponse:
    """Récapitulatif et accord; the same form sent twice leads to the same order.

    Looked for after the basket is read: sent at the same time, it may empty it in between.
    """
    cart, credit = cart_of(request.company.pk, clock.today()), credit_of(request.company.pk)
    if placed := order_by_request(request.company.pk, request.POST.get("request_uuid", "")):
        return redirect(_next_page(placed), placed.reference)
    if not cart.can_be_ordered:
        return redirect("client_area:cart")
    form = CheckoutForm(cart, credit, request.POST or None)
    if request.method == "GET":
        return _page(request, cart, form)
    if not form.is_valid():
        return _page(request, cart, form, status=400)
    return _order(request, form)


def _order(request: ClientRequest, form: CheckoutForm) -> HttpResponse:
    try:
        order = _placed(request, form)
    except NotAllowedToOrderError as refusal:
        return _page(request, form.cart, form, refusal=refusal.sentence, status=403)
    except CartError as refusal:
        return _changed(request, refusal)
    return redirect(_next_page(order), order.reference)


def _next_page(order: Order) -> str:
    """CGV III.a: an order is signed before it is paid; one that a credit pays has nothing left."""
    return "client_area:signing" if signs_first(order) else "client_area:order"


def _placed(request: ClientRequest, form: CheckoutForm) -> Order:
    return check_out(
        company_id=request.company.pk,
        user_id=request.user.pk,
        ip_address=client_ip(request),
        now=clock.now(),
        **form.agreement(),
    )


def _changed(request: ClientRequest, refusal: CartError) -> HttpResponse:
    """409: the basket as it is now, with what was typed, the boxes to tick again."""
    cart = cart_of(request.company.pk, clock.today())
    if not cart.can_be_ordered:
        return render(request, "errors/409.html", {"sentence": refusal.sentence}, status=409)
    form = CheckoutForm(cart, credit_of(request.company.pk))
    form.initial["purchase_reference"] = request.POST.get("purchase_reference", "")
    return _page(request, cart, form, refusal=refusal.sentence, status=409)


def _page(
    request: ClientRequest, cart: Cart, form: CheckoutForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "cart": cart,
        "form": form,
        "refusal": refusal,
        "now": clock.now(),
        "chapters": chapters_of(cart.terms),
        "steps": [
            Step("Panier", "done", reverse("client_area:cart")),
            Step("Récapitulatif et accord", "current"),
            Step("Signature"),
            Step("Paiement"),
        ],
    }
    return render(request, "client_area/orders/checkout.html", context, status=status)
