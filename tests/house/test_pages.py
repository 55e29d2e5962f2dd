"""Pages keep to the content security policy: nothing inline, whatever the template."""

import re
from pathlib import Path

import pytest

from tests.house.repository import read, tracked_files

INLINE = {
    "a script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "a style sheet": r"<style\b",
    "a style attribute": r"\sstyle\s*=",
    "an event handler": r"<[^>]+\son[a-z]+\s*=",
    "a javascript link": r"javascript:",
}


def templates() -> list[Path]:
    """Templates of pages; those of e-mails need inline styles and have no script anyway."""
    web = ("marketingconnect", "web")
    return [path for path in tracked_files() if path.suffix == ".html" and path.parts[:2] == web]


@pytest.mark.parametrize("what", INLINE)
def test_no_page_holds_inline(what: str) -> None:
    pattern = re.compile(INLINE[what], re.IGNORECASE)

    assert [str(path) for path in templates() if pattern.search(read(path))] == []


def test_pages_say_their_language() -> None:
    whole_pages = [path for path in templates() if re.search(r"<html\b", read(path))]

    assert all('lang="fr"' in read(path) for path in whole_pages)
