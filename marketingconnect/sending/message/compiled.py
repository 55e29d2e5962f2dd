"""A campaign's message, compiled once into pieces of bytes with places for the contact's words.

Per recipient, only the values of its merge fields are encoded (and kept, since first names and
towns come back), and the pieces are joined.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from marketingconnect.sending.merge import (
    ORIGIN_LINK,
    UNSUBSCRIBE_LINK,
    Field,
    fields_in,
    parse,
    value_of,
)
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.headers import FOLD, mailbox, unstructured
from marketingconnect.sending.message.quoted_printable import SOFT_BREAK, encode, encode_value
from marketingconnect.sending.message.tokens import RecipientTokens
from marketingconnect.sending.message.tracking import VISIT_TOKEN

_KEPT_VALUES: Final = 20_000
_ADDRESS: Final = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[0-9A-Za-z.-]+")
Piece = bytes | str
"""Bytes as they are, or the name of a field."""


class UnusableAddressError(ValueError):
    """The address cannot be written in an SMTP envelope."""


@dataclass(frozen=True)
class Sending:
    """What is the same for every recipient of a campaign, beside the content.

    `date` is an aware instant, `company_reference` the client number, `domain` ours.
    """

    campaign_id: int
    company_reference: str
    company_name: str
    date: datetime
    domain: str
    base_url: str
    site_url: str = ""
    """Where the pages of the site are; `base_url` may be the tracking service alone."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """Envelope and bytes of one message. `header` and `body` stay apart for a signature to come:
    a DKIM-Signature goes in front of `header`, over a body already in relaxed form.
    """

    return_path: str
    to: str
    header: bytes
    body: bytes

    @property
    def octets(self) -> bytes:
        return self.header + b"\r\n" + self.body


class CompiledMessage:
    """The message of one campaign; `render` is deterministic for a recipient."""

    def __init__(self, content: CampaignContent, sending: Sending, tokens: RecipientTokens) -> None:
        self._tokens = tokens
        self._sending = sending
        self._fallbacks = dict(content.fallbacks)
        self._subject = parse(content.subject)
        self._subjects: dict[str, bytes] = {}
        self._values: tuple[dict[str, bytes], dict[str, bytes]] = ({}, {})
        self._fixed_header = _fixed_header(content, sending)
        self._visits = "{{" + VISIT_TOKEN + "}}" in content.html + content.text
        self._tells_origin = ORIGIN_LINK in fields_in(content.html, content.text)
        self._plain = _compiled(content.text)
        self._rich = _compiled(content.html)
        self._openings = _openings(_boundary(content, sending))

    def render(self, position: int, email: str, fields: Mapping[str, object]) -> RenderedMessage:
        """The message of one recipient. Raises UnusableAddressError."""
        address = envelope_address(email)
        sending = self._sending
        token = self._tokens.link(sending.campaign_id, position)
        link = f"{sending.base_url}/u/d/{token}"
        known = {"email": email, **fields, UNSUBSCRIBE_LINK: link}
        own = {UNSUBSCRIBE_LINK: encode_value(link)}
        if self._tells_origin:
            own[ORIGIN_LINK] = encode_value(f"{sending.site_url}/u/o/{token}")
        if self._visits:
            # One signature a message: each of its links has the same token, then its number.
            own[VISIT_TOKEN] = self._tokens.visit(sending.campaign_id, position).encode("ascii")
        path = self._tokens.return_path(sending.campaign_id, position)
        return RenderedMessage(
            return_path=f"r-{path}@{sending.domain}",
            to=address,
            header=self._header(address, token, link, known),
            body=self._body(known, own),
        )

    def _header(self, to: str, token: str, link: str, fields: Mapping[str, object]) -> bytes:
        sending = self._sending
        own = (
            f"To: {to}\r\n"
            f"Message-ID: <{sending.campaign_id}.{token}@{sending.domain}>\r\n"
            f"List-Unsubscribe: <{link}>\r\n"
        ).encode("ascii")
        return own + self._subject_line(fields) + self._fixed_header

    def _subject_line(self, fields: Mapping[str, object]) -> bytes:
        text = "".join(
            segment if isinstance(segment, str) else value_of(segment.name, fields, self._fallbacks)
            for segment in self._subject
        )
        line = self._subjects.get(text)
        if line is None:
            line = f"Subject: {unstructured(text)}\r\n".encode("ascii")
            _keep(self._subjects, text, line)
        return line

    def _body(self, fields: Mapping[str, object], own: dict[str, bytes]) -> bytes:
        before_plain, before_rich, end = self._openings
        return b"".join(
            [
                before_plain,
                *self._joined(self._plain, fields, own, escape=False),
                before_rich,
                *self._joined(self._rich, fields, own, escape=True),
                end,
            ]
        )

    def _joined(
        self,
        pieces: tuple[Piece, ...],
        fields: Mapping[str, object],
        own: dict[str, bytes],
        *,
        escape: bool,
    ) -> list[bytes]:
        """`own` are values of this recipient alone, encoded already and safe in HTML."""
        values = self._values[escape]
        out: list[bytes] = []
        for piece in pieces:
            if isinstance(piece, bytes):
                out.append(piece)
                continue
            if piece in own:
                out.append(own[piece])
                continue
            value = value_of(piece, fields, self._fallbacks)
            encoded = values.get(value)
            if encoded is None:
                encoded = encode_value(html.escape(value) if escape else value)
                _keep(values, value, encoded)
            out.append(encoded)
        return out


def envelope_address(email: str) -> str:
    """The address for an SMTP envelope, its domain in ASCII. Raises UnusableAddressError."""
    local, at, domain = email.rpartition("@")
    try:
        address = local + at + domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnusableAddressError(email) from error
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise UnusableAddressError(email)
    return address


def _compiled(text: str) -> tuple[Piece, ...]:
    """Encoded pieces; each value stands on a line of its own between two soft breaks."""
    pieces: list[Piece] = []
    whole = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    fresh_line = True
    for segment in parse(whole):
        if isinstance(segment, Field):
            if not fresh_line:
                pieces.append(SOFT_BREAK)
            pieces += [segment.name, SOFT_BREAK]
            fresh_line = True
        else:
            pieces.append(encode(segment))
            fresh_line = segment.endswith("\n")
    return _melted(pieces)


def _melted(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Neighbouring bytes made one, so that a message joins as few pieces as it can."""
    out: list[Piece] = []
    for piece in pieces:
        if out and isinstance(piece, bytes) and isinstance(out[-1], bytes):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def _fixed_header(content: CampaignContent, sending: Sending) -> bytes:
    reference, domain = sending.company_reference.lower(), sending.domain
    lines = [
        f"From: {mailbox(content.sender_name, f'{reference}@{domain}')}",
        f"Date: {format_datetime(sending.date)}",
        *([f"Reply-To: {envelope_address(content.reply_to)}"] if content.reply_to else []),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        f"List-Id: {mailbox(sending.company_name, f'{reference}.{domain}', used=9)}",
        f"Feedback-ID: {sending.campaign_id}:{reference}:campaign:{domain}",
        f"X-Campaign: {sending.campaign_id}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;{FOLD}boundary="{_boundary(content, sending)}"',
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def _boundary(content: CampaignContent, sending: Sending) -> str:
    """The same for the whole campaign. Quoted-printable can never contain `=_`."""
    return (
        "=_" + hashlib.sha256(f"{sending.campaign_id} {content.sha256}".encode()).hexdigest()[:40]
    )


def _openings(boundary: str) -> tuple[bytes, bytes, bytes]:
    def opening(kind: str) -> bytes:
        return (
            f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode("ascii")

    return opening("plain"), b"\r\n" + opening("html"), f"\r\n--{boundary}--\r\n".encode("ascii")


def _keep(kept: dict[str, bytes], key: str, value: bytes) -> None:
    if len(kept) >= _KEPT_VALUES:
        kept.clear()
    kept[key] = value
