"""Links of a mail, so that the inbox can show them outside the sealed frame."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Link:
    """What is read, and where it leads."""

    text: str
    address: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self._address = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address, self._words = dict(attrs).get("href") or "", []
        elif tag == "img" and self._address:
            self._words.append(dict(attrs).get("alt") or "")

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address.startswith(("http://", "https://")):
            text = " ".join("".join(self._words).split()) or self._address
            self.links.append(Link(text, self._address))
        if tag == "a":
            self._address = ""


def links_of(html: str | None, text: str | None) -> list[Link]:
    """The links of the HTML part in order, else the addresses of the text part; each once."""
    if html:
        reader = _Reader()
        reader.feed(html)
        found = reader.links
    else:
        found = [Link(a, a) for a in re.findall(r"https?://[^\s<>\"]+", text or "")]
    return list({link.address: link for link in reversed(found)}.values())[::-1]


def one_click_address(header: str | None, post_header: str | None) -> str:
    """The address of List-Unsubscribe when the mail offers the one-click way, else nothing."""
    if not header or "List-Unsubscribe=One-Click" not in (post_header or ""):
        return ""
    found = re.search(r"<(https?://[^>]+)>", header)
    return found[1] if found else ""
