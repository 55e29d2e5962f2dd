"""The whole text of the terms as plain blocks, for documents that annex it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Run = tuple[str, str]
"""Words, and how they look: empty, `bold` or `italic`."""
_MARKED: Final = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*", re.DOTALL)
_HEADER: Final = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADINGS: Final = {"# ": "title", "## ": "chapter", "### ": "article"}


@dataclass(frozen=True, slots=True)
class Block:
    """A `title`, a `chapter`, an `article` (its heading), a `paragraph`, or an `item` of a list."""

    kind: str
    runs: tuple[Run, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """A text of the terms, its header aside, in its own order: no word is left out."""
    body = _HEADER.sub("", text)
    return tuple(block for part in re.split(r"\n\s*\n", body) for block in _blocks(part.strip()))


def _blocks(part: str) -> Iterator[Block]:
    """Headings, items and paragraphs may follow each other without an empty line."""
    kind, words = "paragraph", ""
    for line in part.splitlines():
        mark = next((mark for mark in _HEADINGS if line.startswith(mark)), "")
        if mark or line.startswith("- "):
            yield from _block(kind, words)
            kind, words = _HEADINGS.get(mark, "item"), line.removeprefix(mark or "- ")
        elif kind in {"paragraph", "item"}:
            words = f"{words} {line.strip()}".strip()
        else:
            yield from _block(kind, words)
            kind, words = "paragraph", line.strip()
    yield from _block(kind, words)


def _block(kind: str, words: str) -> Iterator[Block]:
    if words:
        yield Block(kind, tuple(_runs(words)))


def _runs(words: str) -> Iterator[Run]:
    start = 0
    for mark in _MARKED.finditer(words):
        if mark.start() > start:
            yield words[start : mark.start()], ""
        look = mark.lastgroup or ""
        yield mark[look], look
        start = mark.end()
    if words[start:]:
        yield words[start:], ""
