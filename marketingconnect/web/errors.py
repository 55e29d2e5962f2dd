"""Error pages, each with a way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request: the layouts would ask the database, which may be what broke."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def conflict(request: HttpRequest, sentence: str) -> HttpResponse:
    """409: what was asked no longer fits the state of things; says what to do."""
    return render(request, "errors/409.html", {"sentence": sentence}, status=409)


def too_large(request: HttpRequest, sentence: str) -> HttpResponse:
    """413: the file is larger than the page says it may be."""
    return render(request, "errors/413.html", {"sentence": sentence}, status=413)
