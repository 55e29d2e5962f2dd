"""These pages exist in demo mode only, for staff only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from marketingconnect.web.access import staff_page

View = Callable[..., HttpResponseBase]


def demo_page(view: View) -> View:
    """404 outside demo mode, whoever asks; then staff of any role."""
    for_staff = staff_page()(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.MODE != "demo":
            raise Http404
        return for_staff(request, *args, **kwargs)

    return guarded
