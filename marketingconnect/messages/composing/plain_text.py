"""The plain-text part: written from the blocks, or read out of the client's own HTML. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from typing import Final

from marketingconnect.messages.composing.legal import LegalMentions, footer_text
from marketingconnect.messages.markup import to_plain

_APART: Final = {"p", "div", "table", "tr", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4"}
_SILENT: Final = {"style", "script", "title", "head"}
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.I)
_VOID: Final = {"img", "br", "hr", "meta", "link", "input", "col", "area", "wbr"}


def from_blocks(blocks: Sequence[Mapping[str, str]], legal: LegalMentions) -> str:
    """One paragraph a block, then the legal footer."""
    parts = [_WRITE[block["type"]](block) for block in blocks]
    return tidy("\n\n".join([*parts, footer_text(legal)]))


def _heading(block: Mapping[str, str]) -> str:
    text = block["text"]
    if block["level"] != "1":
        return text
    return f"{text}\n{'=' * min(len(text), 60)}"


def _linked(label: str, href: str) -> str:
    return f"{label} : {href}" if label and href else label or href


def _panel(block: Mapping[str, str]) -> str:
    lines = [block["title"], block["code"], to_plain(block["text"])]
    return "\n".join(f"| {line}" for part in lines if part for line in part.split("\n"))


def _columns(block: Mapping[str, str]) -> str:
    cells = []
    for number in range(1, 4 if "title_3" in block else 3):
        lines = [
            block[f"title_{number}"],
            to_plain(block[f"text_{number}"]),
            _linked(block[f"label_{number}"], block[f"href_{number}"]),
        ]
        cells.append("\n".join(line for line in lines if line))
    return "\n\n".join(cell for cell in cells if cell)


_WRITE: Final[dict[str, Callable[[Mapping[str, str]], str]]] = {
    "logo": lambda block: block["alt"],
    "heading": _heading,
    "text": lambda block: to_plain(block["text"]),
    "image": lambda block: f"[{_linked(block['alt'], block['href'])}]" if block["alt"] else "",
    "button": lambda block: _linked(block["label"], block["href"]),
    "panel": _panel,
    "columns2": _columns,
    "columns3": _columns,
    "spacer": lambda _: "",
    "divider": lambda _: "-" * 20,
}


def from_html(html: str) -> str:
    """What one reads without HTML: text, `texte : adresse` for links, alternatives of images."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tidy("".join(reader.pieces))


class _Reader(HTMLParser):
    """Collects visible text; keeps track of silent and hidden elements by depth."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._muted: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        hidden = tag in _SILENT or bool(_HIDDEN.search(values.get("style", "")))
        if (self._muted or hidden) and tag not in _VOID:
            self._muted.append(tag)
        if not self._muted and not hidden:
            self._open(tag, values)

    def _open(self, tag: str, values: dict[str, str]) -> None:
        if tag in _APART:
            self.pieces.append("\n\n" if tag != "tr" else "\n")
        elif tag in {"br", "li", "hr"}:
            self.pieces.append({"br": "\n", "li": "\n- ", "hr": "\n\n--------\n\n"}[tag])
        elif tag == "td":
            self.pieces.append(" ")
        elif tag == "img" and values.get("alt"):
            self.pieces.append(f"[{values['alt']}]")
        elif tag == "a":
            self._links.append((values.get("href", ""), len(self.pieces)))

    def handle_endtag(self, tag: str) -> None:
        if self._muted:
            while self._muted and self._muted.pop() != tag:
                pass
            return
        if tag == "a" and self._links:
            href, start = self._links.pop()
            label = " ".join("".join(self.pieces[start:]).split())
            if href and href != label:
                self.pieces[start:] = [f"{label} : {href} " if label else f"{href} "]
        elif tag in _APART:
            self.pieces.append("\n" if tag == "tr" else "\n\n")

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self.pieces.append(re.sub(r"[ \t\r\n]+", " ", data))


def tidy(text: str) -> str:
    """Lines without outer blanks, at most one empty line in a row, one line end at the end."""
    lines = [re.sub(r"[ \t]+", " ", line).strip(" \t") for line in text.split("\n")]
    lines = ["-- " if line == "--" else line for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
