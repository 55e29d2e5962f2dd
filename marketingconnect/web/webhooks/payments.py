"""Callbacks of card providers. The signature is the only thing that opens this door."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.payments.gateways import gateway_named
from marketingconnect.payments.services.webhooks import MAX_BYTES, receive_webhook
from marketingconnect.payments.states import WebhookVerdict
from marketingconnect.web.keys import number_in


@csrf_exempt
@require_POST
def sandbox(request: HttpRequest) -> HttpResponse:
    """The sandbox bank."""
    return _receive(request, "sandbox")


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Stripe."""
    return _receive(request, "stripe")


def _receive(request: HttpRequest, provider: str) -> HttpResponse:
    """400 for what the provider did not sign; 200 for the rest, so that it stops repeating."""
    if (number_in(request.headers.get("Content-Length", "")) or 0) > MAX_BYTES:
        return HttpResponse(status=413)
    verdict = receive_webhook(
        gateway_named(provider), request.headers, request.body, now=clock.now()
    )
    return HttpResponse(status=400 if verdict is WebhookVerdict.FORGED else 200)
