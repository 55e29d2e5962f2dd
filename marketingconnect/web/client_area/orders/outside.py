"""The few addresses of a payment provider that a page may send a form or a script to."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

STRIPE_SCRIPT = "https://js.stripe.com/v3/"
_STRIPE = {
    "script-src": ["'self'", "https://js.stripe.com"],
    "frame-src": ["'self'", "https://js.stripe.com", "https://hooks.stripe.com"],
    "connect-src": ["'self'", "https://api.stripe.com"],
}


def allow_bank(response: HttpResponse) -> HttpResponse:
    """Let this page's forms lead to the sandbox bank: browsers check redirects of forms too."""
    if settings.CARD_GATEWAY == "sandbox":
        address = urlsplit(settings.BANK_URL)
        response._csp_update = {  # type: ignore[attr-defined]
            "form-action": [f"{address.scheme}://{address.netloc}"]
        }
    return response


def allow_stripe(response: HttpResponse) -> HttpResponse:
    """Let this page, and no other, load Stripe's own fields."""
    response._csp_replace = {**_STRIPE}  # type: ignore[attr-defined]
    return response
