"""French typography in every template: the spaces that must not break, the true apostrophe."""

import re
from pathlib import Path

import pytest

from tests.house.repository import read, tracked_files

TAGS = re.compile(
    r"\{%\s*comment.*?endcomment\s*%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
    r"|<style.*?</style>|<svg.*?</svg>|<!--.*?-->|<(?:\{%.*?%\}|\{\{.*?\}\}|[^>])*>",
    re.DOTALL,
)
FAULTS = {
    "a plain space before a high mark": re.compile(r"[\w)’.…] [;:?!»€%](?=\W|$)"),
    "a plain space after an opening quote": re.compile(r"« "),
    "a straight apostrophe": re.compile(r"[A-Za-zéèà]'\w"),
}


def templates() -> list[Path]:
    return [
        path
        for path in tracked_files()
        if path.suffix == ".html" and path.parts[0] == "marketingconnect"
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_template_holds(fault: str) -> None:
    found = [
        f"{path}: {match.group()!r} in {text.strip()[:60]!r}"
        for path in templates()
        for text in TAGS.split(read(path))
        for match in FAULTS[fault].finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "fault", ["a plain space before a high mark", "a plain space after an opening quote"]
)
def test_no_text_given_to_a_tag_holds(fault: str) -> None:
    found = [
        f"{path}: {text}"
        for path in templates()
        for tag in re.findall(r"\{%.*?%\}", read(path), re.DOTALL)
        for text in re.findall(r'"[^"]*"', tag)
        if FAULTS[fault].search(text)
    ]
    assert found == []
