"""Blocks to MJML: one section a block, its ground chosen in the theme. Pure and deterministic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from marketingconnect.messages.blocks import UNWRITABLE, has_safe_scheme
from marketingconnect.messages.composing.legal import LegalMentions, footer_html
from marketingconnect.messages.markup import to_html
from marketingconnect.messages.theme import FONTS, Theme, blended, contrast, readable_on

PictureAddress = Callable[[str], str]
_SIDE: Final = "32px"
_SPACES: Final = {"s": "12px", "m": "28px", "l": "56px"}
_LEVELS: Final = {"1": ("30px", "1.2", "bold"), "2": ("22px", "1.25", "bold")}


@dataclass(frozen=True)
class _Ink:
    """The colours in force on one ground."""

    ground: str
    text: str
    title: str
    link: str
    button: str
    button_text: str


@dataclass(frozen=True)
class _Pen:
    """What each block is drawn with."""

    theme: Theme
    address_of: PictureAddress
    advertiser: str

    def ink_on(self, ground: str) -> _Ink:
        theme = self.theme
        if ground == "accent":
            light = readable_on(theme.accent)
            return _Ink(theme.accent, light, light, light, light, theme.accent)
        paper = theme.paper if ground != "tint" else blended(theme.accent, theme.paper, 0.09)
        accent = theme.accent if contrast(theme.accent, paper) >= 4.5 else theme.ink
        return _Ink(paper, theme.ink, accent, accent, theme.accent, readable_on(theme.accent))


def compose(
    blocks: Sequence[Mapping[str, str]],
    *,
    theme: Theme,
    legal: LegalMentions,
    title: str,
    preheader: str,
    address_of: PictureAddress,
) -> str:
    """The MJML of a whole message, legal footer included. `address_of` makes a picture's URL."""
    pen = _Pen(theme, address_of, legal.advertiser)
    body = "".join(_DRAW[block["type"]](pen, block) for block in blocks)
    preview = f"<mj-preview>{escape(preheader)}</mj-preview>" if preheader else ""
    document = (
        f'<mjml lang="fr" dir="ltr"><mj-head><mj-title>{escape(title)}</mj-title>{preview}'
        f"{_attributes(theme)}</mj-head>"
        f'<mj-body background-color="{theme.ground}" width="600px">'
        f'<mj-section padding="12px 0"><mj-column></mj-column></mj-section>'
        f"{body}{_footer(theme, legal)}</mj-body></mjml>"
    )
    return UNWRITABLE.sub("", document)


def _attributes(theme: Theme) -> str:
    font = FONTS[theme.text_font][1]
    return (
        f'<mj-attributes><mj-all font-family="{font}"/>'
        f'<mj-text font-size="16px" line-height="1.55" color="{theme.ink}" padding="0 {_SIDE}"/>'
        f'<mj-section padding="0"/><mj-image padding="0"/></mj-attributes>'
        "<mj-style>p{margin:0 0 12px 0} a{word-break:break-word} "
        "@media only screen and (max-width:480px){h1{font-size:26px !important}}</mj-style>"
    )


def _section(ink: _Ink, inner: str, *, padding: str = "10px 0 8px 0") -> str:
    return (
        f'<mj-section background-color="{ink.ground}" padding="{padding}">'
        f"<mj-column>{inner}</mj-column></mj-section>"
    )


