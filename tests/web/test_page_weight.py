"""A first visit weighs at most 150 kB on the wire, fonts included."""

import gzip
import re
from pathlib import Path

from django.test import Client
from django.urls import reverse

from tests.cast import Cast, logged_in
from tests.targeting.sessions.test_services import make_target

LIMIT = 150_000
STATIC = Path(__file__).resolve().parents[2] / "marketingconnect" / "web" / "static"
ALREADY_COMPRESSED = {".woff2"}


def on_the_wire(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix in ALREADY_COMPRESSED else len(gzip.compress(content, 6))


MAP_LIMIT = 32_000
"""The outlines of the départements, which come after the page."""


def weight_of(page: bytes) -> int:
    """The page, what it names, and the two fonts that every page uses."""
    named = set(re.findall(r"/static/(built/[\w.-]+)", page.decode()))
    fonts = {
        f"built/fonts/{font}"
        for font in re.findall(
            r"fonts/([\w-]+latin-wght-normal\.woff2)", (STATIC / "built/app.css").read_text()
        )
    }
    assert "built/targeting.js" in named
    return len(gzip.compress(page)) + sum(
        on_the_wire(STATIC / name) for name in named | fonts if (STATIC / name).is_file()
    )


def test_the_targeting_screen_is_light_and_its_map_comes_after(cast: Cast) -> None:
    target = make_target(cast)
    page = logged_in(cast.alice).get(reverse("client_area:target", args=[target.pk])).content

    assert weight_of(page) <= LIMIT
    assert on_the_wire(STATIC / "built/map/departements.json") <= MAP_LIMIT


def test_the_home_page_and_all_it_needs_are_light(db: None) -> None:
    page = Client().get("/").content
    named = set(re.findall(r"/static/([\w./-]+)", page.decode()))
    fonts = {
        f"built/fonts/{font}"
        for font in re.findall(
            r"fonts/([\w-]+latin-wght-normal\.woff2)", (STATIC / "built/app.css").read_text()
        )
    }
    assert {"built/app.css", "built/app.js", "built/icons.svg"} <= named
    assert len(fonts) == 2

    weight = len(gzip.compress(page)) + sum(on_the_wire(STATIC / name) for name in named | fonts)

    assert weight <= LIMIT
