"""Pictures of messages, for recipients: no login, long cache (a name never changes bytes)."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect.messages.queries import public_picture
from marketingconnect.storage import UnknownFileError


@require_safe
def picture(request: HttpRequest, public_name: str) -> FileResponse:
    """CGV B.1.1: one picture of a message; 404 for any other name."""
    found = public_picture(public_name)
    if found is None:
        raise Http404
    try:
        response = FileResponse(found.open(), content_type=found.content_type)
    except UnknownFileError:
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


@require_safe
def example_link(request: HttpRequest) -> HttpResponse:
    """Where the unsubscribe link of a proof leads: nobody is unsubscribed from a proof."""
    return render(request, "tracking/example_link.html")
