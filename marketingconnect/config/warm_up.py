"""What the first visitor of each web process would otherwise wait for, done before it answers."""

from pathlib import Path

from django.template.loader import get_template
from django.urls import reverse

from marketingconnect.geography.geolocation import geolocate
from marketingconnect.geography.search import search_places

PACKAGE = Path(__file__).resolve().parents[1]


def warm_up() -> int:
    """Load the addresses, their views, the places, and compile every page; how many pages."""
    reverse("shop:home")
    search_places("a")
    geolocate("Lille")
    pages = [
        page.relative_to(folder).as_posix()
        for folder in sorted(PACKAGE.rglob("templates"))
        for page in sorted(folder.rglob("*.html"))
    ]
    for page in pages:
        get_template(page)
    return len(pages)
