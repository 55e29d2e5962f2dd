"""Pay an order: by card on the provider's page or in its fields, or otherwise."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.orders.errors import StaleStateError
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.queries import attempt_of
from marketingconnect.payments.services import ask_provider, pay_otherwise, start_card_payment
from marketingconnect.payments.states import AttemptState, PaymentMethod
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.orders.forms import MethodForm
from marketingconnect.web.client_area.orders.outside import STRIPE_SCRIPT, allow_stripe
from marketingconnect.web.client_area.orders.presenting import order_or_404
from marketingconnect.web.client_area.signing.presenting import signs_first


@require_POST
@client_page(MemberRole.EDITOR)
def pay(request: ClientRequest, reference: str) -> HttpResponse:
    """Open the card payment of an order, or find the open one again; it is signed first."""
    order = order_or_404(request.company.pk, reference)
    if signs_first(order):
        messages.info(request, "Signez d’abord le bon de commande : le paiement vient juste après.")
        return redirect("client_area:signing", reference)
    return _go_and_pay(request, order)


def _go_and_pay(request: ClientRequest, order: Order) -> HttpResponse:
    """Send the client where the card is typed; never on a page of ours."""
    try:
        attempt = start_card_payment(
            order.pk, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
        )
    except PaymentError as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("client_area:order", order.reference)
    if attempt.page_url:
        return redirect(attempt.page_url)
    return redirect("client_area:card_fields", order.reference, attempt.key)


@require_GET
@client_page(MemberRole.EDITOR)
def card_fields(request: ClientRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """Stripe's own fields; the card number never reaches our server."""
    order = order_or_404(request.company.pk, reference)
    attempt = _attempt_or_404(order, key)
    if attempt.state != AttemptState.SENT or not attempt.client_secret:
        return redirect("client_area:order", reference)
    context = {
        "order": order,
        "attempt": attempt,
        "stripe_script": STRIPE_SCRIPT,
        "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
    }
    return allow_stripe(render(request, "client_area/orders/card_fields.html", context))


@require_GET
@client_page()
def payment_return(request: ClientRequest, reference: str, key: uuid.UUID) -> HttpResponse:
    """Back from the provider: coming back proves nothing, so the provider is asked."""
    order = order_or_404(request.company.pk, reference)
    state = ask_provider(_attempt_or_404(order, key).pk, now=clock.now())
    if state is AttemptState.SUCCEEDED:
        messages.success(request, "Votre paiement est validé.")
    return redirect("client_area:order", reference)


@require_POST
@client_page(MemberRole.EDITOR)
def method(request: ClientRequest, reference: str) -> HttpResponse:
    """Pay otherwise than first chosen; an open card page is closed first."""
    order = order_or_404(request.company.pk, reference)
    form = MethodForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez un moyen de paiement.")
        return redirect("client_area:order", reference)
    chosen = PaymentMethod(form.cleaned_data["method"])
    try:
        pay_otherwise(order.pk, method=chosen, actor=actor_of(request), now=clock.now())
    except PaymentError as refusal:
        messages.warning(request, refusal.sentence)
    except StaleStateError:
        messages.warning(request, "Cette commande n’attend plus de paiement.")
    return redirect("client_area:order", reference)


def _attempt_or_404(order: Order, key: uuid.UUID) -> PaymentAttempt:
    attempt = attempt_of(order, key)
    if attempt is None:
        raise Http404
    return attempt