def _logo(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    name = block["alt"] or pen.advertiser
    if not block["picture"]:
        inner = _title(pen, ink, name, level="2", align=block["align"])
        return _section(ink, inner, padding="22px 0 14px 0")
    image = _image(pen, block["picture"], name, block["href"], f'width="{block["width"]}px"')
    inner = image.replace("<mj-image ", f'<mj-image align="{block["align"]}" padding="0 {_SIDE}" ')
    return _section(ink, inner, padding="24px 0 18px 0")


def _heading(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    inner = _title(pen, ink, block["text"], level=block["level"], align=block["align"])
    return _section(ink, inner, padding="18px 0 14px 0" if block["level"] != "3" else "22px 0 0 0")


def _title(pen: _Pen, ink: _Ink, text: str, *, level: str, align: str) -> str:
    if level == "3":
        return (
            f'<mj-text align="{align}" color="{ink.link}" font-size="13px" font-weight="bold" '
            f'letter-spacing="1.5px" text-transform="uppercase">{escape(text)}</mj-text>'
        )
    size, line, weight = _LEVELS[level]
    font = FONTS[pen.theme.title_font][1]
    style = (
        f"margin:0;font-family:{font};font-size:{size};line-height:{line};"
        f"font-weight:{weight};color:{ink.title}"
    )
    tag = f"h{level}"
    return f'<mj-text align="{align}"><{tag} style="{style}">{escape(text)}</{tag}></mj-text>'


def _text(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    return _section(ink, _prose(ink, block["text"], align=block["align"]))


def _prose(ink: _Ink, text: str, *, align: str, extra: str = "") -> str:
    words = to_html(text, link_colour=ink.link)
    return f'<mj-text align="{align}" color="{ink.text}" {extra}>{words}</mj-text>'


def _picture(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    if not block["picture"]:
        return ""
    size = {
        "full": "",
        "wide": f'padding="0 {_SIDE}"',
        "half": f'width="268px" padding="0 {_SIDE}"',
    }
    image = _image(pen, block["picture"], block["alt"], block["href"], size[block["width"]])
    return _section(ink, image, padding="0" if block["width"] == "full" else "12px 0")


def _image(pen: _Pen, picture: str, alt: str, href: str, extra: str) -> str:
    link = f'href="{_address(href)}"' if href else ""
    source = escape(pen.address_of(picture))
    return f'<mj-image src="{source}" alt="{escape(alt)}" {link} {extra}/>'


def _button(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    inner = _press(pen, ink, block["label"], block["href"], align=block["align"])
    return _section(ink, inner, padding="12px 0 20px 0")


def _press(pen: _Pen, ink: _Ink, label: str, href: str, *, align: str) -> str:
    return (
        f'<mj-button align="{align}" background-color="{ink.button}" color="{ink.button_text}" '
        f'border-radius="{pen.theme.corner}px" font-size="16px" font-weight="bold" '
        f'inner-padding="14px 26px" padding="0 {_SIDE}" href="{_address(href)}">'
        f"{escape(label)}</mj-button>"
    )


def _address(href: str) -> str:
    """A link that nothing can turn into a script, whatever was stored."""
    return escape(href) if has_safe_scheme(href) else ""


def _panel(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    inside = pen.ink_on("tint" if block["ground"] == "paper" else "paper")
    inner = ""
    if block["title"]:
        inner += _title(pen, inside, block["title"], level="2", align="center")
    if block["code"]:
        inner += (
            f'<mj-text align="center" color="{inside.title}" font-size="34px" line-height="1.25" '
            f'font-weight="bold" padding="10px {_SIDE}">{escape(block["code"])}</mj-text>'
        )
    if block["text"]:
        inner += _prose(inside, block["text"], align="center", extra=f'padding="6px {_SIDE} 0"')
    return (
        f'<mj-section background-color="{ink.ground}" padding="14px {_SIDE}">'
        f'<mj-column background-color="{inside.ground}" padding="24px 0 12px 0" '
        f'border="2px dashed {inside.title}" border-radius="{pen.theme.corner}px">'
        f"{inner}</mj-column></mj-section>"
    )


def _columns(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    count = 3 if "title_3" in block else 2
    gap = "12px" if count == 3 else "16px"
    cells = "".join(_cell(pen, ink, block, number, gap) for number in range(1, count + 1))
    return f'<mj-section background-color="{ink.ground}" padding="14px 16px">{cells}</mj-section>'


def _cell(pen: _Pen, ink: _Ink, block: Mapping[str, str], number: int, gap: str) -> str:
    of = {name: block[f"{name}_{number}"] for name in ("picture", "alt", "title", "text")}
    label, href = block[f"label_{number}"], block[f"href_{number}"]
    inner = ""
    if of["picture"]:
        corner = f'padding="0 {gap} 12px" border-radius="{min(int(pen.theme.corner), 8)}px"'
        inner += _image(pen, of["picture"], of["alt"], href, corner)
    if of["title"]:
        inner += (
            f'<mj-text color="{ink.title}" font-weight="bold" font-size="18px" line-height="1.3" '
            f'padding="0 {gap} 4px">{escape(of["title"])}</mj-text>'
        )
    if of["text"]:
        inner += _prose(ink, of["text"], align="left", extra=f'font-size="15px" padding="0 {gap}"')
    if label:
        inner += (
            f'<mj-text padding="0 {gap} 12px" font-weight="bold"><a href="{_address(href)}" '
            f'style="color:{ink.link};text-decoration:underline">{escape(label)}</a></mj-text>'
        )
    return f'<mj-column padding="8px 0">{inner}</mj-column>'


def _spacer(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    return _section(ink, f'<mj-spacer height="{_SPACES[block["size"]]}"/>', padding="0")


def _divider(pen: _Pen, block: Mapping[str, str]) -> str:
    ink = pen.ink_on(block["ground"])
    line = blended(ink.text, ink.ground, 0.25)
    inner = f'<mj-divider border-width="1px" border-color="{line}" padding="0 {_SIDE}"/>'
    return _section(ink, inner, padding="16px 0")


def _footer(theme: Theme, legal: LegalMentions) -> str:
    ink = theme.ink if contrast(theme.ink, theme.ground) >= 4.5 else readable_on(theme.ground)
    words = footer_html(legal, ink=ink, link=ink)
    return (
        f'<mj-section padding="22px 0 34px 0"><mj-column><mj-text align="center" color="{ink}" '
        f'font-size="13px" line-height="1.5">{words}</mj-text></mj-column></mj-section>'
    )


_DRAW: Final[dict[str, Callable[[_Pen, Mapping[str, str]], str]]] = {
    "logo": _logo,
    "heading": _heading,
    "text": _text,
    "image": _picture,
    "button": _button,
    "panel": _panel,
    "columns2": _columns,
    "columns3": _columns,
    "spacer": _spacer,
    "divider": _divider,
}
