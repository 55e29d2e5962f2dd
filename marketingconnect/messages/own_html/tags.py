"""What an e-mail's HTML may be made of."""

import re
from typing import Final

from marketingconnect.sending.merge import OWN_LINK

_COMMON: Final = {"class", "style", "align", "dir", "lang", "title", "role", "aria-label"}
_CELL: Final = {"width", "height", "valign", "bgcolor", "colspan", "rowspan", "nowrap", "scope"}

ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {*_COMMON, "aria-hidden"},
    "a": {"href", "target", "name"},
    "img": {"src", "alt", "width", "height", "border", "hspace", "vspace"},
    "table": {"width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "summary"},
    "tr": {"valign", "bgcolor", "height"},
    "td": _CELL,
    "th": _CELL,
    "col": {"width", "span"},
    "colgroup": {"width", "span"},
    "font": {"color", "face", "size"},
    "hr": {"width", "size", "color", "noshade"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "br": {"clear"},
}
_KEPT: Final = """
a abbr address b big blockquote br caption center cite code col colgroup dd del div dl dt em
figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins li main ol p pre q s section
small span strike strong sub sup table tbody td tfoot th thead tr tt u ul
"""
TAGS: Final = set(_KEPT.split())
SHELL: Final = {"html", "head", "body", "meta", "title", "style", "link"}
"""Tags of a whole document: read, not kept as they are."""

_DROPPED: Final = """
script noscript template svg math iframe object embed applet form button input select textarea
audio video canvas frameset noframes noembed plaintext xmp xml
"""
WITH_CONTENT: Final = set(_DROPPED.split())
"""Removed with all they hold."""

SCHEMES: Final = {"http", "https", "mailto", "tel"}
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:|tel:|#)", re.I)
_PICTURE: Final = re.compile(r"https?://", re.I)


def is_kept_address(tag: str, name: str, value: str) -> bool:
    """Whether an address may stay: the web, a mailbox, a telephone, a link that we fill."""
    if name == "href":
        return bool(_ADDRESS.match(value.strip()) or OWN_LINK.fullmatch(value))
    if name == "src":
        return bool(_PICTURE.match(value.strip()))
    return True
