"""A first visit weighs at most 150 kB on the wire, fonts included."""

import gzip
import re
from pathlib import Path

from django.test import Client

LIMIT = 150_000
STATIC = Path(__file__).resolve().parents[2] / "marketingconnect" / "web" / "static"
ALREADY_COMPRESSED = {".woff2"}


def on_the_wire(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix in ALREADY_COMPRESSED else len(gzip.compress(content, 6))


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
