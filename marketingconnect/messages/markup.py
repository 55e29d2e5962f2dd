"""The small writing of text blocks: **gras**, *italique*, [lien](https://…), lists with « - ».

Made for people and for a plain `<textarea>`. Everything else is text: markup typed as HTML is
shown as typed, never interpreted.
"""

import html
import re
from typing import Final

_LINK: Final = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s\"<>]{1,1000})\)")
_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.S)
_ITALIC: Final = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![*\w])")
_ITEM: Final = re.compile(r"^\s*[-•]\s+(.*)$")
_SAFE_LINK: Final = re.compile(
    r"(?:https?://|mailto:|tel:|\{\{lien_(?:desinscription|origine)\}\}$)", re.I
)


def to_html(text: str, *, link_colour: str = "") -> str:
    """The text as safe HTML: paragraphs, lists, links with an accepted scheme."""
    return "".join(_chunk_html(chunk, link_colour) for chunk in _chunks(text))


def to_plain(text: str) -> str:
    """The text as one reads it without colours: links become `texte : adresse`."""
    plain = _LINK.sub(_plain_link, text.strip())
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", plain))


def _chunks(text: str) -> list[str]:
    return [chunk for chunk in re.split(r"\n\s*\n", text.strip()) if chunk.strip()]


def _chunk_html(chunk: str, link_colour: str) -> str:
    lines = chunk.split("\n")
    parts: list[str] = []
    prose: list[str] = []
    items: list[str] = []
    for line in [*lines, None]:
        item = _ITEM.match(line) if line is not None else None
        if items and item is None:
            parts.append(_list_html(items))
            items = []
        if prose and (item or line is None):
            parts.append(f'<p style="margin:0 0 12px 0">{"<br>".join(prose)}</p>')
            prose = []
        if item:
            items.append(_inline_html(item[1], link_colour))
        elif line is not None:
            prose.append(_inline_html(line.strip(), link_colour))
    return "".join(parts)


def _list_html(items: list[str]) -> str:
    rows = "".join(f'<li style="margin:0 0 6px 0">{item}</li>' for item in items)
    return f'<ul style="margin:0 0 12px 0;padding:0 0 0 22px">{rows}</ul>'


def _inline_html(line: str, link_colour: str) -> str:
    """Links are set aside before bold and italic are read, so that addresses keep their stars."""
    kept: list[str] = []

    def aside(found: re.Match[str]) -> str:
        label, address = found[1], found[2]
        if not _SAFE_LINK.match(address):
            return found[0]
        colour = f"color:{link_colour};" if link_colour else ""
        kept.append(
            f'<a href="{html.escape(address)}" style="{colour}text-decoration:underline">'
            f"{_styled(html.escape(label))}</a>"
        )
        return f"\x00{len(kept) - 1}\x00"

    styled = _styled(html.escape(_LINK.sub(aside, line.replace("\x00", "")), quote=False))
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], styled)


def _styled(escaped: str) -> str:
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", escaped))


def _plain_link(found: re.Match[str]) -> str:
    label, address = found[1], found[2]
    return address if label == address else f"{label} : {address}"
