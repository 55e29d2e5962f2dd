"""What every page's layout shows: the company acted for, the demo's clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketingconnect import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """Variables of the layouts; costs one query in demo mode, none in production."""
    shifted = clock.shift() if settings.CLOCK_MOVABLE else None
    return {
        "company": getattr(request, "company", None),
        "companies": getattr(request, "companies", []),
        "agent": getattr(request, "agent", None),
        "member_role": getattr(request, "member_role", None),
        "demo_mode": settings.MODE == "demo",
        "demo_clock": clock.now() if shifted else None,
        "theme": request.COOKIES.get("theme", ""),
    }
