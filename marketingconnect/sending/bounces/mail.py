"""A mail taken apart without ever failing, whatever its line ends, encodings and lies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final

LARGEST: Final = 2_000_000
"""Octets looked at: what a mail says of another one stands at its beginning."""
_MOST_TEXT: Final = 200_000
"""Characters of it that are read: whoever writes more of them has no reason to say later."""
_TAGS: Final = re.compile(
    # One that is never closed takes the rest: looking for its end again and again takes hours.
    r"<(?:style|script)\b.*?(?:</(?:style|script)>|\Z)|<[^>]{1,400}>",
    re.I | re.S,
)
_NOT_STORED: Final = re.compile("[\0\ud800-\udfff]")
"""Characters that no database keeps, and that strange encodings give."""
_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&nbsp;": " ", "&#64;": "@"}


@dataclass(frozen=True)
class Mail:
    """One mail; texts have `\\n` at line ends."""

    message: "Message[str, str]"

    def header(self, name: str) -> str:
        """Its words, decoded and on one line; empty when it is not there."""
        return decoded(self.message.get(name))

    @property
    def content_type(self) -> str:
        return self.message.get_content_type()

    def parameter(self, name: str) -> str:
        """Of the content type, in lower case."""
        found = self.message.get_param(name)
        return str(found[2] if isinstance(found, tuple) else found or "").lower()

    def parts(self, *kinds: str) -> Iterator["Message[str, str]"]:
        """Parts of these types, in order, the mail itself included."""
        for part in self.message.walk():
            if part.get_content_type() in kinds:
                yield part

    def text(self) -> str:
        """What a person reads of it: the plain parts, or the words of the HTML.

        Not what is in a mail that it carries.
        """
        plain = [text_of(part) for part in _own_parts(self.message, "text/plain")]
        if any(one.strip() for one in plain):
            return "\n".join(plain)[:_MOST_TEXT]
        rich = "\n".join(text_of(part) for part in _own_parts(self.message, "text/html"))
        words = _TAGS.sub("\n", rich[:_MOST_TEXT])
        for entity, sign in _ENTITIES.items():
            words = words.replace(entity, sign)
        return words


def _own_parts(message: "Message[str, str]", kind: str) -> Iterator["Message[str, str]"]:
    if message.get_content_type() == kind:
        yield message
    inner = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(inner, list):
        for part in inner:
            if isinstance(part, Message):
                yield from _own_parts(part, kind)


def read(octets: bytes) -> Mail:
    """Any octets: what is not a mail has no header, and one in one in one… has nothing else."""
    plain = octets[:LARGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b" ")
    plain = plain.lstrip(b"\n")
    try:
        return Mail(message_from_bytes(plain, policy=policy.compat32))
    except RecursionError:
        headers, _, _ = plain.partition(b"\n\n")
        return Mail(BytesHeaderParser(policy=policy.compat32).parsebytes(headers + b"\n\n"))


def text_of(part: "Message[str, str]") -> str:
    """The words of a part, in the encoding that it says, or one that never fails."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        inner = part.get_payload()
        return "\n\n".join(str(one) for one in inner) if isinstance(inner, list) else str(inner)
    return _as_text(payload, str(part.get_content_charset("utf-8")))


def decoded(value: object) -> str:
    """The words of a header, whatever it is written in, on one line."""
    if value is None:
        return ""
    try:
        # One with octets of no encoding comes as an object, which keeps them.
        pieces = decode_header(value if isinstance(value, Header) else str(value))
    except (ValueError, HeaderParseError):
        return " ".join(str(value).split())
    words = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            words += piece
            continue
        words += _as_text(piece, charset or "utf-8")
    return " ".join(words.split())


def _as_text(octets: bytes, charset: str) -> str:
    """In the encoding that it says, else the one that programs which say none write in."""
    for one in (charset, "utf-8"):
        try:
            return _NOT_STORED.sub("\ufffd", octets.decode(one))
        except (LookupError, ValueError):
            continue
    return octets.decode("latin-1").replace("\0", "\ufffd")
