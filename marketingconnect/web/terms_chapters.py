"""The text of the terms as pages show it: chapters, an anchor an article."""

import re
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString

from marketingconnect.terms.models import TermsVersion
from marketingconnect.terms.queries import articles_of
from marketingconnect.terms.texts import Article

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"\*(.+?)\*")
_NUMBER = re.compile(r"^### (\S+) ")


@dataclass(slots=True)
class Chapter:
    """A part of the terms with its articles, each with its text ready to show."""

    title: str
    articles: list[tuple[Article, SafeString]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return "chapitre-" + self.title.split(" ")[0].lower()


def chapters_of(version: TermsVersion) -> list[Chapter]:
    """The articles grouped by the chapter that holds them, in the order of the text."""
    articles = {article.number: article for article in articles_of(version)}
    chapters: list[Chapter] = []
    for line in version.text.splitlines():
        if line.startswith("## "):
            chapters.append(Chapter(line.removeprefix("## ")))
        elif (match := _NUMBER.match(line)) and chapters:
            article = articles[match[1]]
            chapters[-1].articles.append((article, as_html(article.text)))
    return chapters


def as_html(text: str) -> SafeString:
    """Paragraphs, lists, bold and italics: all that the terms use."""
    blocks = (block for block in re.split(r"\n\s*\n", text) if block.strip())
    return SafeString("".join(_block(block) for block in blocks))


def _block(block: str) -> str:
    lines = block.strip().splitlines()
    if not lines[0].startswith("- "):
        return f"<p>{_inline(' '.join(lines))}</p>"
    items: list[str] = []
    for line in lines:
        if line.startswith("- "):
            items.append(line[2:])
        else:
            items[-1] += " " + line.strip()
    return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"


def _inline(text: str) -> str:
    bold = _BOLD.sub(r"<strong>\1</strong>", escape(text))
    return _ITALIC.sub(r"<em>\1</em>", bold)
