"""The published texts of the terms, one file a version, and how they are read.

A published file never changes: its SHA-256 is what clients accepted. A new version is a new file.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Final

_HEADER: Final = re.compile(
    r"---\nversion: (?P<number>[0-9]+)\ntitle: (?P<title>.+)\n"
    r"in_force_from: (?P<from>[0-9]{4}-[0-9]{2}-[0-9]{2})\n---\n"
)
_ARTICLE: Final = re.compile(
    r"^### (?P<id>[A-Za-z0-9.]+) — (?P<title>.+?)(?P<rule> \*\(règle\)\*)?$"
)
_FILE: Final = re.compile(r"version_([0-9]+)\.fr\.md")


class TermsTextError(ValueError):
    """A text of the terms that is not laid out as expected."""


@dataclass(frozen=True, slots=True)
class Article:
    """One numbered article: `B.1.4`; `is_rule` when the platform itself applies it."""

    number: str
    title: str
    is_rule: bool
    text: str


@dataclass(frozen=True, slots=True)
class TermsText:
    """A version as published: its number, its title, its first day, its words and their hash."""

    number: int
    title: str
    in_force_from: date
    text: str

    @property
    def sha256(self) -> str:
        """Of the whole file, in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles in the order of the text."""
        return _articles(self.text)


def published_texts() -> tuple[TermsText, ...]:
    """Every version that ships, in order, numbered from 1 without a gap."""
    folder = resources.files(__package__)
    files = sorted(
        (int(match[1]), entry)
        for entry in folder.iterdir()
        if (match := _FILE.fullmatch(entry.name))
    )
    texts = tuple(parse_terms(entry.read_text(encoding="utf-8")) for _, entry in files)
    if [text.number for text in texts] != list(range(1, len(files) + 1)):
        raise TermsTextError("versions are numbered from 1, as their files are")
    return texts


def parse_terms(text: str) -> TermsText:
    """Read a text and its header; raises TermsTextError."""
    header = _HEADER.match(text)
    if header is None:
        raise TermsTextError("the text does not start with version, title and in_force_from")
    return TermsText(
        number=int(header["number"]),
        title=header["title"],
        in_force_from=date.fromisoformat(header["from"]),
        text=text,
    )


def _articles(text: str) -> tuple[Article, ...]:
    found: list[Article] = []
    heading: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.splitlines(), "## "]:
        if line.startswith(("## ", "### ")):
            if heading is not None:
                body = "\n".join(lines).strip()
                found.append(Article(heading["id"], heading["title"], bool(heading["rule"]), body))
            heading, lines = _ARTICLE.match(line), []
        else:
            lines.append(line)
    return tuple(found)
