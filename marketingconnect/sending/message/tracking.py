"""Links of a message led through our redirect, and the picture that counts openings. Pure.

One signed token a recipient serves all links of the message: the number after it chooses one of
the campaign's own addresses. Only plain addresses of the web are tracked: an address with a merge
field differs for each recipient, and `mailto:`, `tel:` and the unsubscribe link are left alone.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlsplit

import idna

from marketingconnect.sending.message.content import CampaignContent

VISIT_TOKEN: Final = "jeton_de_visite"  # noqa: S105  a merge field's name
"""The merge field that stands for the recipient's token in tracked links."""
HONEYPOT: Final = 0
"""Number of a link that no person can see: who follows it is a program."""
MOST_LINKS: Final = 200
_LONGEST: Final = 2_000
_HREF: Final = re.compile(
    r"""(<a(?:rea)?\s[^>]*?\bhref\s*=\s*)(?:"([^"]*)"|'([^']*)')([^>]*>)""", re.IGNORECASE
)
_WORDS: Final = re.compile(r"(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_ALT: Final = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BARE: Final = re.compile(r"https?://[^\s<>\"«»]+", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)]}’'"
_BODY_END: Final = re.compile(r"</body\s*>", re.IGNORECASE)
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~-._"


class Opens(StrEnum):
    """How openings of a campaign are counted."""

    NONE = "none"
    AGGREGATE = "aggregate"
    """One picture for everybody: how often, never by whom."""
    INDIVIDUAL = "individual"
    """A picture for each recipient, who consented to it."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address found in a message."""

    url: str
    written: str
    words: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """What is tracked of one campaign: `numbers` has the address as written -> its number."""

    numbers: Mapping[str, int]
    base_url: str
    pixel: str = ""
    """Path of the picture, its token in it or the merge field; empty for none."""


def links_of(content: CampaignContent) -> list[Link]:
    """The addresses that can be tracked, each once, in order."""
    found: dict[str, Link] = {}
    for written, words in [*_of_html(content.html), *((one, "") for one in _of_text(content.text))]:
        url = location(written)
        if url and written not in found and len(found) < MOST_LINKS:
            found[written] = Link(url, written, words)
    return list(found.values())


def location(written: str) -> str:
    """The address for a Location header; empty when it is not a plain address of the web."""
    if "{{" in written or any(ord(letter) <= 32 or ord(letter) == 127 for letter in written):
        return ""
    try:
        parts = urlsplit(written)
        host = _ascii_host(parts.hostname or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    rest = quote(parts._replace(scheme="", netloc="").geturl(), safe=_SAFE)
    url = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{rest}"
    return url if len(url) <= _LONGEST else ""


def _ascii_host(host: str) -> str:
    """As browsers ask for it: `straße.de` is another owner's than `strasse.de`.

    Raises UnicodeError, a ValueError.
    """
    if host.isascii():
        return host.encode("idna").decode("ascii")
    return idna.encode(host, uts46=True).decode("ascii")


def tracked(content: CampaignContent, tracking: Tracking) -> CampaignContent:
    """The same message with its links led through the redirect; deterministic."""
    return replace(
        content,
        html=_with_pixel(_tracked_html(content.html, tracking), tracking),
        text=_tracked_text(content.text, tracking),
    )


def marked(source: str, numbers: Mapping[str, int], mark: Callable[[int], str]) -> str:
    """The HTML with a mark after each tracked link; `mark` gives the HTML for a number."""
    out, end = list[str](), 0
    for match in _HREF.finditer(source):
        number = numbers.get(_written(match))
        inside = _WORDS.match(source, match.end())
        if number is None or inside is None or match.start() < end:
            continue
        out += [source[end : inside.end()], mark(number)]
        end = inside.end()
    return "".join([*out, source[end:]])


def click_path(number: int) -> str:
    return f"/c/{{{{{VISIT_TOKEN}}}}}/{number}"


def pixel_path(token: str) -> str:
    return f"/o/{token}.gif"


def _of_html(source: str) -> Iterator[tuple[str, str]]:
    for match in _HREF.finditer(source):
        inside = _WORDS.match(source, match.end())
        yield _written(match), _said(inside.group(1)) if inside else ""


def _of_text(source: str) -> Iterator[str]:
    for match in _BARE.finditer(source):
        yield match.group().rstrip(_TRAILING)


def _written(match: "re.Match[str]") -> str:
    return html.unescape(match.group(2) if match.group(2) is not None else match.group(3)).strip()


def _said(inside: str) -> str:
    words = " ".join(html.unescape(_TAG.sub(" ", inside)).split())
    if not words and (picture := _ALT.search(inside)):
        words = html.unescape(picture.group(1) or picture.group(2) or "")
    return words[:120]


def _tracked_html(source: str, tracking: Tracking) -> str:
    def through(match: "re.Match[str]") -> str:
        number = tracking.numbers.get(_written(match))
        if number is None:
            return match.group()
        return f'{match.group(1)}"{tracking.base_url}{click_path(number)}"{match.group(4)}'

    return _HREF.sub(through, source)


def _tracked_text(source: str, tracking: Tracking) -> str:
    def through(match: "re.Match[str]") -> str:
        written = match.group().rstrip(_TRAILING)
        number = tracking.numbers.get(written)
        if number is None:
            return match.group()
        return f"{tracking.base_url}{click_path(number)}{match.group()[len(written) :]}"

    return _BARE.sub(through, source)


def _with_pixel(source: str, tracking: Tracking) -> str:
    """The picture and the link that nobody sees, at the end of the body."""
    added = ""
    if tracking.numbers:
        added += (
            f'<a href="{tracking.base_url}{click_path(HONEYPOT)}" aria-hidden="true"'
            ' tabindex="-1" style="display:none"></a>'
        )
    if tracking.pixel:
        added += (
            f'<img src="{tracking.base_url}{tracking.pixel}" width="1" height="1" alt=""'
            ' style="display:none">'
        )
    if not added or not source.strip():
        return source
    ends: Sequence[re.Match[str]] = list(_BODY_END.finditer(source))
    place = ends[-1].start() if ends else len(source)
    return source[:place] + added + source[place:]
