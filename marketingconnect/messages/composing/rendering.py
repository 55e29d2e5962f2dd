"""A draft to the exact bytes that leave. Same draft, same bytes: the hash depends on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import mrml

from marketingconnect.messages.blocks import PICTURE_NAME
from marketingconnect.messages.composing.legal import LegalMentions, footer_html, footer_text
from marketingconnect.messages.composing.mjml import compose
from marketingconnect.messages.composing.plain_text import from_blocks, from_html, tidy
from marketingconnect.messages.own_html.css import clean_sheet
from marketingconnect.messages.own_html.sanitising import clean_fragment
from marketingconnect.messages.theme import clean_theme
from marketingconnect.sending.merge import OWN_LINKS, fields_in
from marketingconnect.sending.merge import tidy as on_one_line
from marketingconnect.sending.message.content import content_sha256

PICTURE_PATH: Final = "/u/images/"


@dataclass(frozen=True)
class Draft:
    """What the client composed, as it is stored."""

    kind: str
    subject: str = ""
    preheader: str = ""
    sender_name: str = ""
    reply_to: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)

    @property
    def legal(self) -> LegalMentions:
        return LegalMentions.read(self.content.get("legal", {}))


@dataclass(frozen=True)
class Compiled:
    """A message ready to be frozen; tokens such as `{{first_name}}` are still in place."""

    subject: str
    preheader: str
    sender_name: str
    reply_to: str
    html: str
    text: str
    fallbacks: dict[str, str]
    merge_fields: list[str]

    @property
    def sha256(self) -> str:
        return content_sha256(
            subject=self.subject,
            preheader=self.preheader,
            sender_name=self.sender_name,
            reply_to=self.reply_to,
            html=self.html,
            text=self.text,
            fallbacks=self.fallbacks,
        )


def compile_draft(draft: Draft, *, base_url: str) -> Compiled:
    """HTML and text of a draft. Pictures are addressed below `base_url`."""
    subject, preheader = on_one_line(draft.subject), on_one_line(draft.preheader)
    build = _own_html if draft.kind == "html" else _from_blocks
    html, text = build(draft, subject, preheader, base_url)
    if own_text := str(draft.content.get("text", "")).strip():
        text = tidy(
            own_text if draft.kind == "html" else f"{own_text}\n\n{footer_text(draft.legal)}"
        )
    used = [name for name in fields_in(subject, preheader, html, text) if name not in OWN_LINKS]
    fallbacks = {name: on_one_line(draft.fallbacks.get(name)) for name in sorted(used)}
    return Compiled(
        subject=subject,
        preheader=preheader,
        sender_name=on_one_line(draft.sender_name),
        reply_to=draft.reply_to.strip(),
        html=html,
        text=text,
        fallbacks={name: words for name, words in fallbacks.items() if words},
        merge_fields=sorted(used),
    )


def _from_blocks(draft: Draft, subject: str, preheader: str, base_url: str) -> tuple[str, str]:
    blocks = draft.content.get("blocks", [])
    theme = clean_theme(draft.content.get("theme", {}))
    mjml = compose(
        blocks,
        theme=theme,
        legal=draft.legal,
        title=subject,
        preheader=preheader,
        address_of=lambda name: picture_url(name, base_url=base_url),
    )
    return mrml.to_html(mjml).content, from_blocks(blocks, draft.legal)


def _own_html(draft: Draft, subject: str, preheader: str, base_url: str) -> tuple[str, str]:
    body = clean_fragment(str(draft.content.get("html", "")))
    css = clean_sheet(str(draft.content.get("css", "")))
    ground = str(draft.content.get("ground", "")) or "#ffffff"
    text = from_html(body)
    if draft.content.get("footer"):
        words = footer_html(draft.legal, ink="#4a4440", link="#4a4440")
        body += (
            '<div style="max-width:600px;margin:0 auto;padding:24px 16px;text-align:center;'
            f'font-family:Arial,sans-serif;font-size:13px;line-height:1.5">{words}</div>'
        )
        text = tidy(f"{text}\n\n{footer_text(draft.legal)}")
    hidden = (
        '<div style="display:none;max-height:0;overflow:hidden;opacity:0;font-size:1px">'
        f"{escape(preheader)}</div>"
        if preheader
        else ""
    )
    sheet = f"<style>{css}</style>" if css else ""
    html = (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(subject)}</title>{sheet}</head>"
        f'<body style="margin:0;padding:0;background-color:{escape(ground)}">{hidden}{body}'
        "</body></html>"
    )
    return html, text


def picture_url(name: str, *, base_url: str) -> str:
    """The public address of a picture; an unknown shape of name gives an empty address."""
    if not PICTURE_NAME.fullmatch(name):
        return ""
    return f"{base_url.rstrip('/')}{PICTURE_PATH}{name}"
