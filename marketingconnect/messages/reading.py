"""What the checks need to know of a message, read out of its bytes once. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.I)
_VOID: Final = {"img", "br", "hr", "meta", "link", "input", "col", "area", "wbr"}
_SILENT: Final = {"style", "script", "title"}


@dataclass(frozen=True)
class LinkFact:
    """A link: where it goes and the words it shows (the alternative text for an image)."""

    href: str
    label: str


@dataclass(frozen=True)
class PictureFact:
    """An image; `alt` is None when the attribute is absent."""

    src: str
    alt: str | None
    decorative: bool = False


@dataclass(frozen=True)
class MessageFacts:
    """A message under check. `known_fields` is None while no contact file is chosen."""

    subject: str = ""
    preheader: str = ""
    sender_name: str = ""
    reply_to: str = ""
    html: str = ""
    text: str = ""
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    merge_fields: tuple[str, ...] = ()
    known_fields: frozenset[str] | None = None
    advertiser_names: tuple[str, ...] = ()
    """Any of these in the text names the advertiser: legal name, trade name, SIREN."""
    links: tuple[LinkFact, ...] = ()
    pictures: tuple[PictureFact, ...] = ()
    visible_text: str = ""

    @property
    def html_bytes(self) -> int:
        return len(self.html.encode("utf-8", "surrogatepass"))


def read_html(html: str) -> tuple[str, tuple[LinkFact, ...], tuple[PictureFact, ...]]:
    """The visible text, the links and the images of a document, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = " ".join("".join(reader.pieces).split())
    return text, tuple(reader.links), tuple(reader.pictures)


def folded(text: str) -> str:
    """Lower case without accents, blanks in a row as one: for comparing words."""
    bare = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(letters.replace("’", "'").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[LinkFact] = []
        self.pictures: list[PictureFact] = []
        self._muted: list[str] = []
        self._open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        hidden = tag in _SILENT or bool(_HIDDEN.search(values.get("style", "")))
        if (self._muted or hidden) and tag not in _VOID:
            self._muted.append(tag)
        elif tag == "a" and "href" in values:
            self._open.append((values["href"], len(self.pieces)))
        elif tag == "img":
            self._picture(values, dict(attrs))
        else:
            self.pieces.append(" " if tag not in {"b", "strong", "i", "em", "span"} else "")

    def _picture(self, values: dict[str, str], attrs: dict[str, str | None]) -> None:
        decorative = values.get("role") == "presentation" or values.get("aria-hidden") == "true"
        alt = values.get("alt") if "alt" in attrs else None
        self.pictures.append(PictureFact(values.get("src", ""), alt, decorative))
        if self._open and alt:
            self.pieces.append(alt)

    def handle_endtag(self, tag: str) -> None:
        if self._muted:
            while self._muted and self._muted.pop() != tag:
                pass
        elif tag == "a" and self._open:
            href, start = self._open.pop()
            self.links.append(LinkFact(href, " ".join("".join(self.pieces[start:]).split())))

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self.pieces.append(data)
