"""Two texts of the terms, article by article and word by word. Pure: texts in, pieces out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from marketingconnect.terms.texts import TermsText

_PARAGRAPH: Final = "\n\n"
_BULLET: Final = "•"
_MARKS: Final = re.compile(r"\*+")
_SPACES: Final = re.compile(r"[ \t\n]+")
"""Where a word ends: a space that does not break is part of it."""
_TITLE: Final = re.compile(r"^# .*\n", re.MULTILINE)
_FIRST_CHAPTER: Final = re.compile(r"^## ", re.MULTILINE)


class Change(StrEnum):
    """What became of an article, or of a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Of an article only: a changed run of words is removed, then added."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that follow one another and share one fate; never more than a paragraph."""

    change: Change
    text: str


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ComparedArticle:
    """One article of either text; the preamble has no number."""

    number: str
    title: str
    change: Change
    heading: Paragraph
    paragraphs: tuple[Paragraph, ...]

    @property
    def is_new(self) -> bool:
        return self.change is Change.ADDED

    @property
    def is_gone(self) -> bool:
        return self.change is Change.REMOVED


@dataclass(frozen=True, slots=True)
class _Part:
    """What is compared of an article."""

    number: str
    title: str
    heading: str
    text: str


def compare(earlier: TermsText, later: TermsText) -> tuple[ComparedArticle, ...]:
    """Every article of both texts, in the order of the later one.

    An article that is gone stands after the one that preceded it.
    """
    before = {part.number: part for part in _parts(earlier)}
    after = {part.number: part for part in _parts(later)}
    return tuple(
        _compared(after.get(number) or before[number], before.get(number), after.get(number))
        for number in _in_order(before, after)
    )


def changed_articles(compared: Sequence[ComparedArticle]) -> tuple[ComparedArticle, ...]:
    """Those that are not the same in both texts."""
    return tuple(article for article in compared if article.change is not Change.SAME)


def _parts(text: TermsText) -> Iterator[_Part]:
    body = text.text.partition("\n---\n")[2]
    preamble = _TITLE.sub("", _FIRST_CHAPTER.split(body, maxsplit=1)[0])
    yield _Part("", "Préambule", "", preamble)
    for article in text.articles:
        heading = f"{article.title} (règle)" if article.is_rule else article.title
        yield _Part(article.number, article.title, heading, article.text)


def _in_order(before: dict[str, _Part], after: dict[str, _Part]) -> list[str]:
    order = list(after)
    at = 0
    for number in before:
        if number in after:
            at = order.index(number) + 1
        else:
            order.insert(at, number)
            at += 1
    return order


def _compared(shown: _Part, before: _Part | None, after: _Part | None) -> ComparedArticle:
    heading = _paragraphs(before.heading if before else "", after.heading if after else "")
    paragraphs = _paragraphs(before.text if before else "", after.text if after else "")
    changes = {piece.change for paragraph in (*heading, *paragraphs) for piece in paragraph}
    if before is None:
        change = Change.ADDED
    elif after is None:
        change = Change.REMOVED
    else:
        change = Change.SAME if changes <= {Change.SAME} else Change.CHANGED
    return ComparedArticle(
        shown.number, shown.title, change, heading[0] if heading else (), paragraphs
    )


def _words(text: str) -> list[str]:
    """Words, and one mark between two paragraphs; an item of a list starts with its bullet.

    Emphasis is left out: it says nothing. Lines may be broken anywhere.
    """
    words: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=- )", text.strip()):
        plain = _SPACES.split(_MARKS.sub("", block).removeprefix("- ").strip())
        if not plain[0]:
            continue
        if words:
            words.append(_PARAGRAPH)
        if block.startswith("- "):
            words.append(_BULLET)
        words.extend(plain)
    return words


def _paragraphs(old: str, new: str) -> tuple[Paragraph, ...]:
    """The words of both, in reading order: what is gone stands before what replaced it."""
    paragraphs: list[list[Piece]] = [[]]
    for change, words in _runs(_words(old), _words(new)):
        for rank, run in enumerate(_split(words)):
            if rank:
                paragraphs.append([])
            if run:
                paragraphs[-1].append(Piece(change, " ".join(run)))
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[Change, list[str]]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Change.SAME, old[start:end]
            continue
        if start < end:
            yield Change.REMOVED, old[start:end]
        if new_start < new_end:
            yield Change.ADDED, new[new_start:new_end]


def _split(words: list[str]) -> list[list[str]]:
    """The words cut at the marks between paragraphs."""
    runs: list[list[str]] = [[]]
    for word in words:
        if word == _PARAGRAPH:
            runs.append([])
        else:
            runs[-1].append(word)
    return runs
