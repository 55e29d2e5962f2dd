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
from typing import Final, NamedTuple, TypeVar

import idna

from marketingconnect.sending.merge import (
    ORIGIN_LINK,
    UNSUBSCRIBE_LINK,
    Field,
    parse,
    tidy,
)
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.headers import FOLD, mailbox, unstructured
from marketingconnect.sending.message.quoted_printable import SOFT_BREAK, encode, encode_value
from marketingconnect.sending.message.tokens import RecipientTokens
from marketingconnect.sending.message.tracking import VISIT_TOKEN

_KEPT_VALUES: Final = 4_000
K = TypeVar("K")
V = TypeVar("V")
_ADDRESS: Final = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[0-9A-Za-z.-]+")
_LOCAL: Final = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+")
_LONGEST: Final = 254
"""Characters of an address in an envelope (RFC 5321, 4.5.3.1.3, without the angle brackets)."""
Piece = bytes | str
"""Bytes as they are, or the name of a field."""
Place = tuple[int, str]
"""Where a value goes among the pieces, and of which field."""


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


class RenderedMessage(NamedTuple):
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


class Words(NamedTuple):
    """One value of a field: on one line, then encoded for the plain part and for the rich one."""

    text: str
    plain: bytes
    rich: bytes


class CompiledMessage:
    """The message of one campaign; `render` is deterministic for a recipient.

    Everything that recipients share is done here, once: `render` is called for each of millions.
    """

    def __init__(self, content: CampaignContent, sending: Sending, tokens: RecipientTokens) -> None:
        self._tokens = tokens
        self._sending = sending
        self._subject = parse(content.subject)
        self._subjects: dict[str, bytes] = {}
        self._fixed_header = _fixed_header(content, sending)
        self._visits = "{{" + VISIT_TOKEN + "}}" in content.html + content.text
        before_plain, before_rich, end = _openings(_boundary(content, sending))
        self._pieces = list[bytes]()
        self._plain_places = self._laid_out(before_plain, content.text)
        self._rich_places = self._laid_out(before_rich, content.html)
        self._pieces.append(end)
        own = {UNSUBSCRIBE_LINK, ORIGIN_LINK, VISIT_TOKEN}
        used = {name for _, name in self._plain_places + self._rich_places}
        used |= {segment.name for segment in self._subject if isinstance(segment, Field)}
        self._fields = {
            name: _FieldWords(content.fallbacks.get(name)) for name in sorted(used - own)
        }
        self._tells_origin = ORIGIN_LINK in used
        self._envelopes = _Envelopes()

    def _laid_out(self, opening: bytes, text: str) -> tuple[Place, ...]:
        """Add a part's pieces, empty where a value goes; returns those places."""
        self._pieces.append(opening)
        places = list[Place]()
        for piece in _compiled(text):
            if isinstance(piece, str):
                places.append((len(self._pieces), piece))
            self._pieces.append(b"" if isinstance(piece, str) else piece)
        return tuple(places)

    def render(self, position: int, email: str, fields: Mapping[str, str]) -> RenderedMessage:
        """The message of one recipient. Raises UnusableAddressError."""
        address = self._envelopes.address(email)
        sending = self._sending
        token, path = self._tokens.link_and_return_path(sending.campaign_id, position)
        link = f"{sending.base_url}/u/d/{token}"
        words = {
            name: known[fields.get(name, email if name == "email" else None)]
            for name, known in self._fields.items()
        }
        words[UNSUBSCRIBE_LINK] = _own(link)
        if self._tells_origin:
            words[ORIGIN_LINK] = _own(f"{sending.site_url}/u/o/{token}")
        if self._visits:
            # One signature a message: each of its links has the same token, then its number.
            visit = self._tokens.visit(sending.campaign_id, position)
            words[VISIT_TOKEN] = Words(visit, visit.encode("ascii"), visit.encode("ascii"))
        pieces = self._pieces.copy()
        for index, name in self._plain_places:
            pieces[index] = words[name].plain
        for index, name in self._rich_places:
            pieces[index] = words[name].rich
        return RenderedMessage(
            f"r-{path}@{sending.domain}",
            address,
            self._header(address, token, link, words),
            b"".join(pieces),
        )

    def _header(self, to: str, token: str, link: str, words: Mapping[str, Words]) -> bytes:
        sending = self._sending
        own = (
            f"To: {to}\r\n"
            f"Message-ID: <{sending.campaign_id}.{token}@{sending.domain}>\r\n"
            f"List-Unsubscribe: <{link}>\r\n"
        ).encode("ascii")
        return own + self._subject_line(words) + self._fixed_header

    def _subject_line(self, words: Mapping[str, Words]) -> bytes:
        text = "".join(
            [
                segment if isinstance(segment, str) else words[segment.name].text
                for segment in self._subject
            ]
        )
        line = self._subjects.get(text)
        if line is None:
            line = f"Subject: {unstructured(text)}\r\n".encode("ascii")
            _keep(self._subjects, text, line)
        return line


class _FieldWords(dict[str | None, Words]):
    """What a field's values become, kept, since first names and towns come back."""

    def __init__(self, fallback: str | None) -> None:
        super().__init__()
        self._fallback = tidy(fallback)

    def __missing__(self, value: str | None) -> Words:
        text = tidy(value) or self._fallback
        plain, escaped = encode_value(text), html.escape(text)
        words = Words(text, plain, plain if escaped == text else encode_value(escaped))
        _keep(self, value, words)
        return words


class _Envelopes:
    """Addresses for SMTP envelopes: one check of each domain, for domains come back."""

    def __init__(self) -> None:
        self._domains: dict[str, str] = {}

    def address(self, email: str) -> str:
        """Raises UnusableAddressError."""
        local, at, domain = email.rpartition("@")
        known = self._domains.get(domain)
        if known is not None and _LOCAL.fullmatch(local):
            address = local + at + known
            if len(address) <= _LONGEST:
                return address
        address = envelope_address(email)
        _keep(self._domains, domain, address.rpartition("@")[2])
        return address


def envelope_address(email: str) -> str:
    """The address for an SMTP envelope, its domain in ASCII. Raises UnusableAddressError."""
    local, at, domain = email.rpartition("@")
    try:
        written = domain.encode("idna") if domain.isascii() else idna.encode(domain, uts46=True)
        address = local + at + written.decode("ascii")
    except UnicodeError as error:
        raise UnusableAddressError(email) from error
    if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
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


def _own(link: str) -> Words:
    """A link of this recipient alone: nothing in it needs care in HTML."""
    octets = encode_value(link)
    return Words(link, octets, octets)


def _openings(boundary: str) -> tuple[bytes, bytes, bytes]:
    def opening(kind: str) -> bytes:
        return (
            f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode("ascii")

    return opening("plain"), b"\r\n" + opening("html"), f"\r\n--{boundary}--\r\n".encode("ascii")


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    if len(kept) >= _KEPT_VALUES:
        kept.clear()
    kept[key] = value
