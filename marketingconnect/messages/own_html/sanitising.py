"""Clean the client's own HTML and say what was left out (CGV B.1.1).

The document is taken apart: its style sheets go through our reader, its body through nh3 (a real
HTML parser with an allow-list), and `composing` builds a new document around what remains.
"""

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

import nh3

from marketingconnect.messages.own_html.css import clean_declarations, clean_sheet
from marketingconnect.messages.own_html.tags import (
    ATTRIBUTES,
    SCHEMES,
    SHELL,
    TAGS,
    WITH_CONTENT,
    is_kept_address,
)
from marketingconnect.sending.merge import OWN_LINK

_BODY: Final = re.compile(r"<body\b([^>]*)>", re.I)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?|[a-zA-Z]{3,20}")


@dataclass(frozen=True)
class CleanHtml:
    """What remains of a document, and what was left out, in the client's words with a count."""

    body: str
    css: str
    ground: str
    removed: tuple[tuple[str, int], ...]


def sanitise(document: str) -> CleanHtml:
    """Clean a whole document or a fragment; cleaning twice changes nothing more."""
    text = _CONTROL.sub("", document).replace("\r\n", "\n").replace("\r", "\n")
    inventory = _Inventory()
    inventory.feed(text)
    inventory.close()
    removed = inventory.removed
    css = clean_sheet("\n".join(inventory.sheets), removed)
    return CleanHtml(
        body=clean_fragment(text),
        css=css,
        ground=inventory.ground,
        removed=tuple(sorted(removed.items())),
    )


def clean_fragment(html: str) -> str:
    """Only tags, attributes, addresses and styles that an e-mail may hold."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=WITH_CONTENT | {"style", "title"},
        attributes=ATTRIBUTES,
        attribute_filter=_kept_value,
        strip_comments=True,
        link_rel=None,
        url_schemes=SCHEMES,
    )
    return cleaned.strip()


def _kept_value(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return clean_declarations(value) or None
    if name in {"href", "src"} and not is_kept_address(tag, name, value):
        return None
    if name == "href" and OWN_LINK.fullmatch(value):
        return value.strip()
    return value


class _Inventory(HTMLParser):
    """Reads the document once to gather style sheets and to name what will be left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.removed: Counter[str] = Counter()
        self.sheets: list[str] = []
        self.ground = ""
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag == "link":
            self.removed["feuille de style ou ressource extérieure"] += 1
        elif tag == "body":
            self._read_body(dict(attrs))
        elif tag not in TAGS and tag not in SHELL:
            self.removed[f"balise <{tag[:30]}>"] += 1
        elif tag in TAGS:
            self._read_attributes(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._in_style = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.sheets.append(data)

    def handle_comment(self, data: str) -> None:
        if not self._in_style:
            self.removed["commentaire (dont ceux d'Outlook)"] += 1

    def _read_body(self, attrs: dict[str, str | None]) -> None:
        style = attrs.get("style") or ""
        found = re.search(r"background(?:-color)?\s*:\s*(#[0-9a-fA-F]{3,6}|[a-zA-Z]+)", style)
        ground = found[1] if found else attrs.get("bgcolor") or ""
        self.ground = ground.lower() if _COLOUR.fullmatch(ground) else ""
        for name in attrs:
            if name.startswith("on"):
                self.removed[f"attribut « {name[:30]} »"] += 1

    def _read_attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set())
        for name, value in attrs:
            if name == "style":
                clean_declarations(value or "", self.removed)
            elif name not in allowed:
                self.removed[f"attribut « {name[:30]} »"] += 1
            elif not is_kept_address(tag, name, value or ""):
                self.removed[f"adresse « {(value or '').strip()[:40]} »"] += 1
