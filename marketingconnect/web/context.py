"""What every page's layout shows: the company acted for, the demo's clock."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketingconnect import clock
from marketingconnect.cart.queries import lines_in_cart


def page(request: HttpRequest) -> dict[str, Any]:
    """Variables of the layouts; the basket is counted only by the layout that shows it."""
    shifted = clock.shift() if settings.CLOCK_MOVABLE else None
    company = getattr(request, "company", None)
    return {
        "company": company,
        "cart_count": partial(lines_in_cart, company.pk) if company else 0,
        "companies": getattr(request, "companies", []),
        "agent": getattr(request, "agent", None),
        "member_role": getattr(request, "member_role", None),
        "demo_mode": settings.MODE == "demo",
        "demo_clock": clock.now() if shifted else None,
        "theme": request.COOKIES.get("theme", ""),
    }
