"""What the first visitor of each web process would otherwise wait for, done before it answers."""

from pathlib import Path

from django.template.loader import get_template
from django.urls import reverse

PACKAGE = Path(__file__).resolve().parents[1]


def warm_up() -> int:
    """Load the addresses, their views, and compile every page; how many pages there are."""
    reverse("shop:home")
    pages = [
        page.relative_to(folder).as_posix()
        for folder in sorted(PACKAGE.rglob("templates"))
        for page in sorted(folder.rglob("*.html"))
    ]
    for page in pages:
        get_template(page)
    return len(pages)
