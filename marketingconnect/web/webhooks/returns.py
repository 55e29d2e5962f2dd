"""Callbacks of sending providers. The secret of the settings is the only thing that opens it."""

import base64
import binascii
import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.payments.services.webhooks import MAX_BYTES
from marketingconnect.sending.services.returns import record_news
from marketingconnect.web.keys import number_in


@csrf_exempt
@require_POST
def returns(request: HttpRequest) -> HttpResponse:
    """400 for who does not know the secret; 200 for the rest, so that it stops repeating."""
    if (number_in(request.headers.get("Content-Length", "")) or 0) > MAX_BYTES:
        return HttpResponse(status=413)
    if not _knows_the_secret(request.headers.get("Authorization", "")):
        return HttpResponse(status=400)
    try:
        record_news(request.body, now=clock.now())
    except ValueError:
        return HttpResponse(status=400)
    return HttpResponse(status=200)


def _knows_the_secret(authorization: str) -> bool:
    """`Bearer secret`, or the password of an address `https://retours:secret@…`."""
    kind, _, told = authorization.partition(" ")
    if kind.lower() == "basic":
        try:
            told = base64.b64decode(told, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return False
    secret = settings.RETURNS_SECRET
    return bool(secret) and hmac.compare_digest(told.encode(), secret.encode())
