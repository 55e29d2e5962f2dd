"""Callbacks of sending providers: a signature of theirs opens, or the secret of the settings."""

import base64
import binascii
import hmac
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.payments.services.webhooks import MAX_BYTES
from marketingconnect.sending.callbacks import amazon
from marketingconnect.sending.callbacks.errors import (
    ForgedCallbackError,
    UnreachableProviderError,
)
from marketingconnect.sending.services.callbacks import hear_mailgun, hear_sns
from marketingconnect.sending.services.returns import record_news
from marketingconnect.web.keys import number_in


@csrf_exempt
@require_POST
def returns(request: HttpRequest) -> HttpResponse:
    """Providers that sign nothing: the secret of the settings is all that opens this door."""

    def hear(body: bytes) -> None:
        if not _knows_the_secret(request.headers.get("Authorization", "")):
            raise ForgedCallbackError("no secret")
        record_news(body, now=clock.now())

    return _heard(request, hear)


@csrf_exempt
@require_POST
def mailgun(request: HttpRequest) -> HttpResponse:
    """Mailgun, by its signing key."""

    def hear(body: bytes) -> None:
        hear_mailgun(body, key=settings.RETURNS_MAILGUN_KEY, now=clock.now())

    return _heard(request, hear)


@csrf_exempt
@require_POST
def sns(request: HttpRequest) -> HttpResponse:
    """Amazon SES through SNS, by Amazon's certificate, for the topics of the settings."""

    def hear(body: bytes) -> None:
        hear_sns(
            body,
            topics=settings.RETURNS_SNS_TOPICS,
            certificate=amazon.certificate_at,
            confirm=amazon.fetched,
            now=clock.now(),
        )

    return _heard(request, hear)


def _heard(request: HttpRequest, hear: Callable[[bytes], None]) -> HttpResponse:
    """400 for what nobody signed, 503 to be told again, 200 so that it stops repeating."""
    if (number_in(request.headers.get("Content-Length", "")) or 0) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        hear(request.body)
    except (ForgedCallbackError, ValueError):
        return HttpResponse(status=400)
    except UnreachableProviderError:
        return HttpResponse(status=503)
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
